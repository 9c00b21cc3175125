import LedeModel
import LedeSearching
import TestSupport
import Testing

/// Conjunctions and phrases of rare words and of such as are many times more frequent and yet not in every range,
/// pruned against exhaustive.
@Suite struct SparseConjunctionTests {
  @Test(arguments: testSeeds(51, 52))
  func rareAndMiddlingWordsAgree(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    // In 20,000 documents lists of up to 312 are not cut at ranges.
    let chances: [(String, Double)] = [
      ("rare", 0.0004), ("seldom", 0.002), ("middling", 0.014), ("other", 0.012),
      ("common", 0.3), ("filler", 0.8), ("naive", 0.02),
    ]
    let documents = (0..<20_000).map { number in
      // The rare ones come with others more often than by chance.
      let isTopic = number % 97 == 0
      var body: [String] = []
      for (word, chance) in chances where generator.chance(isTopic ? 0.5 : chance) {
        // Two surfaces of one word, whose lists are merged.
        let surface = word == "naive" && generator.chance(0.5) ? "naïve" : word
        body += [String](
          repeating: surface, count: 1 + generator.below(generator.chance(0.05) ? 40 : 3))
      }
      body.shuffle(using: &generator)
      return TestDocument(
        article: Article(key: "\(number)", title: "", body: body.joined(separator: " ")),
        sequence: UInt64(number), isDeleted: generator.chance(0.01))
    }
    let half = documents.count / 3
    for segments in [[documents], [Array(documents[..<half]), Array(documents[half...])]] {
      let index = try TestIndex(segments)
      let searcher = try Searcher.open(directory: index.directory)
      for number in 0..<120 {
        let words = chances.map(\.0).shuffled(using: &generator).prefix(2 + generator.below(4))
        var must = words.map { Query.word($0, field: nil) }
        if generator.chance(0.2) { must[0] = .boost(must[0], 3) }
        if generator.chance(0.4) {
          must.append(.phrase(words.prefix(2).joined(separator: " "), field: nil))
        }
        // So that the best documents of a list that leads often do not match, or only some do.
        let others = chances.map { Query.word($0.0, field: nil) }.shuffled(using: &generator)
        let should = generator.chance(0.3) ? Array(others[..<1]) : []
        let mustNot = generator.chance(0.2) ? Array(others[1..<2]) : []
        let query =
          number % 4 == 0
          ? must[must.count - 1] : .boolean(should: should, must: must, mustNot: mustNot)
        var options = SearchOptions(limit: [1, 3, 10, 30, 1000][number % 5])
        options.titleWeight = 0
        let difference = try PrunedEqualsExhaustiveTests.difference(searcher, query, options)
        #expect(difference == nil, "seed \(seed), \(options), \(query)")
      }
    }
  }
}
