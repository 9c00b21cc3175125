/// A query whose clauses all stand on one level: the shape that the fast paths run.
///
/// Numbers of clauses, in memory of a ``ScratchArena``.
struct FlatPlan {
  /// Clauses that must match.
  private(set) var required: UnsafeBufferPointer<Int>
  /// Where nothing is required, clauses of which any makes a match. A phrase alone is required.
  private(set) var alternatives: UnsafeBufferPointer<Int>
  /// Clauses that must not match.
  let excluded: UnsafeBufferPointer<Int>
  /// How often each clause of the query scores; 0 for those that only exclude.
  let counts: UnsafeBufferPointer<Int>

  /// Nil when the tree has levels that simplification could not remove.
  init?(_ query: BoundQuery, arena: ScratchArena) {
    let root = query.root
    let counts = arena.allocate(repeating: 0, query.clauses.count)
    var required = NumberSet(capacity: root.must.count, arena)
    for node in root.must {
      guard let match = Self.count(node, counts) else { return nil }
      required.insert(match)
    }
    var alternatives = NumberSet(capacity: root.should.count, arena)
    for node in root.should {
      guard let match = Self.count(node, counts) else { return nil }
      if root.must.isEmpty { alternatives.insert(match) }
    }
    var excluded = NumberSet(capacity: root.mustNot.count, arena)
    for node in root.mustNot {
      guard case .leaf(let match, _) = node else { return nil }
      excluded.insert(match)
    }
    if alternatives.values.count == 1, query.clauses[alternatives.values[0]].kind == .phrase {
      swap(&required, &alternatives)
    }
    self.required = required.values
    self.alternatives = alternatives.values
    self.excluded = excluded.values
    self.counts = UnsafeBufferPointer(start: counts, count: query.clauses.count)
  }

  /// Counts what a leaf scores and gives what it matches by; nil for a node that is no leaf.
  private static func count(_ node: BoundNode, _ counts: UnsafeMutablePointer<Int>) -> Int? {
    guard case .leaf(let match, let title) = node else { return nil }
    counts[match] += 1
    if let title { counts[title] += 1 }
    return match
  }
}

/// Different numbers, in the order in which they came.
private struct NumberSet {
  private let base: UnsafeMutablePointer<Int>
  private var count = 0

  init(capacity: Int, _ arena: ScratchArena) { base = arena.allocate(Int.self, capacity) }

  var values: UnsafeBufferPointer<Int> { UnsafeBufferPointer(start: base, count: count) }

  /// There is room for as many calls as `capacity` says.
  mutating func insert(_ number: Int) {
    if values.contains(number) { return }
    base[count] = number
    count += 1
  }
}
