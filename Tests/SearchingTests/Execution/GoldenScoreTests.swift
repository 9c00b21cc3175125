import LedeAnalysis
import LedeModel
import LedeSearching
import TestSupport
import Testing

/// Score bits of a fixed archive. They change only when the contract does.
///
/// The unions were checked once with a reference in Python, `numpy.float32` step by step.
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

  private static let golden: [(String, [String])] = [
    (
      #"alumina industry cluster"#,
      ["0:3fd04bce", "1:3f7b377b", "2:3f017019", "3:3eeabc38", "5:3ebcdf7f"]
    ),
    (#"+alumina price"#, ["1:3feb7dc4", "0:3f32dfe4"]),
    (#""alumina cluster""#, ["0:3f5f080b"]),
    (#"industrie preise"#, ["3:3f9b8305", "5:3ebcdf7f", "0:3e3f6a61", "1:3e3f6a61"]),
    (#"中国经济"#, ["4:400274b3"]),
    (#"industry -alumina"#, ["3:3eeabc38", "5:3ebcdf7f"]),
    (
      #"title:alumina industry industry"#, ["3:3f6abc38", "0:3f4e74ee", "1:3f4e74ee", "5:3f3cdf7f"]
    ),
  ]

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
