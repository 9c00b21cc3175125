import Foundation

/// Counts the tests that did not run for want of data, and prints the sum when the process ends.
///
/// Every skip is one line `SKIPPED n: reason`; the last line is `SKIPPED TOTAL n`. `.ci/run` sums
/// the totals over the test processes.
final class SkipCounter: @unchecked Sendable {
  static let shared = SkipCounter()

  private let lock = NSLock()
  private var count = 0

  private init() {
    atexit { SkipCounter.shared.printTotal() }
  }

  func record(_ reason: String) {
    lock.lock()
    defer { lock.unlock() }
    count += 1
    print("SKIPPED \(count): \(reason)")
  }

  private func printTotal() {
    lock.lock()
    defer { lock.unlock() }
    print("SKIPPED TOTAL \(count)")
  }
}
