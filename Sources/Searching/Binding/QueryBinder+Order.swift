import LedeModel

extension QueryBinder {
  /// Sorts the clauses canonically and renames the leaves.
  func inCanonicalOrder(_ root: BoundBoolean) -> BoundQuery {
    let clauses = clauses
    var order = UnsafeMutableBufferPointer(
      start: arena.allocate(Int.self, clauses.count), count: clauses.count)
    for number in clauses.indices { order[number] = number }
    let isBefore = { (a: Int, b: Int) in Clause.precedes(clauses[a], clauses[b]) }
    if clauses.count > Self.mostInserted {
      order.sort(by: isBefore)
    } else {
      order.insertionSort(isBefore)
    }
    if order.indices.allSatisfy({ order[$0] == $0 }) {
      return BoundQuery(clauses: clauses, root: root)
    }
    let places = arena.allocate(Int.self, clauses.count)
    var sorted = ArenaList<Clause>(capacity: clauses.count, arena)
    for (place, number) in order.enumerated() {
      places[number] = place
      sorted.append(clauses[number], arena)
    }
    return BoundQuery(clauses: sorted, root: root.renumbered(places, arena))
  }

  /// Clauses up to which sorting takes no memory beyond them.
  private static var mostInserted: Int { 16 }
}

extension UnsafeMutableBufferPointer {
  /// Stable; for a few elements.
  func insertionSort(_ precedes: (Element, Element) -> Bool) {
    for next in indices.dropFirst() {
      let element = self[next]
      var place = next
      while place > 0, precedes(element, self[place - 1]) {
        self[place] = self[place - 1]
        place -= 1
      }
      self[place] = element
    }
  }
}

extension Clause {
  /// What comes first in the canonical order, as a number that nearly always decides: the kind, the
  /// field, and seven term bytes, zeros behind fewer.
  static func startOfOrder(_ kind: Kind, _ field: Field, _ bytes: TermBytes) -> UInt64 {
    var start = UInt64(kind.rawValue) << 1 | (field == .text ? 0 : 1)
    for place in 0..<7 { start = start << 8 | (place < bytes.count ? UInt64(bytes[place]) : 0) }
    return start
  }

  /// The canonical order: kind, field name, term bytes; then offsets and boost.
  fileprivate static func precedes(_ a: Clause, _ b: Clause) -> Bool {
    if a.start != b.start { return a.start < b.start }
    let order = a.bytes.compare(with: b.bytes)
    if order != 0 { return order < 0 }
    if let (one, other) = zip(a.slots, b.slots).first(where: { $0.offset != $1.offset }) {
      return one.offset < other.offset
    }
    if a.slots.count != b.slots.count { return a.slots.count < b.slots.count }
    return a.boost < b.boost
  }
}
