import LedeAnalysis
import LedeCodecs
import LedeStorage
import Synchronization

/// A merge at work on a thread of its own, while its writer goes on.
///
/// Owned by the writer and used by its thread; the merge's thread sees the task and the shared state.
final class BackgroundMerge {
  /// What both threads see.
  private final class Shared: Sendable {
    let isCancelled = Atomic(false)
    let isFinished = Atomic(false)
    /// Where the documents went; nil until then, and when it came to no end.
    let map = Mutex<DocumentMap?>(nil)
  }

  private let task: MergeTask
  private let shared: Shared
  private let thread: BackgroundThread

  /// Starts a merge; nil when the system gives no thread.
  init?(_ task: MergeTask) {
    let shared = Shared()
    let thread = BackgroundThread {
      let map = Self.run(task) { !shared.isCancelled.load(ordering: .relaxed) }
      shared.map.withLock { $0 = map }
      shared.isFinished.store(true, ordering: .releasing)
    }
    guard let thread else { return nil }
    self.task = task
    self.shared = shared
    self.thread = thread
  }

  /// A failure leaves the segments as they are: the next commit looks for merges again.
  private static func run(
    _ task: MergeTask, _ goesOn: @escaping @Sendable () -> Bool
  ) -> DocumentMap? {
    guard let analyzer = try? Analyzer(language: task.options.language) else { return nil }
    let monitor = MergeMonitor(
      totalBytes: 0, bytesPerSecond: task.options.mergeBytesPerSecond
    ) { _ in goesOn() }
    return try? task.run(analyzer, monitor)
  }

  /// Of the segment being made.
  var id: UInt64 { task.id }
  /// Segments that go into it.
  var sources: [MergeSource] { task.sources }

  var isFinished: Bool { shared.isFinished.load(ordering: .acquiring) }

  /// Waits for the end; returns where the documents went, nil when there is no segment.
  func result() -> DocumentMap? {
    thread.join()
    return shared.map.withLock { $0 }
  }

  /// Gives it up and waits until it has come to an end.
  func cancel() {
    shared.isCancelled.store(true, ordering: .relaxed)
    thread.join()
  }
}
