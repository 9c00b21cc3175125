import LedeModel
import LedeSearching
import TestSupport
import Testing

/// Queries whose words are frequent in all ranges or in some, pruned against exhaustive.
@Suite struct RangesAgreeTests {
  private func document(_ number: Int, _ body: [String], isDeleted: Bool = false) -> TestDocument {
    TestDocument(
      article: Article(key: "doc-\(number)", title: "", body: body.joined(separator: " ")),
      sequence: UInt64(number), isDeleted: isDeleted)
  }

  /// Words of nearly every document, or of a few of a range: what is looked up together is then of one range
  /// and a half. The phrase's second word has two surfaces, which are walked one document after the other.
  @Test(arguments: testSeeds(71))
  func fullRangesAgree(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let documents = (0..<8000).map { number in
      let isFull = number / 512 % 3 > 0
      var body: [String] = []
      for _ in 0..<(1 + generator.below(3)) where generator.chance(isFull ? 0.999 : 0.02) {
        body += ["alumina", "the", generator.chance(0.5) ? "café" : "cafe"]
        body += [String](repeating: "filler", count: generator.below(9))
      }
      return document(number, body)
    }
    let index = try TestIndex([documents])
    let searcher = try Searcher.open(directory: index.directory)
    let phrase = Query.phrase("the café", field: nil)
    let (alumina, filler) = (Query.word("alumina", field: nil), Query.word("filler", field: nil))
    for limit in [1, 10, 100, 5000] {
      for query in [
        Query.boolean(should: [], must: [alumina, phrase], mustNot: []),
        .boolean(should: [filler], must: [phrase], mustNot: []),
        .boolean(should: [alumina, filler], must: [], mustNot: []),
        .boolean(should: [alumina, phrase, filler], must: [], mustNot: []),
      ] {
        var options = SearchOptions(limit: limit)
        options.ignoresStopWords = false
        let difference = try PrunedEqualsExhaustiveTests.difference(searcher, query, options)
        #expect(difference == nil, "seed \(seed), \(options), \(query)")
      }
    }
  }

  /// Unions of words that each stand in a tenth of all documents or less: of most ranges only those documents
  /// count that hold several of them.
  @Test(arguments: testSeeds(81, 82))
  func unionsOfMiddlingWordsAgree(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let words = (0..<12).map { "word\($0)" }
    let documents = (0..<30_000).map { number in
      var body: [String] = []
      for (rank, word) in words.enumerated() where generator.chance(0.1 / Double(1 + rank)) {
        body += [String](repeating: word, count: 1 + generator.below(1 + generator.below(6)))
      }
      body += [String](repeating: "filler", count: generator.below(40))
      body.shuffle(using: &generator)
      return document(number, body, isDeleted: generator.chance(0.02))
    }
    let index = try TestIndex([documents])
    let searcher = try Searcher.open(directory: index.directory)
    for number in 0..<150 {
      let chosen = words.shuffled(using: &generator).prefix(2 + generator.below(9))
      var parts = chosen.map { Query.word($0, field: nil) }
      if generator.chance(0.2) { parts[0] = .boost(parts[0], 0.01) }
      if generator.chance(0.2) { parts.append(.word("filler", field: nil)) }
      var options = SearchOptions(limit: [1, 10, 100][number % 3])
      options.titleWeight = generator.chance(0.5) ? 0 : 1
      let query = Query.boolean(should: parts, must: [], mustNot: [])
      let difference = try PrunedEqualsExhaustiveTests.difference(searcher, query, options)
      #expect(difference == nil, "seed \(seed), \(options), \(query)")
    }
  }

  /// Words that whole ranges lack, required or not: what is known of a document must not pass to one of a range
  /// without them.
  @Test(arguments: testSeeds(91, 92, 93))
  func wordsOfSomeRangesAgree(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let words = (0..<10).map { "word\($0)" }
    var isThere: [Bool] = []
    let documents = (0..<40_000).map { number in
      if number % 512 == 0 { isThere = words.map { _ in generator.chance(0.5) } }
      var body: [String] = []
      for (place, word) in words.enumerated()
      where isThere[place] && generator.chance(0.02 * Double(1 + place)) {
        body += [String](repeating: word, count: 1 + generator.below(1 + generator.below(12)))
      }
      body += [String](repeating: "filler", count: generator.below(40))
      return document(number, body)
    }
    let index = try TestIndex([documents])
    let searcher = try Searcher.open(directory: index.directory)
    for number in 0..<600 {
      let chosen = words.shuffled(using: &generator).prefix(3 + generator.below(6))
      let parts = chosen.map {
        Query.boost(.word($0, field: nil), Float(1 + generator.below(20)) / 10)
      }
      // Required ones, and the others that lift what holds them: with a phrase, no range tells who may enter.
      let must = number % 3 == 0 ? 0 : 1 + generator.below(2)
      let mustNot = generator.chance(0.1) ? [Query.word("filler", field: nil)] : []
      let phrase = generator.chance(0.05) ? [Query.phrase("word1 word2", field: nil)] : []
      let query = Query.boolean(
        should: Array(parts.dropFirst(must)) + phrase, must: Array(parts.prefix(must)),
        mustNot: mustNot)
      var options = SearchOptions(limit: [1, 3, 10, 100][number % 4])
      options.titleWeight = 0
      let difference = try PrunedEqualsExhaustiveTests.difference(searcher, query, options)
      #expect(difference == nil, "seed \(seed), \(options), \(query)")
    }
  }

  /// Documents that wait drop when a later range raises the threshold; those that stay keep their places
  /// among scores, and leave none there for a range without their words.
  @Test func whatIsDroppedLeavesNoScoresBehind() throws {
    // By range of 512 documents: how many hold words, and which.
    let ranges: [(count: Int, words: [String: Int])] = [
      (90, ["alumina": 1, "bauxite": 1]), (60, ["alumina": 1, "bauxite": 2]), (60, ["smelter": 5]),
      (10, ["alumina": 9, "bauxite": 9]), (100, ["smelter": 20]),
    ]
    var documents: [TestDocument] = []
    for range in ranges {
      for place in 0..<512 {
        var body: [String] = []
        for (word, termFreq) in range.words.sorted(by: { $0.key < $1.key })
        where place < range.count {
          body += [String](repeating: word, count: termFreq)
        }
        body += [String](repeating: "filler", count: 40 - body.count)
        documents.append(document(documents.count, body))
      }
    }
    let index = try TestIndex([documents])
    let searcher = try Searcher.open(directory: index.directory)
    let query = Query.boolean(should: [
      .word("alumina", field: nil), .word("bauxite", field: nil),
      .boost(.word("smelter", field: nil), 1.95),
    ])
    var options = SearchOptions(limit: 1)
    options.titleWeight = 0
    let difference = try PrunedEqualsExhaustiveTests.difference(searcher, query, options)
    #expect(difference == nil)
  }
}
