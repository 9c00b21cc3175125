/// A query whose clauses all stand on one level: the shape that the fast paths run.
struct FlatPlan: Sendable, Equatable {
  /// Clauses that must match.
  var required: [Int] = []
  /// Further scoring clauses. Without a required one, each document with any of them matches.
  var optional: [Int] = []
  /// Of the optional ones, those that decide whether a document matches; titles only add to a score.
  var alternatives: [Int] = []
  /// Clauses that must not match.
  var excluded: [Int] = []
  /// How often each clause of the query scores; 0 for those that only exclude.
  var counts: [Int]

  /// Nil when the tree has levels that simplification could not remove.
  init?(_ query: BoundQuery) {
    counts = [Int](repeating: 0, count: query.clauses.count)
    for node in query.root.must {
      guard case .leaf(let match, let scores) = node else { return nil }
      required.append(match)
      for clause in scores { counts[clause] += 1 }
    }
    for node in query.root.should {
      guard case .leaf(let match, let scores) = node else { return nil }
      alternatives.append(match)
      for clause in scores { counts[clause] += 1 }
    }
    for node in query.root.mustNot {
      guard case .leaf(let match, _) = node else { return nil }
      excluded.append(match)
    }
    required = Self.distinct(required)
    alternatives = Self.distinct(alternatives)
    excluded = Self.distinct(excluded)
    let held = Set(required)
    optional = counts.indices.filter { counts[$0] > 0 && !held.contains($0) }
  }

  private static func distinct(_ clauses: [Int]) -> [Int] { Set(clauses).sorted() }
}
