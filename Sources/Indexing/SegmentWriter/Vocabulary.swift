import LedeStorage

/// The terms of a table in the order of their bytes; a term's place there is its *rank*.
// Sendable: read-only once made.
final class Vocabulary: @unchecked Sendable {
  private let terms: UnsafeMutablePointer<UInt32>
  let count: Int

  /// Sorts by the first eight bytes as a number, and by the rest only where those are equal.
  ///
  /// - Parameter pool: threads to sort with; nil for the caller's alone.
  /// - Complexity: O(n) and what ties take; 32 bytes per term while sorting.
  init(_ table: borrowing TermTable, on pool: WorkerPool? = nil) {
    count = table.count
    terms = BulkMemory.allocate(UInt32.self, capacity: count)
    let strings = table.strings
    // Safe: no two pieces have a place in common.
    nonisolated(unsafe) let terms = terms
    RadixSort.sort(count: count, on: pool) {
      let number = UInt32(truncatingIfNeeded: $0)
      return RadixSort.Entry(key: strings.prefix(number), number: number)
    } take: { entries, start in
      Self.sortTies(entries, strings)
      for (index, entry) in entries.enumerated() { terms[start &+ index] = entry.number }
    }
  }

  deinit { terms.deallocate() }

  /// The number of the term of a rank.
  @inline(__always)
  func term(_ rank: Int) -> UInt32 {
    // Safe: ranks are below `count`.
    terms[rank]
  }

  /// The number of the term of a rank; starts loading what comes some ranks later, for loops over all:
  /// first where a record lies, then the record.
  @inline(__always)
  func term(_ rank: Int, prefetching table: borrowing TermTable) -> UInt32 {
    let last = count &- 1
    table.prefetchPlace(terms[min(rank &+ 24, last)])
    table.prefetch(terms[min(rank &+ 12, last)])
    return terms[rank]
  }

  private static func sortTies(
    _ entries: UnsafeMutableBufferPointer<RadixSort.Entry>, _ strings: TermStrings
  ) {
    var start = 0
    while start < entries.count {
      var end = start + 1
      while end < entries.count, entries[end].key == entries[start].key { end += 1 }
      if end - start > 1 {
        sortTie(UnsafeMutableBufferPointer(rebasing: entries[start..<end]), strings)
      }
      start = end
    }
  }

  private static func sortTie(
    _ entries: UnsafeMutableBufferPointer<RadixSort.Entry>, _ strings: TermStrings
  ) {
    var keys = entries.map { (bytes: strings.bytes($0.number), entry: $0) }
    keys.sort { precedes($0.bytes, $1.bytes) }
    for (index, key) in keys.enumerated() { entries[index] = key.entry }
  }

  /// Whether one string comes before another by its bytes.
  private static func precedes(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    let shared = min(left.count, right.count)
    for index in 0..<shared where left[index] != right[index] {
      return left[index] < right[index]
    }
    return left.count < right.count
  }
}
