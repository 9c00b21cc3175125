import LedeAnalysis
import LedeCodecs
import LedeModel

/// Turns a query's words into clauses: analysis, expansion over the vocabulary, deduplication.
///
/// One binder serves one query. The vocabulary is that of `text` for both fields, since every title
/// stands in it too.
struct QueryBinder {
  let analyzer: Analyzer
  let segments: [SegmentReader]
  let titleWeight: Double
  /// Surfaces that are left out where a query has other words.
  private let stopWords: Set<[UInt8]>
  private var numbers: [Clause: Int] = [:]
  private var clauses: [Clause] = []
  private var terms = 0
  private var bytes = 0
  let scratch: AnalysisScratch

  init(
    analyzer: Analyzer, segments: [SegmentReader], titleWeight: Double,
    stopWords: Set<[UInt8]> = [], scratch: AnalysisScratch = AnalysisScratch()
  ) {
    self.analyzer = analyzer
    self.scratch = scratch
    self.segments = segments
    self.titleWeight = titleWeight
    self.stopWords = stopWords
  }

  /// Where a part of the query stands, which decides what a word of several tokens means.
  private enum Role { case should, must, mustNot }

  mutating func bind(_ query: Query) throws(SearchError) -> BoundQuery {
    clauses.reserveCapacity(4)
    var root = try self.root(query).simplified()
    // One word alone is an alternative, whatever its sign.
    if root.must.count == 1, root.should.isEmpty, root.mustNot.isEmpty {
      swap(&root.must, &root.should)
    }
    guard !root.isEmpty else { throw .query(.nothingToSearch) }
    guard !root.matchesNothing else { throw .query(.onlyNegative) }
    return inCanonicalOrder(root)
  }

  private mutating func root(_ query: Query) throws(SearchError) -> BoundBoolean {
    if case .boolean(let should, let must, let mustNot) = query {
      return try boolean(should, must, mustNot, boost: 1, depth: 1)
    }
    var root = BoundBoolean()
    try add(query, .should, boost: 1, depth: 1, to: &root.should)
    return root
  }

  /// Appends what a part of the query means.
  private mutating func add(
    _ query: Query, _ role: Role, boost: Double, depth: Int, to nodes: inout [BoundNode]
  ) throws(SearchError) {
    guard depth <= QueryLimits.depth else { throw .query(.tooDeep) }
    switch query {
    case .word(let text, let field):
      try count(text)
      try addWord(analyze(text), field, role, boost, to: &nodes)
    case .phrase(let text, let field):
      try count(text)
      try addPhrase(analyze(text), field ?? .text, boost, to: &nodes)
    case .boost(let inner, let factor):
      guard (0...Float(SearchOptions.maxBoost)).contains(factor) else {
        throw .query(.invalidBoost(factor))
      }
      let product = min(boost * Double(factor), SearchOptions.maxBoost)
      try add(inner, role, boost: product, depth: depth + 1, to: &nodes)
    case .boolean(let should, let must, let mustNot):
      let result = try boolean(should, must, mustNot, boost: boost, depth: depth)
      if !result.isEmpty { nodes.append(.boolean(result)) }
    }
  }

  private mutating func boolean(
    _ should: [Query], _ must: [Query], _ mustNot: [Query], boost: Double, depth: Int
  ) throws(SearchError) -> BoundBoolean {
    var result = BoundBoolean()
    var left: [Query] = []
    result.should.reserveCapacity(should.count)
    result.must.reserveCapacity(must.count)
    for child in should {
      if case .word(let text, nil) = child, !stopWords.isEmpty, depth < QueryLimits.depth,
        text.utf8.count <= QueryLimits.bytes
      {
        // The common case: analysed once for both questions.
        let units = analyze(text)
        if areStopWords(units) {
          left.append(child)
        } else {
          try count(text)
          try addWord(units, nil, .should, boost, to: &result.should)
        }
      } else if isStopWord(child, depth: depth + 1) {
        left.append(child)
      } else {
        try add(child, .should, boost: boost, depth: depth + 1, to: &result.should)
      }
    }
    for child in must {
      try add(child, .must, boost: boost, depth: depth + 1, to: &result.must)
    }
    // Words that nearly every article holds are searched only when there is nothing else.
    if result.should.isEmpty && result.must.isEmpty {
      for child in left {
        try add(child, .should, boost: boost, depth: depth + 1, to: &result.should)
      }
    }
    for child in mustNot {
      try add(child, .mustNot, boost: 1, depth: depth + 1, to: &result.mustNot)
    }
    return result
  }

  /// Whether a part is a bare word, or bare words joined, all of them stop words.
  private mutating func isStopWord(_ query: Query, depth: Int) -> Bool {
    // What is too deep or too long is refused later: here it only must not cost anything.
    guard !stopWords.isEmpty, depth <= QueryLimits.depth else { return false }
    switch query {
    case .boost(let inner, _): return isStopWord(inner, depth: depth + 1)
    case .word(let text, nil):
      guard text.utf8.count <= QueryLimits.bytes else { return false }
      return areStopWords(analyze(text))
    case .word, .phrase, .boolean: return false
    }
  }

  private func areStopWords(_ units: OneOrMore<QueryUnit>?) -> Bool {
    units?.allSatisfy {
      if case .word(let surface, _) = $0 { stopWords.contains(surface) } else { false }
    } ?? false
  }

  private mutating func count(_ text: String) throws(SearchError) {
    bytes += text.utf8.count
    guard bytes <= QueryLimits.bytes else { throw .query(.tooLong(bytes: bytes)) }
  }

  private mutating func count(terms added: Int) throws(SearchError) {
    terms += added
    guard terms <= QueryLimits.clauses else { throw .query(.tooManyClauses(terms)) }
  }
}

// MARK: - Words and phrases

extension QueryBinder {
  /// - Parameter units: nil when the text has no token.
  private mutating func addWord(
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
  private mutating func addPhrase(
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

// MARK: - Canonical order

extension QueryBinder {
  /// Sorts the clauses canonically and renames the leaves.
  private func inCanonicalOrder(_ root: BoundBoolean) -> BoundQuery {
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
