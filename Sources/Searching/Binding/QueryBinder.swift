import LedeAnalysis
import LedeCodecs
import LedeModel

/// Turns queries' words into clauses: analysis, expansion over the vocabulary, deduplication.
///
/// One binder serves one query at a time; what it makes lies in its arena. The vocabulary is that of `text`
/// for both fields, since every title stands in it too.
final class QueryBinder {
  let analyzer: Analyzer
  let segments: [SegmentReader]
  /// Those in which a surface differs from another one in accents alone.
  let foldingSegments: [SegmentReader]
  let arena: ScratchArena
  private let languageStopWords: Set<[UInt8]>
  private let longestStopWord: Int
  // One thread uses it, and no closure keeps any of these while it is changed: there is nothing to check.
  /// The only token of the text last analysed, if that is a word.
  @exclusivity(unchecked) var word: TermBytes?
  /// Those of the text last analysed, unless it is a plain word.
  @exclusivity(unchecked) var tokens = TokenBatch()
  // Of the query that is being bound.
  @exclusivity(unchecked) private(set) var titleWeight = 0.0
  @exclusivity(unchecked) private var ignoresStopWords = false
  @exclusivity(unchecked) private(set) var clauses = ArenaList<Clause>()
  /// Numbers of the clauses, once there are many.
  @exclusivity(unchecked) private var numbers: [Clause: Int] = [:]
  @exclusivity(unchecked) private var terms = 0
  @exclusivity(unchecked) private var bytes = 0

  /// - Parameter arena: where queries are bound.
  init(analyzer: Analyzer, segments: [SegmentReader], arena: ScratchArena) {
    self.analyzer = analyzer
    self.segments = segments
    foldingSegments = segments.filter { $0.terms.count(.textFold) > 0 }
    self.arena = arena
    languageStopWords = analyzer.language.stopWords
    longestStopWord = languageStopWords.lazy.map(\.count).max() ?? 0
  }

  /// Where a part of the query stands, which decides what a word of several tokens means.
  enum Role { case should, must, mustNot }

  /// Binds a query; valid until the arena is reset.
  ///
  /// - Parameter ignoresStopWords: whether the language's are left out where the query has other words.
  func bind(
    _ query: Query, titleWeight: Double, ignoresStopWords: Bool
  ) throws(SearchError) -> BoundQuery {
    self.titleWeight = titleWeight
    self.ignoresStopWords = ignoresStopWords && !languageStopWords.isEmpty
    clauses = ArenaList()
    if !numbers.isEmpty { numbers = [:] }
    (terms, bytes) = (0, 0)
    var root = try self.root(query).simplified(arena)
    // One word alone is an alternative, whatever its sign.
    if root.must.count == 1, root.should.isEmpty, root.mustNot.isEmpty {
      swap(&root.must, &root.should)
    }
    guard !root.isEmpty else { throw .query(.nothingToSearch) }
    guard !root.matchesNothing else { throw .query(.onlyNegative) }
    return inCanonicalOrder(root)
  }

  private func root(_ query: Query) throws(SearchError) -> BoundBoolean {
    if case .boolean(let should, let must, let mustNot) = query {
      return try boolean(should, must, mustNot, boost: 1, depth: 1)
    }
    var root = BoundBoolean()
    try add(query, .should, boost: 1, depth: 1, to: &root.should)
    return root
  }

  /// Appends what a part of the query means.
  private func add(
    _ query: Query, _ role: Role, boost: Double, depth: Int,
    to nodes: inout ArenaList<BoundNode>
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
      if !result.isEmpty { nodes.append(.boolean(result), arena) }
    }
  }

  private func boolean(
    _ should: [Query], _ must: [Query], _ mustNot: [Query], boost: Double, depth: Int
  ) throws(SearchError) -> BoundBoolean {
    var result = BoundBoolean()
    var left = ArenaList<Int>()
    for (number, child) in should.enumerated() {
      if case .word(let text, nil) = child, ignoresStopWords, depth < QueryLimits.depth,
        text.utf8.count <= QueryLimits.bytes
      {
        // The common case: analysed once for both questions.
        analyze(text)
        if areStopWords() {
          left.append(number, arena)
        } else {
          try count(text)
          try addWord(nil, .should, boost, to: &result.should)
        }
      } else if isStopWord(child, depth: depth + 1) {
        left.append(number, arena)
      } else {
        try add(child, .should, boost: boost, depth: depth + 1, to: &result.should)
      }
    }
    for child in must {
      try add(child, .must, boost: boost, depth: depth + 1, to: &result.must)
    }
    // Words that nearly every article holds are searched only when there is nothing else.
    if result.should.isEmpty && result.must.isEmpty {
      for number in left {
        try add(should[number], .should, boost: boost, depth: depth + 1, to: &result.should)
      }
    }
    for child in mustNot {
      try add(child, .mustNot, boost: 1, depth: depth + 1, to: &result.mustNot)
    }
    return result
  }

  /// Whether a part is a bare word, or bare words joined, all of them stop words.
  private func isStopWord(_ query: Query, depth: Int) -> Bool {
    // What is too deep or too long is refused later: here it only must not cost anything.
    guard ignoresStopWords, depth <= QueryLimits.depth else { return false }
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
    if let word {
      return word.count <= longestStopWord && languageStopWords.contains([UInt8](word))
    }
    return !tokens.tokens.isEmpty
      && tokens.tokens.allSatisfy {
        // Most are too long, and an array need not be made of them.
        $0.kind == .word && $0.termLength <= longestStopWord
          && languageStopWords.contains([UInt8](tokens.bytes[tokens.termRange(of: $0)]))
      }
  }

  private func count(_ text: String) throws(SearchError) {
    bytes += text.utf8.count
    guard bytes <= QueryLimits.bytes else { throw .query(.tooLong(bytes: bytes)) }
  }

  func count(terms added: Int) throws(SearchError) {
    terms += added
    guard terms <= QueryLimits.clauses else { throw .query(.tooManyClauses(terms)) }
  }

  /// The number of a clause, which is the same for the same clause.
  func number(_ clause: Clause) -> Int {
    // A few clauses are compared faster than hashed; many are not.
    if clauses.count < Self.mostCompared {
      if let known = clauses.firstIndex(of: clause) { return known }
    } else {
      if numbers.isEmpty {
        for (number, other) in clauses.enumerated() { numbers[other] = number }
      }
      if let known = numbers[clause] { return known }
      numbers[clause] = clauses.count
    }
    clauses.append(clause, arena)
    return clauses.count - 1
  }

  private static var mostCompared: Int { 8 }
}
