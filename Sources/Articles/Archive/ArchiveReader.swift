/// Reads an archive of articles: files and folder trees of scraped articles as plain text or of
/// JSON Lines, either compressed with gzip, and standard input.
///
/// Behaves like a sequence of events. Inputs come in byte order of their paths; of each, its
/// articles in the order of the file, its problems between them, and one `.input` at its end.
/// Memory is bounded by one record and a few chunks, however large the archive is. Nothing in the
/// archive makes a read fail as a whole: what cannot be read is an event, and the rest goes on.
public final class ArchiveReader {
  /// The account so far; complete once `next` has returned nil.
  public private(set) var report = IngestReport()

  private let options: ArticleReaderOptions
  private var walker: InputWalker
  private let builder: JSONArticleBuilder
  private var current: OpenInput?
  private var queue: [ArchiveEvent] = []
  private var queueStart = 0
  private var finishedBytesRead: UInt64 = 0
  private var finishedBytesDecoded: UInt64 = 0

  /// - Parameter paths: files, folders, or `-` for standard input. Order and repetition do not
  ///   matter: inputs are read in byte order of their paths, each once.
  public init(paths: [String], options: ArticleReaderOptions = ArticleReaderOptions()) {
    self.options = options
    walker = InputWalker(paths: paths, excludedDirectories: options.excludedDirectories)
    builder = JSONArticleBuilder(fields: options.fields)
  }

  /// The next event; nil at the end of the archive. O(size of the record).
  public func next() -> ArchiveEvent? {
    while true {
      if let event = dequeue() { return event }
      if let input = current {
        if let event = step(input) { return event }
      } else if let item = walker.next() {
        begin(item)
      } else {
        return nil
      }
    }
  }

  /// Counts the inputs of the paths and their bytes on disk, for a progress display.
  ///
  /// Standard input counts as one input of no bytes. O(number of files), two system calls each.
  public static func measure(
    paths: [String], options: ArticleReaderOptions = ArticleReaderOptions()
  ) -> (inputs: Int, bytes: UInt64) {
    var walker = InputWalker(paths: paths, excludedDirectories: options.excludedDirectories)
    var inputs = 0
    var bytes: UInt64 = 0
    while let item = walker.next() {
      inputs += 1
      guard case .file(let path, _, let isNamed) = item,
        isNamed || OpenInput.claims(path, options: options),
        case .success(let status) = Posix.status(of: path, followingLink: true)
      else { continue }
      bytes &+= status.size
    }
    return (inputs, bytes)
  }

  // MARK: Queue

  private func dequeue() -> ArchiveEvent? {
    guard queueStart < queue.count else { return nil }
    defer {
      queueStart += 1
      if queueStart == queue.count {
        queue.removeAll(keepingCapacity: true)
        queueStart = 0
      }
    }
    return queue[queueStart]
  }

  /// Moves the session's problems to the queue and to the report.
  private func drain(_ session: InputSession) {
    for problem in session.takeOccurred() { report.count(problem) }
    for problem in session.takePending() { queue.append(.problem(problem)) }
  }

  // MARK: Inputs

  private func begin(_ item: InputWalker.Item) {
    switch item {
    case .standardInput:
      current = OpenInput.standardInput(options: options, builder: builder)
    case .file(let path, let key, let isNamed):
      current = OpenInput(
        path: path, key: key, isNamed: isNamed, options: options, builder: builder)
    case .skipped(let path, let key, let reason):
      finish(InputSummary(path: path.text, key: key.text, outcome: .skipped(reason)))
    case .failed(let path, let key, let problem):
      report.count(problem)
      queue.append(.problem(problem))
      finish(InputSummary(path: path.text, key: key.text, outcome: .failed))
    }
  }

  private func finish(_ summary: InputSummary) {
    report.count(summary)
    queue.append(.input(summary))
  }

  /// Reads one record. Problems of the record come before its article.
  private func step(_ input: OpenInput) -> ArchiveEvent? {
    let step = input.step()
    drain(input.session)
    report.bytesRead = finishedBytesRead &+ input.bytesRead
    report.bytesDecoded = finishedBytesDecoded &+ input.bytesDecoded
    switch step {
    case .article(let article):
      report.count(article)
      if queueStart == queue.count { return .article(article) }
      queue.append(.article(article))
    case .refused:
      report.countRefusedRecord()
    case .end:
      finishedBytesRead = report.bytesRead
      finishedBytesDecoded = report.bytesDecoded
      current = nil
      finish(input.session.finish())
    }
    return nil
  }
}
