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
  private let known: KnownInputs
  private let wants: (InputPlace) -> Bool
  private var walker: InputWalker
  private let builder: JSONArticleBuilder
  private var current: OpenInput?
  /// Whether the current input gave an article.
  private var hasBegun = false
  private var queue: [ArchiveEvent] = []
  private var queueStart = 0
  private var finishedBytesRead: UInt64 = 0
  private var finishedBytesDecoded: UInt64 = 0

  /// - Parameters:
  ///   - paths: files, folders, or `-` for standard input. Order and repetition do not matter:
  ///     inputs are read in byte order of their paths, each once.
  ///   - known: inputs that are passed over while they are unchanged.
  ///   - wants: whether a file that was found is of interest; others give no event.
  public init(
    paths: [String], options: ArticleReaderOptions = ArticleReaderOptions(),
    known: KnownInputs = KnownInputs(), wants: @escaping (InputPlace) -> Bool = { _ in true }
  ) {
    self.options = options
    self.known = known
    self.wants = wants
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
  /// What is certain to be unchanged counts for no bytes. Standard input counts as one input of no bytes. O(number of files), two system calls each.
  public static func measure(
    paths: [String], options: ArticleReaderOptions = ArticleReaderOptions(),
    known: KnownInputs = KnownInputs()
  ) -> (inputs: Int, bytes: UInt64) {
    var walker = InputWalker(paths: paths, excludedDirectories: options.excludedDirectories)
    var inputs = 0
    var bytes: UInt64 = 0
    while let item = walker.next() {
      inputs += 1
      guard case .file(let path, let place, let isNamed) = item,
        isNamed || OpenInput.claims(path, options: options),
        case .success(let status) = Posix.status(of: path, followingLink: true),
        known[place]?.isUnchanged(status) != true
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
    guard session.hasProblems else { return }
    for problem in session.takeOccurred() { report.count(problem) }
    for problem in session.takePending() { queue.append(.problem(problem)) }
  }

  // MARK: Inputs

  private func begin(_ item: InputWalker.Item) {
    hasBegun = false
    switch item {
    case .standardInput:
      current = OpenInput.standardInput(options: options, builder: builder)
    case .file(let path, let place, let isNamed):
      guard wants(place) else { return }
      if let summary = unchanged(path, place, isNamed: isNamed) { return finish(summary) }
      current =
        resumed(path, place, isNamed: isNamed) ?? open(path, place, isNamed: isNamed)
    case .skipped(let path, let place, let reason):
      finish(InputSummary(path: path.text, place: place, outcome: .skipped(reason)))
    case .failed(let path, let place, let problem):
      report.count(problem)
      queue.append(.problem(problem))
      finish(InputSummary(path: path.text, place: place, outcome: .failed))
    }
  }

  private func open(_ path: PathBytes, _ place: InputPlace, isNamed: Bool) -> OpenInput {
    OpenInput(path: path, place: place, isNamed: isNamed, options: options, builder: builder)
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
    switch consume step {
    case .article(let article):
      report.count(article)
      if !hasBegun {
        hasBegun = true
        queue.append(.began(input.session.summary.place))
      }
      let isCheckpoint = input.session.recordCount % Self.checkpointInterval == 0
      // Without a way through the queue, which copies the article.
      if queue.isEmpty, !isCheckpoint { return .article(article) }
      queue.append(.article(article))
      if isCheckpoint { queue.append(.checkpoint(input.session.finish())) }
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

  /// Records between two checkpoints of an input.
  private static var checkpointInterval: Int { 1000 }

  // MARK: Unchanged inputs

  /// The summary of a file that is as it is known; nil when it must be read.
  private func unchanged(
    _ path: PathBytes, _ place: InputPlace, isNamed: Bool
  ) -> InputSummary? {
    guard let known = known[place],
      case .success(let status) = Posix.status(of: path, followingLink: isNamed),
      known.mayBeUnchanged(status)
    else { return nil }
    if known.isUnchanged(status) {
      var summary = InputSummary(path: path.text, place: place, outcome: .unchanged)
      summary.fileSize = status.size
      summary.modificationTime = status.modificationTime
      summary.isSettled = true
      summary.contentHash = known.contentHash
      return summary
    }
    return compared(open(path, place, isNamed: isNamed), with: known)
  }

  /// Reads an input for its content hash alone; nil when that is not the known one.
  ///
  /// Problems are not reported here: those of a file that differs come up again when it is read,
  /// those of one that does not were reported when it was.
  private func compared(_ input: OpenInput, with known: KnownInput) -> InputSummary? {
    reading: while true {
      switch input.step() {
      case .article, .refused: _ = input.session.takeOccurred()
      case .end: break reading
      }
    }
    finishedBytesRead &+= input.bytesRead
    finishedBytesDecoded &+= input.bytesDecoded
    report.bytesRead = finishedBytesRead
    report.bytesDecoded = finishedBytesDecoded
    var summary = input.session.finish()
    guard summary.outcome == .read, summary.contentHash == known.contentHash else { return nil }
    summary.outcome = .unchanged
    return summary
  }

  /// An input that is open behind its known records; nil when none are known, or they are others.
  private func resumed(
    _ path: PathBytes, _ place: InputPlace, isNamed: Bool
  ) -> OpenInput? {
    guard let known = known[place], let count = known.recordsSoFar, count > 0,
      case .success(let status) = Posix.status(of: path, followingLink: isNamed),
      known.hasStatus(status)
    else { return nil }
    let input = open(path, place, isNamed: isNamed)
    while input.session.summary.recordCount < count {
      if case .end = input.step() { return nil }
      _ = input.session.takeOccurred()
      _ = input.session.takePending()
    }
    guard input.session.finish().contentHash == known.contentHash else { return nil }
    hasBegun = true
    queue.append(.resumed(place))
    return input
  }
}
