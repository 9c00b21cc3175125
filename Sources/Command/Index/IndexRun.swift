import ArgumentParser
import Lede
import LedeArticles

/// One run of the readers into the writer, from the first article to the commit.
struct IndexRun {
  let writer: IndexWriter
  private let hadIndex: Bool
  let reader: ArchiveReader
  var progress: Progress
  let directory: String
  let quiet: Bool
  let totalBytes: UInt64?
  private var summary: IndexSummary

  /// Words of the first title, for the search that is suggested at the end.
  private(set) var hint: String?

  /// - Parameter hadIndex: whether the folder held an index before the writer opened it.
  init(
    writer: IndexWriter, hadIndex: Bool, reader: ArchiveReader, progress: Progress,
    directory: String, totalBytes: UInt64?, quiet: Bool
  ) {
    self.writer = writer
    self.hadIndex = hadIndex
    self.reader = reader
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

  private mutating func handle(_ event: ArchiveEvent) throws {
    switch event {
    case .article(let article): try add(article)
    case .problem(let problem): say(problem)
    case .input(let input): record(input)
    }
  }

  private mutating func add(_ article: Article) throws {
    if hint == nil { hint = Self.words(of: article.title) }
    do {
      switch try writer.add(article) {
      case .added: summary.added += 1
      case .replaced: summary.replaced += 1
      }
    } catch {
      guard error.concernsOneArticle else { throw error }
      summary.refused += 1
      progress.clear()
      Talk.say("error: \(error)")
    }
  }

  private mutating func say(_ problem: Problem) {
    guard problem.severity == .error || !quiet else { return }
    progress.clear()
    Talk.say("\(problem.severity.rawValue): \(PrintableText.of(problem.description))")
  }

  private mutating func record(_ input: InputSummary) {
    if input.suppressedProblems > 0 {
      progress.clear()
      Talk.say(
        "\(PrintableText.of(input.path)): "
          + Numbers.counted(input.suppressedProblems, "more problem") + " of the same kinds")
    }
    guard input.outcome == .read else { return }
    writer.record(
      input: input.path, size: input.size, modificationTime: input.modificationTime,
      contentHash: input.contentHash, articleCount: input.articleCount)
  }

  private var progressLine: String {
    ProgressState(
      documents: summary.added + summary.replaced, bytes: reader.report.bytesRead,
      totalBytes: totalBytes, errors: reader.report.errors + summary.refused
    ).line(elapsed: progress.elapsed)
  }

  private mutating func abandon() throws -> Never {
    progress.clear()
    writer.rollback()
    Interruption.settle()
    Talk.say("interrupted: the index is as the last commit left it")
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
