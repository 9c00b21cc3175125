/// A query whose clauses all stand on one level: the shape that the fast paths run.
///
/// Numbers of clauses, in memory of a ``ScratchArena``.
struct FlatPlan {
  /// Clauses that must match.
  private(set) var required: ArenaList<Int>
  /// Where nothing is required, clauses of which any makes a match. A phrase alone is required.
  private(set) var alternatives: ArenaList<Int>
  /// Clauses that must not match.
  private(set) var excluded: ArenaList<Int>
  /// How often each clause of the query scores; 0 for those that only exclude.
  let counts: UnsafeBufferPointer<Int>

  /// Nil when the tree has levels that simplification could not remove.
  init?(_ query: BoundQuery, arena: ScratchArena) {
    let root = query.root
    let counts = arena.allocate(repeating: 0, query.clauses.count)
    required = ArenaList(capacity: root.must.count, arena)
    for node in root.must {
      guard let match = Self.count(node, counts) else { return nil }
      Self.insert(match, into: &required, arena)
    }
    alternatives = ArenaList(capacity: root.should.count, arena)
    for node in root.should {
      guard let match = Self.count(node, counts) else { return nil }
      if root.must.isEmpty { Self.insert(match, into: &alternatives, arena) }
    }
    excluded = ArenaList(capacity: root.mustNot.count, arena)
    for node in root.mustNot {
      guard case .leaf(let match, _) = node else { return nil }
      Self.insert(match, into: &excluded, arena)
    }
    if alternatives.count == 1, query.clauses[alternatives[0]].kind == .phrase {
      swap(&required, &alternatives)
    }
    self.counts = UnsafeBufferPointer(start: counts, count: query.clauses.count)
  }

  /// Counts what a leaf scores and gives what it matches by; nil for a node that is no leaf.
  private static func count(_ node: BoundNode, _ counts: UnsafeMutablePointer<Int>) -> Int? {
    guard case .leaf(let match, let title) = node else { return nil }
    counts[match] += 1
    if let title { counts[title] += 1 }
    return match
  }

  /// Keeps different numbers, in the order in which they came.
  private static func insert(
    _ number: Int, into numbers: inout ArenaList<Int>, _ arena: ScratchArena
  ) {
    if !numbers.contains(number) { numbers.append(number, arena) }
  }
}
