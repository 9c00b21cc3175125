import Lede
import TestSupport
import Testing

/// The engine against the answers of the independent reference, bit for bit: contract, 10.
@Suite struct ReferenceTests {
  /// One segment; several, with a replaced article and so deletes across segments.
  static let intervals = [1000, 150, 37]

  @Test(arguments: intervals, [SearchOptions.Strategy.pruned, .exhaustive])
  func answersEqualTheReference(interval: Int, strategy: SearchOptions.Strategy) throws {
    let folder = try TemporaryDirectory()
    try GoldenArchive.build(in: folder.file("index"), commitEvery: interval)
    let searcher = try Searcher.open(directory: folder.file("index"))
    var options = SearchOptions(limit: 100, countsExactly: true)
    options.strategy = strategy
    var digest = RankDigest()
    var compared = 0
    for expected in try GoldenArchive.expected() {
      if let query = expected.query, let count = expected.count, let top = expected.top {
        let ranked = try searcher.rank(QueryParser.parse(query), options: options)
        for hit in ranked.hits { digest.add(key: hit.key, score: hit.score) }
        #expect(ranked.total == count, "count of \(query)")
        let found = ranked.hits.prefix(10).map { [$0.key, Self.hexadecimal($0.score)] }
        #expect(Array(found) == top, "hits of \(query)")
        #expect(try searcher.count(QueryParser.parse(query)) == count, "COUNT of \(query)")
        compared += 1
      } else {
        #expect(expected.k == options.limit)
        #expect(Self.hexadecimal(digest.value) == expected.rankDigest)
      }
    }
    #expect(compared > 100, "the file of expected answers is whole")
  }

  /// A limit decides how much is pruned, never what is found.
  @Test(arguments: [1, 2, 3, 10])
  func shortAnswersAreTheHeadOfLongOnes(limit: Int) throws {
    let folder = try TemporaryDirectory()
    try GoldenArchive.build(in: folder.file("index"), commitEvery: 100)
    let searcher = try Searcher.open(directory: folder.file("index"))
    for expected in try GoldenArchive.expected() {
      guard let query = expected.query, let top = expected.top else { continue }
      let ranked = try searcher.rank(
        QueryParser.parse(query), options: SearchOptions(limit: limit))
      let found = ranked.hits.map { [$0.key, Self.hexadecimal($0.score)] }
      #expect(found == Array(top.prefix(limit)), "first \(limit) of \(query)")
    }
  }

  private static func hexadecimal(_ score: Float) -> String {
    let digits = String(score.bitPattern, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  private static func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
