import LedeCodecs
import LedeModel
import LedeSearching
import TestSupport
import Testing

/// Phrases alone, which are ranked in one pass until their matches prove to be many, and what they are handed
/// over to: each answer must be the exhaustive one.
@Suite struct PhrasesAgreeTests {
  /// Every document has the phrase: those that were ranked before it is handed over must not come again.
  @Test(arguments: [1, 10, 100])
  func manyMatchesComeOnce(limit: Int) throws {
    var generator = SplitMix64(seed: 5)
    let searcher = try searcher(6000) { _ in
      "to be" + String(repeating: " to", count: generator.below(5))
        + String(repeating: " wood", count: generator.below(20))
    }
    var options = SearchOptions(limit: limit)
    options.ignoresStopWords = false
    for phrase in ["to be", "be to", "wood wood wood"] {
      let query = Query.phrase(phrase, field: nil)
      #expect(try PrunedEqualsExhaustiveTests.difference(searcher, query, options) == nil)
    }
  }

  /// Words of every frequency, rare and in every range, beside each other by chance and as phrases, some of the
  /// documents deleted.
  @Test(arguments: testSeeds(1, 2, 3))
  func phrasesOfEveryFrequencyAgree(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let words = ["ore", "bauxite", "of", "smelter", "port", "alumina", "trade", "the"]
    let rates = words.map { _ in [0.001, 0.004, 0.014, 0.03, 0.2][generator.below(5)] }
    let count = 12_000
    let segments = 1 + generator.below(3)
    let searcher = try searcher(
      count, segments: segments, deleted: generator.chance(0.5) ? 0.3 : 0, seed: seed
    ) { _ in
      var text: [String] = []
      for (place, rate) in rates.enumerated() where generator.chance(rate) {
        let next = words[(place + 1) % words.count]
        text += generator.chance(0.5) ? [words[place], next] : [next, "and", words[place]]
        if generator.chance(0.3) { text.append(words[place]) }
      }
      return (text + Array(repeating: "sea", count: generator.below(9))).joined(separator: " ")
    }
    var matches = 0
    for number in 0..<150 {
      let first = generator.below(words.count)
      let phrase = (0..<(2 + generator.below(2)))
        .map { words[(first + $0 * (generator.chance(0.9) ? 1 : 0)) % words.count] }
      var options = SearchOptions(
        limit: [1, 2, 10, 100][number % 4], offset: generator.chance(0.2) ? 3 : 0)
      options.ignoresStopWords = false
      if generator.chance(0.2) { options.k1 = 0 }
      // A word alone now and then: with a head of its best, ranges, both, or neither.
      let query =
        number % 5 == 0
        ? Query.word(words[first], field: nil)
        : Query.phrase(phrase.joined(separator: " "), field: nil)
      let difference = try PrunedEqualsExhaustiveTests.difference(searcher, query, options)
      #expect(difference == nil, "seed \(seed), \(number), \(options), \(query)")
      matches += try searcher.count(query, options: options)
    }
    #expect(matches > 1000, "seed \(seed): \(matches)")
  }

  /// Rarer words that mostly stand as in the phrase, around one in most documents: it is asked last, about the most
  /// promising documents first. Their bounds differ by frequency and length.
  @Test(arguments: [0.008, 0.06], testSeeds(6, 7, 8))
  func phrasesAroundAFrequentWordAgree(rate: Double, seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let phrases = ["ore of port", "ore of the port", "of ore port", "rail of of road"]
    let deleted = generator.chance(0.5) ? 0.2 : 0
    let searcher = try searcher(
      8000, segments: 1 + generator.below(2), deleted: deleted, seed: seed
    ) { _ in
      var text = generator.chance(0.75) ? ["of the sea"] : []
      for phrase in phrases where generator.chance(rate) {
        for _ in 0...generator.below(4) {
          let other = phrase.replacing("of", with: ["sea", "the"][generator.below(2)])
          text.append(generator.chance(0.8) ? phrase : other)
        }
      }
      return (text + Array(repeating: "sea", count: generator.below(60))).joined(separator: " ")
    }
    for number in 0..<40 {
      let query = Query.phrase(phrases[number % phrases.count], field: nil)
      var options = SearchOptions(limit: [1, 4, 10, 30, 100][number % 5])
      options.ignoresStopWords = false
      options.k1 = [1.2, 0.4, 0, 20][generator.below(4)]
      options.b = [0.75, 0, 1][generator.below(3)]
      let difference = try PrunedEqualsExhaustiveTests.difference(searcher, query, options)
      #expect(difference == nil, "seed \(seed), \(options), \(query)")
      #expect(try searcher.count(query, options: options) > 30, "seed \(seed), \(query)")
    }
  }

