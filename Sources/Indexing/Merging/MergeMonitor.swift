import LedeCodecs
import LedeStorage

/// Why a merge came to no end; the index is as it was.
enum MergeError: Error {
  case format(FormatError)
  /// Whoever asked for it no longer wants it.
  case cancelled
}

extension MergeError {
  /// Runs `body` and gives an error of the format its place among those of merging.
  static func wrapping<Result: ~Copyable>(
    _ body: () throws(FormatError) -> Result
  ) throws(MergeError) -> Result {
    do {
      return try body()
    } catch { throw .format(error) }
  }
}

/// Tells how far a merge has come, and asks whether it is to go on.
final class MergeMonitor {
  private var progress: MergeProgress
  private let report: (MergeProgress) -> Bool
  private var reported: UInt64 = 0
  private let bytesPerSecond: Int?
  private let start = ContinuousClock.now

  /// Bytes of work between two reports.
  private static let interval: UInt64 = 1 << 20
  /// Seconds between two questions whether a merge that waits is to go on.
  private static let pause = 0.05

  /// - Parameter bytesPerSecond: a merge that is ahead of this pauses; nil lets it run.
  init(
    totalBytes: UInt64, bytesPerSecond: Int? = nil, _ report: @escaping (MergeProgress) -> Bool
  ) {
    progress = MergeProgress(step: .reading, bytes: 0, totalBytes: totalBytes)
    self.bytesPerSecond = bytesPerSecond
    self.report = report
  }

  /// Begins a step; asks at once.
  func begin(_ step: MergeProgress.Step) throws(MergeError) {
    progress.step = step
    try ask()
  }

  /// Counts bytes that were dealt with.
  @inline(__always)
  func add(_ bytes: UInt64) throws(MergeError) {
    progress.bytes &+= bytes
    if progress.bytes &- reported >= Self.interval { try ask() }
  }

  /// Bytes dealt with.
  var bytes: UInt64 { progress.bytes }

  /// Counts what no step did of the first `bytes`, such as the dictionaries' own.
  func reach(_ bytes: UInt64) throws(MergeError) {
    progress.bytes = max(progress.bytes, bytes)
    try ask()
  }

  /// Whether the work is to be given up; the next to count bytes or begin a step then throws.
  func isCancelled() -> Bool { !report(progress) }

  private func ask() throws(MergeError) {
    reported = progress.bytes
    guard report(progress) else { throw .cancelled }
    guard let bytesPerSecond else { return }
    let due = Double(progress.bytes) / Double(max(1, bytesPerSecond))
    while true {
      let ahead = due - (ContinuousClock.now - start) / .seconds(1)
      guard ahead > 0 else { return }
      BackgroundThread.pause(seconds: min(ahead, Self.pause))
      guard report(progress) else { throw .cancelled }
    }
  }
}

/// How far a merge has come.
public struct MergeProgress: Sendable, Equatable {
  /// What is being done.
  public enum Step: String, Sendable {
    /// The segments are checked.
    case reading
    /// A better order of the documents is looked for.
    case reordering
    case articles
    case terms
  }

  public internal(set) var step: Step
  /// Bytes of the segments that were dealt with, of all to be merged.
  public internal(set) var bytes: UInt64
  public internal(set) var totalBytes: UInt64
}
