import LedeArticles
import LedeModel
import TestSupport

/// Everything that a reading yields, sorted by kind.
struct Reading {
  var articles: [Article] = []
  var problems: [Problem] = []
  var inputs: [InputSummary] = []
  var begun: [InputPlace] = []
  var resumed: [InputPlace] = []
  var checkpoints: [InputSummary] = []
  var report = IngestReport()

  init(
    _ paths: [String], _ options: ArticleReaderOptions = ArticleReaderOptions(),
    known: KnownInputs = KnownInputs()
  ) {
    let reader = ArchiveReader(paths: paths, options: options, known: known)
    while let event = reader.next() {
      switch event {
      case .began(let place): begun.append(place)
      case .resumed(let place): resumed.append(place)
      case .checkpoint(let summary): checkpoints.append(summary)
      case .article(let article): articles.append(article)
      case .problem(let problem): problems.append(problem)
      case .input(let input): inputs.append(input)
      }
    }
    report = reader.report
  }

  init(_ path: String, _ options: ArticleReaderOptions = ArticleReaderOptions()) {
    self.init([path], options)
  }

  var kinds: [Problem.Kind] { problems.map(\.kind) }
  var keys: [String] { articles.map(\.key) }
  var bodies: [String] { articles.map(\.body) }

  /// Whether all counts agree with each other and with the events seen.
  var isConsistent: Bool {
    let suppressed = inputs.map(\.suppressedProblems).reduce(0, +)
    return report.addsUp
      && report.inputs.seen == inputs.count
      && report.records.articles == articles.count
      && inputs.map(\.articleCount).reduce(0, +) == articles.count
      && inputs.map(\.recordCount).reduce(0, +) == report.records.seen
      && report.warnings + report.errors == problems.count + suppressed
      && report.problems.values.reduce(0, +) == problems.count + suppressed
      && report.bytesRead == inputs.map(\.size).reduce(0, +)
  }
}

/// A folder whose files the test writes.
func withFolder<Result>(_ body: (TemporaryDirectory) throws -> Result) throws -> Result {
  let folder = try TemporaryDirectory("lede-articles")
  return try withExtendedLifetime(folder) { try body(folder) }
}

/// The text as UTF-16 with a byte order mark.
func utf16(_ text: String, bigEndian: Bool) -> [UInt8] {
  let units = [0xFEFF] + Array(text.utf16)
  return units.flatMap { unit in
    let (high, low) = (UInt8(unit >> 8), UInt8(truncatingIfNeeded: unit))
    return bigEndian ? [high, low] : [low, high]
  }
}

/// The bytes as gzip makes them.
func gzipped(_ bytes: some Sequence<UInt8>) throws -> [UInt8] {
  try Subprocess.run("/usr/bin/env", ["gzip", "-c", "-n"], input: Array(bytes)).output
}
