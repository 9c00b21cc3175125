import LedeAnalysis
import LedeCodecs
import LedeModel

/// What words and phrases become: clauses, each once.
extension QueryBinder {
  /// - Parameter units: nil when the text has no token.
  mutating func addWord(
    _ units: OneOrMore<QueryUnit>?, _ field: Field?, _ role: Role, _ boost: Double,
    to nodes: inout [BoundNode]
  ) throws(SearchError) {
    guard let units else { return }
    if role == .mustNot, units.count > 1 {
      return try addPhrase(units, field ?? .text, boost, to: &nodes)
    }
    // By index: an iterator would copy the units.
    for index in units.indices {
      let (kind, slots) = try slots(ofBare: units[index])
      try count(terms: slots.count)
      let match = number(
        Clause(kind: kind, field: field ?? .text, slots: slots, boost: boost))
      var scores = OneOrMore(match)
      if field == nil, titleWeight > 0, role != .mustNot {
        let title = Clause(
          kind: kind, field: .title, slots: slots, boost: boost * titleWeight)
        scores.append(number(title))
      }
      nodes.append(.leaf(match: match, scores: scores))
    }
  }

  /// A bare word's class term; a run's unigram, bigram or phrase of bigrams.
  private func slots(
    ofBare unit: QueryUnit
  ) throws(SearchError) -> (Clause.Kind, OneOrMore<Slot>) {
    switch unit {
    case .word(let surface, _):
      return (.classTerm, OneOrMore(try classSlot(surface)))
    case .run(let run):
      let slots = slots(of: run, from: 0)
      return (slots.count == 1 ? .surfaceTerm : .phrase, slots)
    }
  }

  /// - Parameter units: nil when the text has no token.
  mutating func addPhrase(
    _ units: OneOrMore<QueryUnit>?, _ field: Field, _ boost: Double, to nodes: inout [BoundNode]
  ) throws(SearchError) {
    guard let units else { return }
    var slots: [Slot] = []
    for unit in units {
      let offset = unit.position &- units[0].position
      switch unit {
      case .word(let surface, _): slots.append(try surfaceSlot(surface, offset: offset))
      case .run(let run): slots += self.slots(of: run, from: offset)
      }
    }
    guard let slots = OneOrMore(slots) else { return }
    try count(terms: slots.count)
    let kind: Clause.Kind = slots.count == 1 ? .surfaceTerm : .phrase
    let match = number(Clause(kind: kind, field: field, slots: slots, boost: boost))
    nodes.append(.leaf(match: match, scores: OneOrMore(match)))
  }

  /// The bigrams of a run, or its only unigram.
  private func slots(of run: QueryUnit.Run, from start: UInt32) -> OneOrMore<Slot> {
    let bigrams = run.unigrams.count == 1 ? nil : OneOrMore(run.bigrams)
    let terms = bigrams ?? run.unigrams
    var slots = OneOrMore(Slot(ofSurface: terms[0], offset: start))
    for (index, bytes) in terms.enumerated().dropFirst() {
      slots.append(Slot(ofSurface: bytes, offset: start &+ UInt32(index)))
    }
    return slots
  }

  private mutating func number(_ clause: Clause) -> Int {
    // A few clauses are compared faster than hashed; many are not.
    if clauses.count < 8 {
      if let known = clauses.firstIndex(of: clause) { return known }
    } else {
      if numbers.isEmpty { for (number, other) in clauses.enumerated() { numbers[other] = number } }
      if let known = numbers[clause] { return known }
      numbers[clause] = clauses.count
    }
    clauses.append(clause)
    return clauses.count - 1
  }
}
