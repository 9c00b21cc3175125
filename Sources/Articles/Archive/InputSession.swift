import LedeModel

/// What is gathered about one input while it is read.
final class InputSession {
  let options: ArticleReaderOptions
  private(set) var summary: InputSummary
  /// Records refused so far; the summary counts them among its records.
  private(set) var refusedCount = 0
  private var handedOut: [Problem.Kind: Int] = [:]
  /// Problems not yet fetched, and all that occurred for the report's counts.
  private(set) var pending: [Problem] = []
  private(set) var occurred: [Problem] = []
  private var hasher = FowlerNollVo()

  init(path: String, place: InputPlace, options: ArticleReaderOptions) {
    self.options = options
    summary = InputSummary(path: path, place: place, outcome: .read)
  }

  var path: String { summary.path }
  var key: String { summary.key }
  var recordCount: Int { summary.recordCount }

  func note(_ problem: Problem) {
    occurred.append(problem)
    let count = handedOut[problem.kind, default: 0]
    handedOut[problem.kind] = count + 1
    if count < options.maximumProblemsPerKind {
      pending.append(problem)
    } else {
      summary.suppressedProblems += 1
    }
  }

  /// Counts a record and folds it into the input's hash.
  func countRecord(length: Int, hash: UInt64, isRefused: Bool) {
    summary.recordCount += 1
    if isRefused { refusedCount += 1 } else { summary.articleCount += 1 }
    withUnsafeBytes(of: UInt64(length).littleEndian) { hasher.combine($0) }
    withUnsafeBytes(of: hash.littleEndian) { hasher.combine($0) }
  }

  func setEncoding(_ encoding: TextEncoding) { summary.encoding = encoding }
  func setOutcome(_ outcome: InputSummary.Outcome) { summary.outcome = outcome }

  func setRead(bytes: UInt64, isCompressed: Bool) {
    summary.size = bytes
    summary.isCompressed = isCompressed
  }

  func setStatus(_ status: FileStatus, isSettled: Bool) {
    summary.fileSize = status.size
    summary.modificationTime = status.modificationTime
    summary.isSettled = isSettled
  }

  /// The summary of what was found so far.
  func finish() -> InputSummary {
    summary.contentHash = hasher.value
    return summary
  }

  /// Whether there is anything to be fetched.
  var hasProblems: Bool { !occurred.isEmpty || !pending.isEmpty }

  func takePending() -> [Problem] {
    defer { pending.removeAll() }
    return pending
  }

  func takeOccurred() -> [Problem] {
    defer { occurred.removeAll(keepingCapacity: true) }
    return occurred
  }
}
