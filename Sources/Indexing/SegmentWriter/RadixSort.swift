/// Sorts numbers by 64-bit keys, digit by digit from the lowest: stable, and linear.
enum RadixSort {
  struct Entry: BitwiseCopyable {
    var key: UInt64
    var number: UInt32
  }

  private static let digits = 8
  private static let values = 256

  /// The entries that `entry` makes for 0 to `count - 1`, by their keys, of equal ones in that order;
  /// the caller deallocates them.
  ///
  /// - Complexity: O(count); twice the entries' memory.
  @inline(__always)
  static func sorted(
    count: Int, _ entry: (Int) -> Entry
  ) -> UnsafeMutableBufferPointer<Entry> {
    var from = BulkMemory.allocate(Entry.self, capacity: count)
    var to = BulkMemory.allocate(Entry.self, capacity: count)
    defer { to.deallocate() }
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: digits * values) { counts in
      counts.initialize(repeating: 0)
      for index in 0..<count {
        let entry = entry(index)
        from[index] = entry
        for digit in 0..<digits { counts[place(entry.key, digit)] &+= 1 }
      }
      for digit in 0..<digits {
        let starts = UnsafeMutableBufferPointer(
          rebasing: counts[digit * values..<(digit + 1) * values])
        // A digit that all keys share orders nothing.
        if starts.contains(UInt32(count)) { continue }
        scatter(from, to, count, digit, starts)
        swap(&from, &to)
      }
    }
    return UnsafeMutableBufferPointer(start: from, count: count)
  }

  @inline(__always)
  private static func place(_ key: UInt64, _ digit: Int) -> Int {
    digit &* values &+ Int(truncatingIfNeeded: key &>> UInt64(8 &* digit) & 0xff)
  }

  /// - Parameter counts: how often each value of the digit occurs; of no use after.
  private static func scatter(
    _ from: UnsafeMutablePointer<Entry>, _ to: UnsafeMutablePointer<Entry>, _ count: Int,
    _ digit: Int, _ counts: UnsafeMutableBufferPointer<UInt32>
  ) {
    var start: UInt32 = 0
    for value in counts.indices { (counts[value], start) = (start, start &+ counts[value]) }
    for index in 0..<count {
      let entry = from[index]
      let value = Int(truncatingIfNeeded: entry.key &>> UInt64(8 &* digit) & 0xff)
      // Safe: the counts of this digit add up to `count`.
      to[Int(counts[value])] = entry
      counts[value] &+= 1
    }
  }
}
