#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A few threads that run jobs, oldest first.
///
/// Whoever waits for a job runs jobs meanwhile, so that a pool of n threads has n - 1 of its own, and
/// one of 1 does everything where it is waited for. Jobs must not wait for jobs.
package final class WorkerPool: Sendable {
  /// Threads that work at once, the waiting one included.
  package let threadCount: Int
  private let queue: Monitor<JobQueue>
  // Safe: made by `init` and joined by `deinit`, and not touched between.
  nonisolated(unsafe) private let threads: [BackgroundThread]

  /// - Parameter threadCount: at least 1. Fewer are started when the system has no more.
  package init(threadCount: Int) {
    precondition(threadCount > 0, "the caller is a thread")
    self.threadCount = threadCount
    let queue = Monitor(JobQueue())
    self.queue = queue
    threads = Self.start(threadCount - 1) { Self.work(queue) }
  }

  deinit {
    // Jobs that nobody waited for are of no use to anyone.
    queue.change { ($0.isClosed, $0.jobs) = (true, []) }
    for thread in threads { thread.join() }
  }

  /// Whether there are other threads than those that wait for jobs.
  package var hasThreads: Bool { !threads.isEmpty }

  /// Has a job run on some thread, now or when it is waited for.
  package func submit<Result>(
    _ work: @escaping @Sendable () -> sending Result
  ) -> PendingResult<Result> {
    let result = PendingResult<Result>(queue: queue)
    queue.change { $0.jobs.append { result.fulfill(work()) } }
    return result
  }

  /// Runs `body` for 0 to `count - 1`, in any order and side by side, and waits for all.
  package func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let others = (1..<max(1, count)).map { number in submit { body(number) } }
    if count > 0 { body(0) }
    for other in others { other.take() }
  }

  /// Runs `work` on all threads, and hands what it returns to `use`, on this one, in the order of the
  /// tasks; two results per thread wait for that at most. If `use` throws, no further task is begun.
  ///
  /// - Parameter next: the next task; nil after the last.
  package func runInOrder<Task: Sendable, Result, Failure>(
    _ next: () -> Task?, _ work: @escaping @Sendable (Task) -> sending Result,
    use: (Task, Result) throws(Failure) -> Void
  ) throws(Failure) {
    var underWay: [(task: Task, result: PendingResult<Result>)] = []
    // What tasks work on may be gone after this.
    defer { for (_, result) in underWay { _ = result.take() } }
    let limit = threadCount == 1 ? 1 : 2 * threadCount
    while true {
      while underWay.count < limit, let task = next() {
        underWay.append((task, submit { work(task) }))
      }
      if underWay.isEmpty { return }
      let (task, result) = underWay.removeFirst()
      try use(task, result.take())
    }
  }

  /// Runs the oldest job that nobody has taken; false when there is none.
  package func runOne() -> Bool { queue.runOne() }

  private static func work(_ queue: Monitor<JobQueue>) {
    while true {
      let job = queue.wait { queue -> (@Sendable () -> Void)?? in
        if let job = queue.take() { return .some(job) }
        return queue.isClosed ? .some(nil) : .none
      }
      guard let job else { return }
      job()
    }
  }

  /// Starts threads that no signal is delivered to: an interrupt is to end the main thread's read.
  private static func start(
    _ count: Int, _ body: @escaping @Sendable () -> Void
  ) -> [BackgroundThread] {
    var (all, before) = (sigset_t(), sigset_t())
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var threads: [BackgroundThread] = []
    while threads.count < count, let thread = BackgroundThread(body) { threads.append(thread) }
    return threads
  }
}

/// Jobs that no thread has taken.
private struct JobQueue {
  var jobs: [@Sendable () -> Void] = []
  var isClosed = false

  /// The few that wait are moved up, which is cheaper than any queue.
  mutating func take() -> (@Sendable () -> Void)? { jobs.isEmpty ? nil : jobs.removeFirst() }
}

extension Monitor<JobQueue> {
  fileprivate func runOne() -> Bool {
    guard let job = withLock({ $0.take() }) else { return false }
    job()
    return true
  }
}

/// What a job of a ``WorkerPool`` returns, once it has run.
// Sendable: the result is handed over under a lock, to the one who waits.
package final class PendingResult<Result>: @unchecked Sendable {
  private let state = Monitor<Result?>(nil)
  private let queue: Monitor<JobQueue>

  fileprivate init(queue: Monitor<JobQueue>) { self.queue = queue }

  fileprivate func fulfill(_ result: sending Result) {
    nonisolated(unsafe) let result = result
    state.change { $0 = result }
  }

  /// Whether the job has run.
  package var isDone: Bool { state.withLock { $0 != nil } }

  /// Waits for the job, and runs jobs meanwhile. The result is handed out once.
  package func take() -> Result {
    while !isDone, queue.runOne() {}
    return state.wait { state in
      defer { state = nil }
      return state
    }
  }
}
