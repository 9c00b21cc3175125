import LedeModel

extension QueryBinder {
  /// Sorts the clauses canonically and renames the leaves.
  func inCanonicalOrder(_ root: BoundBoolean) -> BoundQuery {
    let clauses = clauses
    var order = ArenaList<Int>(capacity: clauses.count, arena)
    order.append(contentsOf: clauses.indices, arena)
    order.sort { Clause.precedes(clauses[$0], clauses[$1]) }
    if order.elementsEqual(order.indices) { return BoundQuery(clauses: clauses, root: root) }
    let places = arena.allocate(Int.self, clauses.count)
    var sorted = ArenaList<Clause>(capacity: clauses.count, arena)
    for (place, number) in order.enumerated() {
      places[number] = place
      sorted.append(clauses[number], arena)
    }
    return BoundQuery(clauses: sorted, root: root.renumbered(places, arena))
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
