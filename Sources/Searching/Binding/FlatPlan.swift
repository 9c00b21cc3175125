/// A query whose clauses all stand on one level: the shape that the fast paths run.
struct FlatPlan: Sendable, Equatable {
  /// Clauses that must match.
  private(set) var required: [Int] = []
  /// Where nothing is required, clauses of which any makes a match. A phrase alone is required.
  private(set) var alternatives: [Int] = []
  /// Clauses that must not match.
  private(set) var excluded: [Int] = []
  /// How often each clause of the query scores; 0 for those that only exclude.
  private(set) var counts: [Int]

  /// Nil when the tree has levels that simplification could not remove.
  init?(_ query: BoundQuery) {
    counts = [Int](repeating: 0, count: query.clauses.count)
    for node in query.root.must {
      guard let match = add(node) else { return nil }
      if !required.contains(match) { required.append(match) }
    }
    for node in query.root.should {
      guard let match = add(node) else { return nil }
      if required.isEmpty, !alternatives.contains(match) { alternatives.append(match) }
    }
    for node in query.root.mustNot {
      guard case .leaf(let match, _) = node else { return nil }
      if !excluded.contains(match) { excluded.append(match) }
    }
    if alternatives.count == 1, query.clauses[alternatives[0]].kind == .phrase {
      required = alternatives
      alternatives = []
    }
  }

  /// Counts what a leaf scores and gives what it matches by; nil for a node that is no leaf.
  private mutating func add(_ node: BoundNode) -> Int? {
    guard case .leaf(let match, let scores) = node else { return nil }
    for clause in scores { counts[clause] += 1 }
    return match
  }
}
