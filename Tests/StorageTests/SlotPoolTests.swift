import LedeStorage
import TestSupport
import Testing

@Suite struct SlotPoolTests {
  /// Counts the objects that are alive, and notes when two threads use one.
  private final class Object: Sendable {
    private let counts: Monitor<(alive: Int, most: Int)>
    private let isUsed = Monitor(false)

    init(_ counts: Monitor<(alive: Int, most: Int)>) {
      self.counts = counts
      counts.withLock {
        $0.alive += 1
        $0.most = max($0.most, $0.alive)
      }
    }

    deinit { counts.withLock { $0.alive -= 1 } }

    /// Returns whether nobody else used it meanwhile.
    func use() -> Bool {
      let wasFree = isUsed.withLock { used in
        defer { used = true }
        return !used
      }
      BackgroundThread.pause(seconds: 0.00001)
      isUsed.withLock { $0 = false }
      return wasFree
    }
  }

  @Test func anObjectComesBackToItsThread() {
    let counts = Monitor((alive: 0, most: 0))
    let pool = SlotPool<Object>()
    #expect(pool.take() == nil)
    let (first, second) = (Object(counts), Object(counts))
    pool.giveBack(first)
    pool.giveBack(second)
    let taken = [pool.take(), pool.take(), pool.take()]
    #expect(taken[0] === first && taken[1] === second && taken[2] == nil)
  }

  /// More threads than slots, some of which share one.
  @Test func noTwoThreadsHaveOneObject() {
    let counts = Monitor((alive: 0, most: 0))
    let faults = Monitor(0)
    do {
      let pool = SlotPool<Object>()
      let threads = (0..<100).map { _ in
        BackgroundThread {
          for _ in 0..<200 {
            let object = pool.take() ?? Object(counts)
            if !object.use() { faults.withLock { $0 += 1 } }
            pool.giveBack(object)
          }
        }
      }
      for thread in threads { thread?.join() }
      #expect(faults.withLock { $0 } == 0)
      #expect(counts.withLock { $0.most } <= 100)
    }
    #expect(counts.withLock { $0.alive } == 0)
  }
}
