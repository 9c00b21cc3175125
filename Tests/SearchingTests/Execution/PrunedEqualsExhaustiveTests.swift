import LedeAnalysis
import LedeModel
import LedeSearching
import TestSupport
import Testing

/// Both strategies, and the contract read literally, must agree: documents, score bits, order, counts.
@Suite struct PrunedEqualsExhaustiveTests {
  /// Compares the strategies for one query; returns what differs.
  static func difference(
    _ searcher: Searcher, _ query: Query, _ options: SearchOptions
  ) throws -> String? {
    var exhaustive = options
    exhaustive.strategy = .exhaustive
    let truth = try searcher.rank(query, options: exhaustive)
    let pruned = try searcher.rank(query, options: options)
    if pruned.hits.count != truth.hits.count {
      return "\(pruned.hits.count) hits instead of \(truth.hits.count)"
    }
    for (rank, (one, other)) in zip(pruned.hits, truth.hits).enumerated()
    where one.key != other.key || one.score.bitPattern != other.score.bitPattern {
      return "rank \(rank): \(one) instead of \(other)"
    }
    if pruned.relation == .equal ? pruned.total != truth.total : pruned.total > truth.total {
      return "total \(pruned.relation.rawValue) \(pruned.total) instead of \(truth.total)"
    }
    // With other kernels, bounds of fewer ranges at once, and bounds for phrases sooner.
    for (place, level) in ForcedKernels.levels.enumerated() {
      let kernels = ForcedKernels(level)
      defer { kernels.end() }
      var other = options
      (other.rangesPerTile, other.matchesPerHit) = [(1, 0), (3, 1), (2, 4)][place]
      let hits = try searcher.rank(query, options: other).hits
      if hits != pruned.hits {
        return "\(hits) at level \(level), \(other.rangesPerTile) ranges a tile"
      }
    }
    // Ranked and counted at once.
    var counting = options
    counting.countsExactly = true
    let counted = try searcher.rank(query, options: counting)
    if counted.hits != pruned.hits { return "\(counted.hits) when counted" }
    if counted.total != truth.total || counted.relation != .equal {
      return "counted \(counted.relation.rawValue) \(counted.total) instead of \(truth.total)"
    }
    let count = try searcher.count(query, options: options)
    return count == truth.total ? nil : "count \(count) instead of \(truth.total)"
  }

  @Test(arguments: testSeeds(1, 2, 3, 4))
  func flatQueriesAgree(seed: UInt64) throws {
    try compare(seed: seed, documents: 600, queries: 250, limits: [1, 3, 10, 100, 1000]) {
      $0.flatQuery()
    }
  }

  @Test(arguments: testSeeds(11, 12))
  func nestedQueriesAgree(seed: UInt64) throws {
    try compare(seed: seed, documents: 400, queries: 250, limits: [1, 10, 1000]) {
      $0.nestedQuery(depth: 4)
    }
  }

  /// Long lists: many blocks and groups, windows with and without an essential clause alone.
  @Test(arguments: testSeeds(21))
  func longListsAgree(seed: UInt64) throws {
    try compare(seed: seed, documents: 20_000, queries: 120, limits: [1, 10, 100]) {
      $0.flatQuery()
    }
  }

  /// Lists of several blocks that are too short to be cut at the borders of ranges, alone and in phrases.
  @Test(arguments: testSeeds(41))
  func shortListsAgree(seed: UInt64) throws {
    try compare(
      seed: seed, documents: 40_000, queries: 300, limits: [1, 10, 300], rareWords: 150, segments: 1
    ) { $0.flatQuery() }
  }

  /// Phrases of up to seven words, some twice, of which all, some or none are frequent.
  @Test(arguments: testSeeds(61, 62))
  func longPhrasesAgree(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let words = "to be or not that is question nobler".split(separator: " ").map(String.init)
    // Words of few documents, alone, together and twice; "poor" comes to be frequent or not.
    let rare = [
      "alas poor alas", "poor poor", "alas alas to", "to alas poor be", "yorick to be yorick",
    ]
    func text(_ length: Int, rareness: Double = 0.0015) -> [String] {
      var text: [String] = []
      while text.count < length {
        if generator.chance(rareness) {
          text += rare[generator.below(rare.count)].split(separator: " ").map(String.init)
        } else if generator.chance(0.1) {
          text += ["to", "be", "or", "not", "to", "be"]
        } else {
          let uniform = Double.random(in: 0..<1, using: &generator)
          text.append(words[Int(8 * uniform * uniform * uniform)])
        }
      }
      return text
    }
    let documents = (0..<6000).map { number in
      let length = 1 + generator.below(generator.chance(0.1) ? 90 : 12)
      return TestDocument(
        article: Article(
          key: "doc-\(number)", title: text(generator.below(4)).joined(separator: " "),
          body: text(length).joined(separator: " ")),
        sequence: UInt64(number), isDeleted: generator.chance(0.02))
    }
    let index = try TestIndex([documents])
    let searcher = try Searcher.open(directory: index.directory)
    var matches = 0
    for number in 0..<400 {
      let phrase = Query.phrase(
        text(2 + generator.below(6), rareness: 0.2).prefix(7).joined(separator: " "), field: nil)
      let query =
        generator.chance(0.7)
        ? phrase
        : .boolean(
          should: [phrase, .word(words[7], field: nil)], must: [.word(words[3], field: nil)],
          mustNot: [])
      var options = SearchOptions(limit: [1, 10, 300][number % 3])
      options.ignoresStopWords = false
      let difference = try Self.difference(searcher, query, options)
      #expect(difference == nil, "seed \(seed), \(options), \(query)")
      matches += try searcher.count(phrase, options: options)
    }
    #expect(matches > 10_000)
  }

