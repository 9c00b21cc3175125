import LedeAnalysis
import LedeModel
import LedeSearching
import TestSupport
import Testing

/// A bare run of a script without spaces finds exactly the texts that hold it as a substring.
@Suite struct SubstringTests {
  @Test(arguments: testSeeds(1, 2, 3))
  func hitsEqualASubstringScan(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let letters = Array("中国经济增长的ギター한국กา")
    let bodies = (0..<300).map { _ in
      String((0..<random.below(40)).map { _ in letters[random.below(letters.count)] })
        + (random.chance(0.3) ? " word " : "。")
        + String((0..<random.below(10)).map { _ in letters[random.below(4)] })
    }
    let index = try SmallIndex(bodies)
    for _ in 0..<400 {
      let text = bodies[random.below(bodies.count)]
      let runs = text.split { $0.isASCII || $0 == "。" }
      guard let run = runs.randomElement(using: &random) else { continue }
      let characters = Array(run)
      let start = random.below(characters.count)
      let length = 1 + random.below(min(6, characters.count - start))
      let wanted = String(characters[start..<start + length])
      let scan = bodies.indices.filter { bodies[$0].contains(wanted) }
      let found = try index.matches(.word(wanted))
      #expect(found == scan, "seed \(seed), \(wanted)")
      #expect(try index.searcher.count(.word(wanted)) == scan.count, "seed \(seed), \(wanted)")
      #expect(try index.matches(.phrase(wanted)) == scan, "seed \(seed), \(wanted)")
    }
  }
}
