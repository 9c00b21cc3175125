import LedeSearching
import TestSupport
import Testing

/// Documents and scores without keys, against the same with them.
@Suite struct RankingTests {
  @Test(arguments: testSeeds(1, 2))
  func keysAreThoseOfTheDocuments(seed: UInt64) throws {
    var archive = RandomArchive(seed: seed)
    let index = try TestIndex(
      archive.segments(documents: 600, segments: 3, deleted: 0.1, shuffled: true))
    let searcher = try Searcher.open(directory: index.directory)
    for text in ["market", "the price", "+the +price", "\"the market\"", "nothingofthesort"] {
      let query = try QueryParser.parse(text)
      for (limit, offset) in [(0, 0), (1, 0), (10, 3), (1000, 0)] {
        let options = SearchOptions(limit: limit, offset: offset, countsExactly: true)
        let ranking = try searcher.ranking(query, options: options)
        let results = try searcher.search(query, options: options)
        let comment: Comment = "seed \(seed), \(text), \(limit) from \(offset)"
        let keys = try (0..<ranking.count).map { try ranking.key(at: $0) }
        #expect(keys == results.hits.map(\.key), comment)
        #expect((0..<ranking.count).map(ranking.score) == results.hits.map(\.score), comment)
        #expect(ranking.total == results.total && ranking.relation == results.relation, comment)
        let documents = try searcher.rank(query, options: options)
        #expect(documents.hits.map(\.key) == keys && documents.total == results.total, comment)
        #expect(documents.rankDigest == results.rankDigest, comment)
      }
    }
  }

  /// Its keys can be read when the searcher is gone, and the files are.
  @Test func itKeepsItsSegments() throws {
    let ranking: Ranking
    do {
      let small = try SmallIndex(["alpha beta", "gamma", "alpha"])
      ranking = try small.searcher.ranking(QueryParser.parse("alpha"))
    }
    #expect(ranking.count == 2)
    #expect(Set(try (0..<2).map { try ranking.key(at: $0) }) == ["0", "2"])
  }
}
