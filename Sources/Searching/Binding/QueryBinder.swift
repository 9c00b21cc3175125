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
  private let scratch: AnalysisScratch

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
    var root = BoundBoolean()
    root.should = try nodes(query, .should, boost: 1, depth: 1)
    root = root.simplified()
    guard !root.isEmpty else { throw .query(.nothingToSearch) }
    guard !root.matchesNothing else { throw .query(.onlyNegative) }
    return inCanonicalOrder(root)
  }

  private mutating func nodes(
    _ query: Query, _ role: Role, boost: Double, depth: Int
  ) throws(SearchError) -> [BoundNode] {
    guard depth <= QueryLimits.depth else { throw .query(.tooDeep) }
    switch query {
    case .word(let text, let field):
      try count(text)
      return try word(analyze(text), field, role, boost)
    case .phrase(let text, let field):
      try count(text)
      return try phrase(text, field ?? .text, boost).map { [$0] } ?? []
    case .boost(let inner, let factor):
      guard (0...Float(SearchOptions.maxBoost)).contains(factor) else {
        throw .query(.invalidBoost(factor))
      }
      let product = min(boost * Double(factor), SearchOptions.maxBoost)
      return try nodes(inner, role, boost: product, depth: depth + 1)
    case .boolean(let should, let must, let mustNot):
      var result = BoundBoolean()
      var left: [Query] = []
      result.should.reserveCapacity(should.count)
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
            result.should += try word(units, nil, .should, boost)
          }
        } else if isStopWord(child, depth: depth + 1) {
          left.append(child)
        } else {
          result.should += try nodes(child, .should, boost: boost, depth: depth + 1)
        }
      }
      for child in must { result.must += try nodes(child, .must, boost: boost, depth: depth + 1) }
      // Words that nearly every article holds are searched only when there is nothing else.
      if result.should.isEmpty && result.must.isEmpty {
        for child in left {
          result.should += try nodes(child, .should, boost: boost, depth: depth + 1)
        }
      }
      for child in mustNot {
        result.mustNot += try nodes(child, .mustNot, boost: 1, depth: depth + 1)
      }
      return result.isEmpty ? [] : [.boolean(result)]
    }
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

  private func areStopWords(_ units: [QueryUnit]) -> Bool {
    !units.isEmpty
      && units.allSatisfy {
        if case .word(let surface, _) = $0 { stopWords.contains(surface) } else { false }
      }
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
  private mutating func word(
    _ units: [QueryUnit], _ field: Field?, _ role: Role, _ boost: Double
  ) throws(SearchError) -> [BoundNode] {
    if role == .mustNot, units.count > 1 {
      return try phraseNode(units, field ?? .text, boost).map { [$0] } ?? []
    }
    var nodes: [BoundNode] = []
    for unit in units {
      let (kind, slots) = try slots(ofBare: unit)
      try count(terms: slots.count)
      var clause = Clause(kind: kind, field: field ?? .text, slots: slots, boost: boost)
      let match = number(clause)
      var scores = [match]
      if field == nil, titleWeight > 0, role != .mustNot {
        clause.field = .title
        clause.boost = boost * titleWeight
        scores.append(number(clause))
      }
      nodes.append(.leaf(match: match, scores: scores))
    }
    return nodes
  }

  /// A bare word's class term; a run's unigram, bigram or phrase of bigrams.
  private func slots(ofBare unit: QueryUnit) throws(SearchError) -> (Clause.Kind, [Slot]) {
    switch unit {
    case .word(let surface, _):
      return (.classTerm, [try classSlot(surface)])
    case .run(let unigrams, let bigrams, _):
      let slots = runSlots(unigrams, bigrams, from: 0)
      return (slots.count == 1 ? .surfaceTerm : .phrase, slots)
    }
  }

  private mutating func phrase(
    _ text: String, _ field: Field, _ boost: Double
  ) throws(SearchError) -> BoundNode? {
    try phraseNode(analyze(text), field, boost)
  }

  private mutating func phraseNode(
    _ units: [QueryUnit], _ field: Field, _ boost: Double
  ) throws(SearchError) -> BoundNode? {
    guard let first = units.first else { return nil }
    var slots: [Slot] = []
    for unit in units {
      let offset = unit.position &- first.position
      switch unit {
      case .word(let surface, _): slots.append(try surfaceSlot(surface, offset: offset))
      case .run(let unigrams, let bigrams, _):
        slots += runSlots(unigrams, bigrams, from: offset)
      }
    }
    try count(terms: slots.count)
    let kind: Clause.Kind = slots.count == 1 ? .surfaceTerm : .phrase
    let match = number(Clause(kind: kind, field: field, slots: slots, boost: boost))
    return .leaf(match: match, scores: [match])
  }

  /// The bigrams of a run, or its only unigram.
  private func runSlots(_ unigrams: [[UInt8]], _ bigrams: [[UInt8]], from start: UInt32) -> [Slot] {
    let terms = unigrams.count == 1 ? unigrams : bigrams
    return terms.enumerated().map { index, bytes in
      Slot(
        offset: start &+ UInt32(index), keys: [TermKey(bytes: bytes, isClass: false)], bytes: bytes)
    }
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

// MARK: - Analysis

/// A word or a script run of a query, in the order of the text.
private enum QueryUnit {
  case word([UInt8], position: UInt32)
  case run(unigrams: [[UInt8]], bigrams: [[UInt8]], position: UInt32)

  var position: UInt32 {
    switch self {
    case .word(_, let position), .run(_, _, let position): position
    }
  }
}

extension QueryBinder {
  private func analyze(_ text: String) -> [QueryUnit] {
    scratch.tokens.removeAll(keepingCapacity: true)
    var text = text
    text.withUTF8 { analyzer.analyze($0, into: &scratch.tokens) }
    var units: [QueryUnit] = []
    units.reserveCapacity(scratch.tokens.tokens.count)
    for token in scratch.tokens.tokens {
      let start = Int(token.termStart)
      let bytes = Array(scratch.tokens.bytes[start..<start + Int(token.termLength)])
      switch token.kind {
      case .word: units.append(.word(bytes, position: token.position))
      case .unigram where token.startsRun:
        units.append(.run(unigrams: [bytes], bigrams: [], position: token.position))
      case .unigram, .bigram:
        guard case .run(var unigrams, var bigrams, let position)? = units.popLast() else {
          continue
        }
        if token.kind == .unigram { unigrams.append(bytes) } else { bigrams.append(bytes) }
        units.append(.run(unigrams: unigrams, bigrams: bigrams, position: position))
      }
    }
    return units
  }
}

// MARK: - Canonical order

extension QueryBinder {
  /// Sorts the clauses canonically and renames the leaves.
  private func inCanonicalOrder(_ root: BoundBoolean) -> BoundQuery {
    // Not `self` in the closure, which would copy the whole binder.
    let clauses = clauses
    let pairs = zip(clauses, clauses.dropFirst())
    if pairs.allSatisfy({ Clause.precedes($0, $1) }) {
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
    let (bytesA, bytesB) = (a.bytes, b.bytes)
    if bytesA != bytesB { return bytesA.lexicographicallyPrecedes(bytesB) }
    let (offsetsA, offsetsB) = (a.slots.map(\.offset), b.slots.map(\.offset))
    if offsetsA != offsetsB { return offsetsA.lexicographicallyPrecedes(offsetsB) }
    return a.boost < b.boost
  }
}
