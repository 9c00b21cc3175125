import LedeAnalysis
import LedeCodecs
import LedeModel

/// What words and phrases become: clauses, each once.
extension QueryBinder {
  /// Adds what the text last analysed means as a bare word: nothing when it has no token.
  mutating func addWord(
    _ field: Field?, _ role: Role, _ boost: Double, to nodes: inout [BoundNode]
  ) throws(SearchError) {
    if let key = try onlyClass() {
      try count(terms: 1)
      add(field, role, boost, to: &nodes) { Clause(.classTerm, $0, key: key, boost: $1) }
      return
    }
    guard let units = units() else { return }
    if role == .mustNot, units.count > 1 {
      return try addPhrase(units, field ?? .text, boost, to: &nodes)
    }
    // By index: an iterator would copy the units.
    for index in units.indices {
      let (kind, slots) = try slots(ofBare: units[index])
      try count(terms: slots.count)
      add(field, role, boost, to: &nodes) {
        Clause(kind: kind, field: $0, slots: slots, boost: $1)
      }
    }
  }

  /// Adds a bare word's leaf: its clause, and where no field is named, the title's that scores as well.
  @inline(__always)
  private mutating func add(
    _ field: Field?, _ role: Role, _ boost: Double, to nodes: inout [BoundNode],
    _ clause: (Field, Double) -> Clause
  ) {
    let match = number(clause(field ?? .text, boost))
    var title: Int?
    if field == nil, titleWeight > 0, role != .mustNot {
      title = number(clause(.title, boost * titleWeight))
    }
    nodes.append(.leaf(match: match, title: title))
  }

  /// The class of the text last analysed where that is one ASCII word, and no surface differs from it in
  /// accents alone: nearly every word of every query, which this takes with one array made.
  private func onlyClass() throws(SearchError) -> [UInt8]? {
    // Each of these is taken once: to take it costs a reference count.
    let (scratch, segments, analyzer) = (scratch, segments, analyzer)
    let batch = scratch.tokens
    guard batch.tokens.count == 1, batch.tokens[0].kind == .word else { return nil }
    let range = batch.termRange(of: batch.tokens[0])
    do throws(FormatError) {
      return try batch.bytes.withUnsafeBufferPointer { (all) throws(FormatError) in
        let surface = UnsafeBufferPointer(rebasing: all[range])
        guard surface.isASCII else { return nil }
        for segment in segments
        where try segment.hasFold(UnsafeRawBufferPointer(surface), .textFold) {
          return nil
        }
        analyzer.stemClass(ofSurface: surface, into: &scratch.form)
        return scratch.form.withUnsafeBufferPointer { [UInt8]($0) }
      }
    } catch { throw .index(error) }
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
    nodes.append(.leaf(match: match, title: nil))
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
    let start = clause.startOfOrder
    if clauses.count < 8 {
      for number in starts.indices where starts[number] == start && clauses[number] == clause {
        return number
      }
    } else {
      if numbers.isEmpty { for (number, other) in clauses.enumerated() { numbers[other] = number } }
      if let known = numbers[clause] { return known }
      numbers[clause] = clauses.count
    }
    clauses.append(clause)
    starts.append(start)
    return clauses.count - 1
  }
}