  /// Words that occur only as the phrase has them: what ranges are passed for is the very score of their best
  /// document.
  @Test(arguments: testSeeds(4, 5))
  func rangesOfTightBoundsAgree(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let pairs = ["ore port", "trade ship", "mine shaft", "rail road", "coal pit", "iron gate"]
    let searcher = try searcher(15_000, segments: 1 + Int(seed % 2), seed: seed) { _ in
      // Lengths so close that their impacts mostly share a code.
      let found = pairs.filter { _ in generator.chance(0.02) }
      let length = found.isEmpty ? generator.below(3) : 400 + generator.below(12)
      return (found + Array(repeating: "sea", count: length)).joined(separator: " ")
    }
    for number in 0..<150 {
      var options = SearchOptions(limit: [5, 6, 7, 10][number % 4])
      // Half of them those that codes are made for, of which bounds are closest.
      (options.k1, options.b) = (FrozenImpact.k1, FrozenImpact.b)
      if generator.chance(0.5) {
        options.k1 = [0.9, 0.3, 3, 0][generator.below(4)]
        options.b = [0.75, 0, 1, 0.1][generator.below(4)]
      }
      options.titleWeight = 0
      let query = Query.phrase(pairs[generator.below(pairs.count)], field: nil)
      let difference = try PrunedEqualsExhaustiveTests.difference(searcher, query, options)
      #expect(difference == nil, "seed \(seed), \(options)")
    }
  }

  /// Boosts so small that products with them are below the normal floats, of words in every range.
  @Test(arguments: [1, 10], [1, 2, 3, 7] as [UInt32])
  func scoresOfFewBitsOfFrequentWordsAgree(limit: Int, bits: UInt32) throws {
    let words = ["alumina", "cluster", "bauxite", "smelter", "ore", "trade"]
    let searcher = try searcher(6000, isReversed: true) {
      $0 % 32 == 0 ? words.joined(separator: " ") : "port"
    }
    let boost = Float(bitPattern: bits)
    for count in 2...words.count {
      let terms = words[..<count].map { Query.boost(.word($0, field: nil), boost) }
      let phrases = (1..<count).map {
        Query.boost(.phrase(words[($0 - 1)...$0].joined(separator: " "), field: nil), boost)
      }
      for (must, k1) in [(terms, 0), (terms, 1.2), (phrases, 0), (phrases, 1.2)] {
        var options = SearchOptions(limit: limit)
        (options.titleWeight, options.k1) = (0, k1)
        let query = Query.boolean(should: [], must: must, mustNot: [])
        let difference = try PrunedEqualsExhaustiveTests.difference(searcher, query, options)
        #expect(difference == nil, "\(bits), \(limit), \(query), \(k1)")
      }
    }
  }

  private func searcher(
    _ count: Int, segments: Int = 1, deleted: Double = 0, seed: UInt64 = 1,
    isReversed: Bool = false,
    _ text: (Int) -> String
  ) throws -> Searcher {
    var generator = SplitMix64(seed: seed)
    let documents = (0..<count).map { number in
      TestDocument(
        article: Article(key: "doc-\(number)", title: "", body: text(number)),
        sequence: UInt64(isReversed ? count - number : number),
        isDeleted: generator.chance(deleted))
    }
    let size = (count + segments - 1) / segments
    let parts = stride(from: 0, to: count, by: size).map {
      Array(documents[$0..<min(count, $0 + size)])
    }
    // It takes its folder along, which an open searcher does not need.
    let index = try TestIndex(parts)
    return try withExtendedLifetime(index) { try Searcher.open(directory: index.directory) }
  }
}
