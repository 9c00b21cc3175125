import LedeModel

extension QueryBinder {
  /// Sorts the clauses canonically and renames the leaves.
  func inCanonicalOrder(_ root: BoundBoolean) -> BoundQuery {
    // Not `self` in the closure, which would copy the whole binder.
    let clauses = clauses
    return withUnsafeTemporaryAllocation(of: ClausePlace.self, capacity: clauses.count) {
      var order = $0
      for (number, start) in starts.enumerated() {
        order.initializeElement(at: number, to: ClausePlace(start: start, number: number))
      }
      order.sort {
        $0.start != $1.start
          ? $0.start < $1.start : Clause.precedes(clauses[$0.number], clauses[$1.number])
      }
      if order.indices.allSatisfy({ order[$0].number == $0 }) {
        return BoundQuery(clauses: clauses, root: root)
      }
      var places = [Int](repeating: 0, count: clauses.count)
      for place in order.indices { places[order[place].number] = place }
      return BoundQuery(clauses: order.map { clauses[$0.number] }, root: root.renumbered(places))
    }
  }
}

/// A clause on its way to its place.
private struct ClausePlace: BitwiseCopyable {
  let start: UInt64
  let number: Int
}

extension Clause {
  /// What comes first in the canonical order, as a number that nearly always decides: the kind, the
  /// field, and seven term bytes, zeros behind fewer.
  var startOfOrder: UInt64 {
    var start = UInt64(kind.rawValue) << 1 | (field == .text ? 0 : 1)
    bytes.withUnsafeBufferPointer { bytes in
      for place in 0..<7 { start = start << 8 | (place < bytes.count ? UInt64(bytes[place]) : 0) }
    }
    return start
  }

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
