import LedeStorage
import TestSupport
import Testing

@Suite struct WorkerPoolTests {
  @Test(arguments: [1, 2, 5])
  func everyJobRunsOnceAndResultsComeFromTheirJobs(threads: Int) {
    let pool = WorkerPool(threadCount: threads)
    let runs = Monitor([Int](repeating: 0, count: 300))
    let results = (0..<300).map { number in
      pool.submit {
        runs.withLock { $0[number] += 1 }
        return number * number
      }
    }
    // In an order of waiting that is not that of submission.
    for number in stride(from: 299, through: 0, by: -1) {
      #expect(results[number].take() == number * number)
    }
    #expect(runs.withLock { $0 } == [Int](repeating: 1, count: 300))
  }

  @Test(arguments: [1, 3])
  func aLoopCoversEveryNumber(threads: Int) {
    let pool = WorkerPool(threadCount: threads)
    for count in [0, 1, 2, 17] {
      let seen = Monitor<[Int]>([])
      pool.run(count) { number in seen.withLock { $0.append(number) } }
      #expect(seen.withLock { $0.sorted() } == Array(0..<count))
    }
  }

  /// A job that cannot end before another one has begun: the two must run at once.
  @Test func jobsRunSideBySide() {
    let pool = WorkerPool(threadCount: 2)
    let begun = Monitor(0)
    pool.run(2) { _ in
      begun.change { $0 += 1 }
      _ = begun.wait { $0 == 2 ? true : nil }
    }
    #expect(begun.withLock { $0 } == 2)
  }

  @Test(arguments: [1, 2, 5])
  func resultsAreUsedInTheOrderOfTheirTasks(threads: Int) {
    let pool = WorkerPool(threadCount: threads)
    var next = (0..<100).makeIterator()
    var used: [Int] = []
    pool.runInOrder({ next.next() }) {
      $0 * $0
    } use: { task, result in
      #expect(result == task * task)
      used.append(task)
    }
    #expect(used == Array(0..<100))
  }

  /// What tasks work on may go away with the error: none may run after it.
  @Test(arguments: [1, 2, 5])
  func anErrorWaitsForTheTasksUnderWay(threads: Int) {
    struct Refused: Error, Equatable {}
    let pool = WorkerPool(threadCount: threads)
    let count = Monitor((begun: 0, ended: 0))
    var next = (0..<100).makeIterator()
    #expect(throws: Refused()) {
      try pool.runInOrder({ next.next() }) { task in
        count.withLock { $0.begun += 1 }
        BackgroundThread.pause(seconds: 0.001)
        count.withLock { $0.ended += 1 }
        return task
      } use: { task, _ in
        if task == 3 { throw Refused() }
      }
      return
    }
    let (begun, ended) = count.withLock { $0 }
    #expect(begun == ended && begun >= 4 && begun <= 4 + 2 * threads)
  }

  @Test func aPoolEndsWithJobsThatNobodyWaitsFor() {
    let done = Monitor(0)
    for _ in 0..<50 {
      let pool = WorkerPool(threadCount: 3)
      for _ in 0..<20 { _ = pool.submit { done.withLock { $0 += 1 } } }
    }
    #expect(done.withLock { $0 } <= 1000)
  }
}
