import LedeStorage

/// Sorts numbers by 64-bit keys: spreads them by the top sixteen bits, and sorts what shares these
/// digit by digit from the lowest, mostly within the cache.
enum RadixSort {
  struct Entry: BitwiseCopyable {
    var key: UInt64
    var number: UInt32
  }

  private static let values = 256
  private static let topValues = 1 << 16
  private static let topShift: UInt64 = 48
  /// Fewer entries are not worth counting the top bits.
  private static let smallestSpread = 1 << 12
  /// Fewer entries are not worth counting digits.
  private static let smallestCount = 1 << 8

  /// The entries that `entry` makes for 0 to `count - 1`, by their keys, of equal ones in any order; the
  /// caller deallocates them.
  ///
  /// - Parameter pool: threads to sort with; nil for the caller's alone.
  /// - Complexity: O(count); twice the entries' memory.
  @inline(__always)
  static func sorted(
    count: Int, on pool: WorkerPool? = nil, _ entry: (Int) -> Entry
  ) -> UnsafeMutableBufferPointer<Entry> {
    let entries = BulkMemory.allocate(Entry.self, capacity: count)
    let other = BulkMemory.allocate(Entry.self, capacity: count)
    guard count >= smallestSpread else {
      defer { other.deallocate() }
      for index in 0..<count { entries[index] = entry(index) }
      let all = UnsafeMutableBufferPointer(start: entries, count: count)
      sort(all, other, digits: 8)
      return all
    }
    defer { entries.deallocate() }
    var ends = [UInt32](repeating: 0, count: topValues)
    for index in 0..<count {
      let entry = entry(index)
      entries[index] = entry
      ends[Int(truncatingIfNeeded: entry.key &>> topShift)] &+= 1
    }
    spread(entries, other, count, &ends)
    sortBuckets(other, entries, ends, pool)
    return UnsafeMutableBufferPointer(start: other, count: count)
  }

  /// - Parameter counts: how often each value of the top bits occurs; then where its entries end.
  private static func spread(
    _ from: UnsafeMutablePointer<Entry>, _ to: UnsafeMutablePointer<Entry>, _ count: Int,
    _ counts: inout [UInt32]
  ) {
    var start: UInt32 = 0
    for value in counts.indices { (counts[value], start) = (start, start &+ counts[value]) }
    counts.withUnsafeMutableBufferPointer { cursors in
      for index in 0..<count {
        let entry = from[index]
        let value = Int(truncatingIfNeeded: entry.key &>> topShift)
        // Safe: the counts add up to `count`.
        to[Int(cursors[value])] = entry
        cursors[value] &+= 1
      }
    }
  }

  /// Sorts the entries of every value of the top bits.
  private static func sortBuckets(
    _ entries: UnsafeMutablePointer<Entry>, _ other: UnsafeMutablePointer<Entry>,
    _ ends: [UInt32], _ pool: WorkerPool?
  ) {
    let parts = pool.map { 4 * $0.threadCount } ?? 1
    let count = Int(ends[topValues - 1])
    // Safe: no two parts have a bucket in common.
    nonisolated(unsafe) let (entries, other) = (entries, other)
    /// The first bucket that ends behind a part's share of the entries.
    let firsts = (0...parts).map { part in
      part == parts
        ? topValues : ends.firstIndex { Int($0) * parts > part * count } ?? topValues
    }
    @Sendable func sortPart(_ part: Int) {
      for value in firsts[part]..<firsts[part + 1] {
        let start = value == 0 ? 0 : Int(ends[value - 1])
        let bucket = UnsafeMutableBufferPointer(
          start: entries + start, count: Int(ends[value]) - start)
        if bucket.count > 1 { sort(bucket, other + start, digits: 6) }
      }
    }
    if let pool { pool.run(parts, sortPart) } else { sortPart(0) }
  }

  /// Sorts by the lowest digits; the higher ones are equal.
  private static func sort(
    _ entries: UnsafeMutableBufferPointer<Entry>, _ other: UnsafeMutablePointer<Entry>,
    digits: Int
  ) {
    guard entries.count >= smallestCount, let base = entries.baseAddress else {
      var few = entries
      return few.sort { $0.key < $1.key }
    }
    var (from, to) = (base, other)
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: digits * values) { counts in
      counts.initialize(repeating: 0)
      for entry in entries {
        for digit in 0..<digits { counts[digit &* values &+ value(entry.key, digit)] &+= 1 }
      }
      for digit in 0..<digits {
        let starts = UnsafeMutableBufferPointer(
          rebasing: counts[digit * values..<(digit + 1) * values])
        // A digit that all keys share orders nothing.
        if starts.contains(UInt32(entries.count)) { continue }
        scatter(from, to, entries.count, digit, starts)
        swap(&from, &to)
      }
    }
    if from != base { base.update(from: from, count: entries.count) }
  }

  @inline(__always)
  private static func value(_ key: UInt64, _ digit: Int) -> Int {
    Int(truncatingIfNeeded: key &>> UInt64(8 &* digit) & 0xff)
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
      let value = value(entry.key, digit)
      // Safe: the counts of this digit add up to `count`.
      to[Int(counts[value])] = entry
      counts[value] &+= 1
    }
  }
}
