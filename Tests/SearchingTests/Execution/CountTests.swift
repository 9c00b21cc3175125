import LedeIndexing
import LedeModel
import LedeSearching
import TestSupport
import Testing

/// Counts of random queries against plain sets, over more than one window of documents and words of
/// every density.
@Suite struct CountTests {
  static let docCount = 140_000
  /// Word w is in a document with this probability.
  static let densities = [0.9, 0.6, 0.3, 0.15, 0.1, 0.05, 0.02, 0.004, 0.0005, 0.00003]

  @Test(arguments: testSeeds(7))
  func countsEqualThoseOfSets(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let folder = try TemporaryDirectory("lede-count")
    var members = Self.densities.map { _ in Set<Int>() }
    var pairs: [SIMD2<Int>: Set<Int>] = [:]
    let writer = try IndexWriter(
      directory: folder.path, options: IndexWriterOptions(language: .none, storesText: false))
    for doc in 0..<Self.docCount {
      var body = ""
      var previous: Int?
      for (word, density) in Self.densities.enumerated().reversed()
      where generator.chance(density) {
        body += "w\(word) "
        members[word].insert(doc)
        if let previous { pairs[SIMD2(previous, word), default: []].insert(doc) }
        previous = word
      }
      try writer.add(Article(key: "\(doc)", body: body))
    }
    _ = try writer.commit()
    let all = Model(members: members, pairs: pairs)
    try compare(folder.path, all, seed, &generator)
    var dead: Set<Int> = []
    for _ in 0..<3000 {
      let doc = generator.below(Self.docCount)
      if dead.insert(doc).inserted { try writer.delete(key: "\(doc)") }
    }
    _ = try writer.commit()
    try compare(
      folder.path,
      Model(
        members: members.map { $0.subtracting(dead) },
        pairs: pairs.mapValues { $0.subtracting(dead) }),
      seed, &generator)
  }

  /// Which documents hold each word, and each pair of words that follow each other.
  private struct Model {
    let members: [Set<Int>]
    let pairs: [SIMD2<Int>: Set<Int>]

    func matches(_ query: Query) -> Set<Int> {
      switch query {
      case .word(let word, _): return members[number(word[...])]
      case .phrase(let text, _):
        let words = text.split(separator: " ").map(number)
        return pairs[SIMD2(words[0], words[1])] ?? []
      case .boost(let inner, _): return matches(inner)
      case .boolean(let should, let must, let mustNot):
        var result =
          must.isEmpty
          ? should.reduce(into: Set<Int>()) { $0.formUnion(matches($1)) } : matches(must[0])
        for query in must.dropFirst() { result.formIntersection(matches(query)) }
        for query in mustNot { result.subtract(matches(query)) }
        return result
      }
    }

    private func number(_ word: Substring) -> Int { Int(word.dropFirst()) ?? 0 }
  }

  private func compare(
    _ directory: String, _ model: Model, _ seed: UInt64, _ generator: inout SplitMix64
  ) throws {
    let searcher = try Searcher.open(directory: directory)
    for _ in 0..<150 {
      let query = randomQuery(&generator)
      let expected = model.matches(query).count
      #expect(try searcher.count(query) == expected, "seed \(seed): \(query)")
    }
  }

  private func randomQuery(_ generator: inout SplitMix64) -> Query {
    func part() -> Query {
      guard generator.chance(0.12) else {
        return .word("w\(generator.below(Self.densities.count))", field: nil)
      }
      let first = 1 + generator.below(Self.densities.count - 1)
      return .phrase("w\(first) w\(generator.below(first))", field: nil)
    }
    func parts(_ most: Int) -> [Query] { (0..<generator.below(most + 1)).map { _ in part() } }
    let isConjunction = generator.chance(0.5)
    return .boolean(
      should: (isConjunction ? [] : [part()]) + parts(3),
      must: isConjunction ? [part()] + parts(2) : [],
      mustNot: generator.chance(0.4) ? parts(2) : [])
  }
}
