import LedeAnalysis
import LedeCodecs
import LedeModel

/// What words and phrases become: clauses, each once.
extension QueryBinder {
  /// Adds what the text last analysed means as a bare word: nothing when it has no token.
  func addWord(
    _ field: Field?, _ role: Role, _ boost: Double, to nodes: inout ArenaList<BoundNode>
  ) throws(SearchError) {
    if let key = try onlyClass() {
      try count(terms: 1)
      return add(
        field, role, boost, .classTerm, slots: ArenaList(Slot(ofClass: key, arena), arena),
        bytes: key, to: &nodes)
    }
    let units = units()
    if role == .mustNot, units.count > 1 {
      return try addPhrase(units, field ?? .text, boost, to: &nodes)
    }
    for unit in units {
      let (kind, slots) = try slots(ofBare: unit)
      try count(terms: slots.count)
      add(field, role, boost, kind, slots: slots, bytes: bytes(of: slots), to: &nodes)
    }
  }

  /// Adds a bare word's leaf: its clause, and where no field is named, the title's that scores as well.
  @inline(__always)
  private func add(
    _ field: Field?, _ role: Role, _ boost: Double, _ kind: Clause.Kind, slots: ArenaList<Slot>,
    bytes: TermBytes, to nodes: inout ArenaList<BoundNode>
  ) {
    let match = number(Clause(kind, field ?? .text, slots: slots, bytes: bytes, boost: boost))
    var title: Int?
    if field == nil, titleWeight > 0, role != .mustNot {
      title = number(
        Clause(kind, .title, slots: slots, bytes: bytes, boost: boost * titleWeight))
    }
    nodes.append(.leaf(match: match, title: title), arena)
  }

  /// What the canonical order compares of a clause.
  private func bytes(of slots: ArenaList<Slot>) -> TermBytes {
    slots.count == 1
      ? slots[0].name : arena.joined(slots.lazy.map(\.name), by: UInt8(ascii: " "))
  }

  /// The class of the text last analysed where that is one ASCII word, and no surface differs from it in
  /// accents alone: nearly every word of every query.
  private func onlyClass() throws(SearchError) -> TermBytes? {
    guard let word else { return nil }
    do throws(FormatError) {
      guard try isAlone(word) else { return nil }
    } catch { throw .index(error) }
    guard let stem = analyzer.stemClass(ofASCII: word) else {
      return arena.bytes(analyzer.classOf([UInt8](word)))
    }
    // The word itself stays where it is; a stem does not.
    return stem.baseAddress == word.baseAddress ? word : arena.bytes(stem)
  }

  /// A bare word's class term; a run's unigram, bigram or phrase of bigrams.
  private func slots(
    ofBare unit: QueryUnit
  ) throws(SearchError) -> (Clause.Kind, ArenaList<Slot>) {
    switch unit {
    case .word(let surface, _):
      return (.classTerm, ArenaList(try classSlot(surface), arena))
    case .run(let run):
      var slots = ArenaList<Slot>()
      add(run, from: 0, to: &slots)
      return (slots.count == 1 ? .surfaceTerm : .phrase, slots)
    }
  }

  func addPhrase(
    _ units: ArenaList<QueryUnit>, _ field: Field, _ boost: Double,
    to nodes: inout ArenaList<BoundNode>
  ) throws(SearchError) {
    guard let first = units.first else { return }
    var slots = ArenaList<Slot>()
    for unit in units {
      let offset = unit.position &- first.position
      switch unit {
      case .word(let surface, _): slots.append(try surfaceSlot(surface, offset: offset), arena)
      case .run(let run): add(run, from: offset, to: &slots)
      }
    }
    try count(terms: slots.count)
    let kind: Clause.Kind = slots.count == 1 ? .surfaceTerm : .phrase
    let clause = Clause(kind, field, slots: slots, bytes: bytes(of: slots), boost: boost)
    nodes.append(.leaf(match: number(clause), title: nil), arena)
  }

  /// Adds the bigrams of a run, or its only unigram.
  private func add(_ run: QueryUnit.Run, from start: UInt32, to slots: inout ArenaList<Slot>) {
    let terms = run.unigrams.count == 1 || run.bigrams.isEmpty ? run.unigrams : run.bigrams
    for (index, bytes) in terms.enumerated() {
      slots.append(Slot(ofSurface: bytes, offset: start &+ UInt32(index), arena), arena)
    }
  }
}
