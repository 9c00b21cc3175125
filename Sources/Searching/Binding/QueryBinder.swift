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
  var numbers: [Clause: Int] = [:]
  var clauses: [Clause] = []
  /// Of each clause, see `Clause.startOfOrder`: to read it here costs no reference counts.
  var starts: [UInt64] = []
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
  enum Role { case should, must, mustNot }

  mutating func bind(_ query: Query) throws(SearchError) -> BoundQuery {
    clauses.reserveCapacity(4)
    starts.reserveCapacity(4)
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
      analyze(text)
      try addWord(field, role, boost, to: &nodes)
    case .phrase(let text, let field):
      try count(text)
      analyze(text)
      try addPhrase(units(), field ?? .text, boost, to: &nodes)
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
        analyze(text)
        if areStopWords() {
          left.append(child)
        } else {
          try count(text)
          try addWord(nil, .should, boost, to: &result.should)
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
      analyze(text)
      return areStopWords()
    case .word, .phrase, .boolean: return false
    }
  }

  /// Whether the text last analysed has words, and they are all stop words.
  private func areStopWords() -> Bool {
    units()?.allSatisfy {
      if case .word(let surface, _) = $0 { stopWords.contains(surface) } else { false }
    } ?? false
  }

  private mutating func count(_ text: String) throws(SearchError) {
    bytes += text.utf8.count
    guard bytes <= QueryLimits.bytes else { throw .query(.tooLong(bytes: bytes)) }
  }

  mutating func count(terms added: Int) throws(SearchError) {
    terms += added
    guard terms <= QueryLimits.clauses else { throw .query(.tooManyClauses(terms)) }
  }
}
