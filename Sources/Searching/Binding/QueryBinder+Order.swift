import LedeModel

extension QueryBinder {
  /// Sorts the clauses canonically and renames the leaves.
  func inCanonicalOrder(_ root: BoundBoolean) -> BoundQuery {
    // Not `self` in the closure, which would copy the whole binder.
    let clauses = clauses
    if (1..<max(1, clauses.count)).allSatisfy({ Clause.precedes(clauses[$0 - 1], clauses[$0]) }) {
      return BoundQuery(clauses: clauses, root: root)
    }
    let order = clauses.indices.sorted { Clause.precedes(clauses[$0], clauses[$1]) }
    var places = [Int](repeating: 0, count: clauses.count)
    for (place, number) in order.enumerated() { places[number] = place }
    return BoundQuery(clauses: order.map { clauses[$0] }, root: root.renumbered(places))
  }
}

extension Clause {
  /// The canonical order: kind, field name, term bytes; then offsets and boost.
  fileprivate static func precedes(_ a: Clause, _ b: Clause) -> Bool {
    if a.kind != b.kind { return a.kind.rawValue < b.kind.rawValue }
    if a.field != b.field { return a.field.name.utf8.lexicographicallyPrecedes(b.field.name.utf8) }
    let order = a.compareBytes(with: b)
    if order != 0 { return order < 0 }
    let (offsetsA, offsetsB) = (a.slots.map(\.offset), b.slots.map(\.offset))
    if offsetsA != offsetsB { return offsetsA.lexicographicallyPrecedes(offsetsB) }
    return a.boost < b.boost
  }

  /// Below 0 where the term bytes precede those of another clause, above it where they follow.
  private func compareBytes(with other: Clause) -> Int {
    bytes.withUnsafeBufferPointer { own in
      other.bytes.withUnsafeBufferPointer { others in
        let shared = min(own.count, others.count)
        var place = 0
        while place < shared, own[place] == others[place] { place += 1 }
        return place < shared
          ? Int(own[place]) - Int(others[place]) : own.count - others.count
      }
    }
  }
}