  /// Boosts so small that scores are below the normal floats, which have fewer bits there.
  @Test(arguments: testSeeds(51))
  func scoresOfFewBitsAgree(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let words = ["alumina", "cluster", "bauxite", "smelter", "refinery", "ore", "trade", "port"]
    let documents = (0..<400).map { number in
      var body = words.map { $0 + String(repeating: " " + $0, count: generator.below(6)) }
      body.append(String(repeating: " the", count: generator.below(40)))
      return TestDocument(
        article: Article(key: "doc-\(number)", title: "", body: body.joined(separator: " ")),
        sequence: UInt64(30_000 - number), isDeleted: false)
    }
    let others = (400..<30_000).map { number in
      TestDocument(
        article: Article(key: "doc-\(number)", title: "", body: "the market"),
        sequence: UInt64(30_000 - number), isDeleted: false)
    }
    let index = try TestIndex([documents + others])
    let searcher = try Searcher.open(directory: index.directory)
    for boost in [1, 2, 7, 70_000, 7_000_000].map(Float.init(bitPattern:)) {
      let parts = words.map { Query.boost(.word($0, field: nil), boost) }
      for limit in [1, 3, 10] {
        for query in [
          Query.boolean(should: [], must: parts, mustNot: []),
          Query.boolean(should: parts, must: [], mustNot: []),
          Query.boolean(should: Array(parts[..<3]), must: Array(parts[3...]), mustNot: []),
        ] {
          for k1 in [0, 1.2] {
            var options = SearchOptions(limit: limit)
            (options.titleWeight, options.k1) = (0, k1)
            let difference = try Self.difference(searcher, query, options)
            #expect(difference == nil, "seed \(seed), boost \(boost), \(options), \(query)")
          }
        }
      }
    }
  }

  private func compare(
    seed: UInt64, documents: Int, queries: Int, limits: [Int], rareWords: Int = 0,
    segments: Int? = nil, _ make: (inout RandomArchive) -> Query
  ) throws {
    var archive = RandomArchive(seed: seed, rareWords: rareWords)
    let index = try TestIndex(
      archive.segments(
        documents: documents, segments: segments ?? 1 + archive.below(4),
        deleted: archive.chance(0.5) ? 0.2 : 0, shuffled: archive.chance(0.5)))
    let searcher = try Searcher.open(directory: index.directory)
    for number in 0..<queries {
      let query = make(&archive)
      for limit in limits {
        let options = archive.options(limit: limit)
        let difference = try Self.difference(searcher, query, options)
        #expect(
          difference == nil, "seed \(seed), query \(number) \(query), \(options)")
        if difference != nil { return }
      }
    }
  }

  @Test(arguments: testSeeds(31, 32, 33))
  func exhaustiveAgreesWithTheContract(seed: UInt64) throws {
    var archive = RandomArchive(seed: seed)
    let segments = archive.segments(
      documents: 80, segments: 1 + archive.below(3), deleted: 0.15, shuffled: true)
    let language = archive.chance(0.3) ? Language.none : .english
    let index = try TestIndex(segments, language: language)
    let searcher = try Searcher.open(directory: index.directory)
    for number in 0..<60 {
      let most = archive.chance(0.2) ? 60 : 5
      let query =
        archive.chance(0.6) ? archive.flatQuery(most: most) : archive.nestedQuery(depth: 3)
      var options = archive.options(limit: 1000)
      let naive = try NaiveEngine(segments.flatMap { $0 }, language: language, options: options)
      options.strategy = archive.chance(0.5) ? .exhaustive : .pruned
      let truth = naive.answer(query)
      let answer = try searcher.rank(query, options: options).hits.map {
        NaiveEngine.Answer(key: $0.key, score: $0.score)
      }
      #expect(answer == truth, "seed \(seed), query \(number) \(query), \(options)")
      if answer != truth { return }
    }
  }
}
