/// The term numbers of a table in the order of their bytes.
enum Vocabulary {
  /// Sorts by the first eight bytes as a number, and by the rest only where those are equal.
  ///
  /// - Complexity: O(n log n); 16 bytes per term while sorting.
  static func sorted(_ table: borrowing TermTable) -> [UInt32] {
    let count = table.count
    return withUnsafeTemporaryAllocation(of: Entry.self, capacity: max(1, count)) { buffer in
      for term in 0..<count {
        let number = UInt32(truncatingIfNeeded: term)
        buffer.initializeElement(at: term, to: Entry(prefix: table.prefix(number), number: number))
      }
      var entries = UnsafeMutableBufferPointer(rebasing: buffer[..<count])
      entries.sort { $0.prefix < $1.prefix }
      sortTies(entries, table)
      return entries.map(\.number)
    }
  }

  private struct Entry {
    var prefix: UInt64
    var number: UInt32
  }

  private static func sortTies(
    _ entries: UnsafeMutableBufferPointer<Entry>, _ table: borrowing TermTable
  ) {
    var start = 0
    while start < entries.count {
      var end = start + 1
      while end < entries.count, entries[end].prefix == entries[start].prefix { end += 1 }
      if end - start > 1 { sortTie(UnsafeMutableBufferPointer(rebasing: entries[start..<end]), table) }
      start = end
    }
  }

  private static func sortTie(
    _ entries: UnsafeMutableBufferPointer<Entry>, _ table: borrowing TermTable
  ) {
    var keys = entries.map { (bytes: table.bytes($0.number), entry: $0) }
    keys.sort { precedes($0.bytes, $1.bytes) }
    for (index, key) in keys.enumerated() { entries[index] = key.entry }
  }

  /// Whether one string comes before another by its bytes.
  static func precedes(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    let shared = min(left.count, right.count)
    for index in 0..<shared where left[index] != right[index] {
      return left[index] < right[index]
    }
    return left.count < right.count
  }
}
