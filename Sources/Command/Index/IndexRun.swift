import ArgumentParser
import Lede
import LedeArticles

/// One run of the readers into the writer, from the first article to the commit.
struct IndexRun {
  let writer: IndexWriter
  private let hadIndex: Bool
  let roots: IndexRoots
  let reader: ArchiveReader
  /// Stands for the rules by which the reader makes articles.
  let rules: UInt64
  var progress: Progress
  let directory: String
  let quiet: Bool
  let totalBytes: UInt64?
  var summary: IndexSummary
  /// The input that articles come from.
  var input: InputNumber?
  var overtaken = OvertakenInputs()
  /// Seconds between commits; 0 for only one at the end.
  var commitInterval = 0.0
  private var lastCommit = 0.0
  /// What to do about inputs that are gone; nil for nothing.
  var missing: MissingInputs?

  /// Words of the first title, for the search that is suggested at the end.
  private(set) var hint: String?

  /// - Parameter hadIndex: whether the folder held an index before the writer opened it.
  init(
    writer: IndexWriter, hadIndex: Bool, roots: IndexRoots, reader: ArchiveReader, rules: UInt64,
    progress: Progress, directory: String, totalBytes: UInt64?, quiet: Bool
  ) {
    self.writer = writer
    self.hadIndex = hadIndex
    self.roots = roots
    self.reader = reader
    self.rules = rules
    self.progress = progress
    self.directory = directory
    self.totalBytes = totalBytes
    self.quiet = quiet
    summary = IndexSummary(directory: directory)
  }

  /// Reads everything and commits; on Ctrl-C nothing of it.
  mutating func finish() throws -> IndexSummary {
    while let event = reader.next() {
      if Interruption.isRequested { try abandon() }
      try handle(event)
      let line = { [self] in progressLine }
      progress.update(line())
    }
    if Interruption.isRequested { try abandon() }
    if missing != nil { try deleteMissing() }
    progress.clear()
    // A mistyped path must not leave an empty index, in which every search finds nothing.
    if !hadIndex, summary.added == 0, reader.report.errors > 0 {
      writer.rollback()
    } else {
      summary.documents = try writer.commit().documentCount
    }
    Interruption.settle()
    summary.report = reader.report
    summary.seconds = progress.elapsed
    return summary
  }

  /// Commits what there is now and then, so that an interrupted run need not begin again.
  ///
  /// The ledger goes with it, so that inputs that were read are passed over next time, and of the one
  /// that is being read the records so far.
  private mutating func commitIfDue() throws {
    guard commitInterval > 0, summary.added + summary.replaced > 0,
      progress.elapsed - lastCommit >= commitInterval
    else { return }
    try writer.commit()
    lastCommit = progress.elapsed
  }

  private mutating func handle(_ event: consuming ArchiveEvent) throws {
    switch consume event {
    case .began(let place): begin(place)
    case .resumed(let place): resume(place)
    case .checkpoint(let summary):
      checkpoint(summary)
      try commitIfDue()
    case .article(let article): try add(article)
    case .problem(let problem): say(problem)
    case .input(let summary):
      end(summary)
      try commitIfDue()
    }
  }

  mutating func add(_ article: consuming Article) throws {
    if hint == nil { hint = Self.words(of: article.title) }
    do {
      let key = article.key
      let outcome = try writer.add(article, from: input)
      if outcome.isReplacement { summary.replaced += 1 } else { summary.added += 1 }
      if case .overtook(let other) = outcome { overtaken.add(key, of: other) }
    } catch {
      guard error.concernsOneArticle else { throw error }
      summary.refused += 1
      progress.clear()
      Talk.say("error: \(error)")
    }
  }

  mutating func say(_ problem: Problem) {
    guard problem.severity == .error || !quiet else { return }
    progress.clear()
    Talk.say("\(problem.severity.rawValue): \(PrintableText.of(problem.description))")
  }

  private var progressLine: String {
    ProgressState(
      documents: summary.added + summary.replaced, bytes: reader.report.bytesRead,
      totalBytes: totalBytes, errors: reader.report.errors + summary.refused
    ).line(elapsed: progress.elapsed)
  }

  mutating func abandon() throws -> Never {
    progress.clear()
    writer.rollback()
    Interruption.settle()
    Talk.say(
      "interrupted: the index is as the last commit left it, with "
        + Numbers.counted(writer.documentCount, "document") + "; run it again to go on")
    throw ExitCode(Interruption.status)
  }

  /// Up to three plain words of a title.
  private static func words(of title: String) -> String? {
    let words = PrintableText.of(title).split { !($0.isLetter || $0.isNumber) }.prefix(3)
    return words.isEmpty ? nil : words.joined(separator: " ")
  }

  /// The language that an existing index was built with, so that adding to it needs no option.
  static func language(ofIndexIn directory: String) -> Language? {
    guard IndexLocation.holdsIndex(directory),
      let searcher = try? Searcher.open(directory: directory)
    else { return nil }
    return searcher.analyzerIdentity.language
  }
}
