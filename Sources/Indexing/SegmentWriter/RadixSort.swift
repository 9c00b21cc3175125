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

  /// Sorts the entries that `entry` makes for 0 to `count - 1` by their keys, of equal ones in any order.
  ///
  /// - Parameters:
  ///   - pool: threads to sort with; nil for the caller's alone.
  ///   - take: gets sorted entries and the place of the first among all, piece by piece and on any thread;
  ///     entries of one key come together.
  /// - Complexity: O(count); twice the entries' memory.
  static func sort(
    count: Int, on pool: WorkerPool?, _ entry: @escaping @Sendable (Int) -> Entry,
    take: @escaping @Sendable (UnsafeMutableBufferPointer<Entry>, Int) -> Void
  ) {
    let entries = BulkMemory.allocate(Entry.self, capacity: count)
    let other = BulkMemory.allocate(Entry.self, capacity: count)
    defer {
      entries.deallocate()
      other.deallocate()
    }
    guard count >= smallestSpread else {
      for index in 0..<count { entries[index] = entry(index) }
      let all = UnsafeMutableBufferPointer(start: entries, count: count)
      sort(all, other, digits: 8)
      return take(all, 0)
    }
    // Of each part's own counts, four bytes an entry at most.
    let parts = min(pool?.threadCount ?? 1, max(1, count / topValues))
    let shares = Shares(entries, other, count, parts: parts)
    run(shares.parts, on: pool) { shares.fill($0, entry) }
    shares.sumUp()
    run(shares.parts, on: pool) { shares.spread($0) }
    sortBuckets(other, entries, shares.ends, pool, take)
  }

  private static func run(
    _ parts: Int, on pool: WorkerPool?, _ body: @escaping @Sendable (Int) -> Void
  ) {
    if let pool { pool.run(parts, body) } else { for part in 0..<parts { body(part) } }
  }

  /// Entries in equal shares, one for each thread, on their way to where their top bits send them.
  // Sendable: a thread touches its own share of the entries and of the counts, and sends its entries to
  // places that no other has.
  private final class Shares: @unchecked Sendable {
    let parts: Int
    private let from: UnsafeMutablePointer<Entry>
    private let to: UnsafeMutablePointer<Entry>
    private let count: Int
    /// By part and value of the top bits, how many entries there are; then where the next goes.
    private let cursors: UnsafeMutablePointer<UInt32>

    init(
      _ from: UnsafeMutablePointer<Entry>, _ to: UnsafeMutablePointer<Entry>, _ count: Int,
      parts: Int
    ) {
      (self.from, self.to, self.count, self.parts) = (from, to, count, parts)
      cursors = .allocate(capacity: parts * topValues)
      cursors.initialize(repeating: 0, count: parts * topValues)
    }

    deinit { cursors.deallocate() }

    private func range(_ part: Int) -> Range<Int> {
      count * part / parts..<count * (part + 1) / parts
    }

    func fill(_ part: Int, _ entry: (Int) -> Entry) {
      let counts = cursors + part * topValues
      for index in range(part) {
        let entry = entry(index)
        from[index] = entry
        counts[Int(truncatingIfNeeded: entry.key &>> topShift)] &+= 1
      }
    }

    /// Turns counts into places.
    func sumUp() {
      var start: UInt32 = 0
      for value in 0..<topValues {
        for part in 0..<parts {
          let place = part &* topValues &+ value
          (cursors[place], start) = (start, start &+ cursors[place])
        }
      }
    }

    func spread(_ part: Int) {
      let cursors = cursors + part * topValues
      for index in range(part) {
        let entry = from[index]
        let value = Int(truncatingIfNeeded: entry.key &>> topShift)
        // Safe: the counts add up to `count`.
        to[Int(cursors[value])] = entry
        cursors[value] &+= 1
      }
    }

    /// By value of the top bits, where its entries end, once they are spread.
    var ends: [UInt32] { (0..<topValues).map { cursors[(parts - 1) * topValues + $0] } }
  }

  /// Sorts the entries of every value of the top bits.
  private static func sortBuckets(
    _ entries: UnsafeMutablePointer<Entry>, _ other: UnsafeMutablePointer<Entry>,
    _ ends: [UInt32], _ pool: WorkerPool?,
    _ take: @escaping @Sendable (UnsafeMutableBufferPointer<Entry>, Int) -> Void
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
    run(parts, on: pool) { part in
      for value in firsts[part]..<firsts[part + 1] {
        let start = value == 0 ? 0 : Int(ends[value - 1])
        let bucket = UnsafeMutableBufferPointer(
          start: entries + start, count: Int(ends[value]) - start)
        if bucket.isEmpty { continue }
        if bucket.count > 1 { sort(bucket, other + start, digits: 6) }
        take(bucket, start)
      }
    }
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
