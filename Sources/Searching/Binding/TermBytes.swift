/// The bytes of a term, in the memory of a ``ScratchArena``.
typealias TermBytes = UnsafeBufferPointer<UInt8>

extension UnsafeBufferPointer<UInt8> {
  /// Whether the same bytes stand in both.
  func equals(_ other: Self) -> Bool { count == other.count && compare(with: other) == 0 }

  /// Below 0 where the bytes precede the other ones, above it where they follow.
  func compare(with other: Self) -> Int {
    let shared = Swift.min(count, other.count)
    var place = 0
    while place < shared, self[place] == other[place] { place += 1 }
    return place < shared ? Int(self[place]) - Int(other[place]) : count - other.count
  }
}

extension ScratchArena {
  /// A copy of some bytes.
  func bytes(_ bytes: some Collection<UInt8>) -> TermBytes {
    let copy = allocate(UInt8.self, bytes.count)
    let buffer = UnsafeMutableBufferPointer(start: copy, count: bytes.count)
    _ = buffer.initialize(fromContentsOf: bytes)
    return TermBytes(buffer)
  }

  /// Terms side by side with a byte between each two.
  func joined(_ terms: some Collection<TermBytes>, by separator: UInt8) -> TermBytes {
    var all = ArenaList<UInt8>(capacity: terms.reduce(terms.count) { $0 + $1.count }, self)
    for (place, term) in terms.enumerated() {
      if place > 0 { all.append(separator, self) }
      all.append(contentsOf: term, self)
    }
    return bytes(all)
  }
}
