extension BoundBoolean {
  /// The same matches and scores with as few levels as the rules below reach.
  ///
  /// - A should-child with nothing but should-clauses, or with one must-clause alone, is spliced.
  /// - A must-child that has must-clauses of its own is spliced whole; one with a single
  ///   should-clause and no mustNot becomes that clause.
  /// - A mustNot-child with nothing but should-clauses, or with one must-clause alone, is spliced.
  /// - A boolean whose only clause is a boolean is that boolean.
  ///
  /// Splicing keeps each clause's condition for scoring: the child matches exactly where the parent
  /// does (must), or where the clause itself does (should).
  func simplified(_ arena: ScratchArena) -> BoundBoolean {
    // The shape of nearly every query: one boolean of words.
    if hasLeavesOnly { return self }
    if should.count == 1, must.isEmpty, mustNot.isEmpty, case .boolean(let only) = should[0],
      only.hasLeavesOnly, only.must.count != 1 || !only.should.isEmpty || !only.mustNot.isEmpty
    {
      return only
    }
    var result = BoundBoolean()
    for node in must { result.addMust(node.simplified(arena), arena) }
    for node in should { result.addShould(node.simplified(arena), arena) }
    for node in mustNot { result.addMustNot(node.simplified(arena), arena) }
    if result.must.isEmpty, result.mustNot.isEmpty, result.should.count == 1,
      case .boolean(let only) = result.should[0]
    {
      return only
    }
    if result.should.isEmpty, result.mustNot.isEmpty, result.must.count == 1,
      case .boolean(let only) = result.must[0]
    {
      return only
    }
    return result
  }

  private var hasLeavesOnly: Bool {
    should.allSatisfy(\.isLeaf) && must.allSatisfy(\.isLeaf) && mustNot.allSatisfy(\.isLeaf)
  }

  private mutating func addMust(_ node: BoundNode, _ arena: ScratchArena) {
    guard case .boolean(let child) = node else { return must.append(node, arena) }
    if !child.must.isEmpty {
      must.append(contentsOf: child.must, arena)
      should.append(contentsOf: child.should, arena)
      mustNot.append(contentsOf: child.mustNot, arena)
    } else if child.should.count == 1, child.mustNot.isEmpty {
      must.append(child.should[0], arena)
    } else {
      must.append(node, arena)
    }
  }

  private mutating func addShould(_ node: BoundNode, _ arena: ScratchArena) {
    guard let spliced = node.asAlternatives else { return should.append(node, arena) }
    should.append(contentsOf: spliced, arena)
  }

  private mutating func addMustNot(_ node: BoundNode, _ arena: ScratchArena) {
    guard let spliced = node.asAlternatives else { return mustNot.append(node, arena) }
    mustNot.append(contentsOf: spliced, arena)
  }

  /// The same with each clause's number replaced by the one that stands at its place.
  func renumbered(_ places: UnsafePointer<Int>, _ arena: ScratchArena) -> BoundBoolean {
    BoundBoolean(
      should: should.renumbered(places, arena), must: must.renumbered(places, arena),
      mustNot: mustNot.renumbered(places, arena))
  }
}

extension BoundNode {
  fileprivate var isLeaf: Bool { if case .leaf = self { true } else { false } }

  func simplified(_ arena: ScratchArena) -> BoundNode {
    guard case .boolean(let boolean) = self else { return self }
    return .boolean(boolean.simplified(arena))
  }

  /// The nodes of which any makes this one match, when it is that simple.
  fileprivate var asAlternatives: ArenaList<BoundNode>? {
    guard case .boolean(let child) = self, child.mustNot.isEmpty else { return nil }
    if child.must.isEmpty { return child.should }
    return child.must.count == 1 && child.should.isEmpty ? child.must : nil
  }

  fileprivate func renumbered(_ places: UnsafePointer<Int>, _ arena: ScratchArena) -> BoundNode {
    switch self {
    case .leaf(let match, let title):
      .leaf(match: places[match], title: title.map { places[$0] })
    case .boolean(let boolean): .boolean(boolean.renumbered(places, arena))
    }
  }
}

extension ArenaList<BoundNode> {
  fileprivate func renumbered(_ places: UnsafePointer<Int>, _ arena: ScratchArena) -> Self {
    guard count > 0 else { return self }
    var result = ArenaList(capacity: count, arena)
    for node in self { result.append(node.renumbered(places, arena), arena) }
    return result
  }
}
