import LedeAnalysis
import LedeModel
import LedeSearching
import TestSupport
import Testing

/// Score bits of a fixed archive. They change only when the contract does.
@Suite struct GoldenScoreTests {
  private static let bodies = [
    "Alumina industry cluster takes shape in the west of the city.",
    "The price of alumina rose; alumina makers in the industry cheered.",
    "A cluster of galaxies, seen by two telescopes.",
    "Die Industrie der Stadt wächst, die Preise auch.",
    "中国的经济增长，工业和城市。",
    "Industry, industry, industry: nothing but industries.",
  ]
  private static let titles = [
    "Alumina cluster", "Alumina prices", "Galaxies", "Industrie", "中国经济", "",
  ]

  @Test func scoresAreBitForBitAsRecorded() throws {
    let index = try SmallIndex(Self.bodies, titles: Self.titles)
    for (text, golden) in Self.golden {
      let query = try QueryParser.parse(text)
      let hits = try index.searcher.rank(query).hits
      let found = hits.map { "\($0.key):" + String($0.score.bitPattern, radix: 16) }
      #expect(found == golden, "\(text)")
    }
  }

  private static let golden: [(String, [String])] = []

  @Test func digestIsThatOfTheContract() {
    var digest = RankDigest()
    #expect(digest.value == 0xcbf2_9ce4_8422_2325)
    digest.add(key: "a", score: 1)
    // FNV-1a 64 of 61 00 00 00 80 3f.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte: UInt64 in [0x61, 0x00, 0x00, 0x00, 0x80, 0x3f] {
      hash = (hash ^ byte) &* 0x100_0000_01b3
    }
    #expect(digest.value == hash)
  }
}
