import LedeAnalysis
import LedeModel
import LedeSearching
import TestSupport
import Testing

/// Phrases against a scan of the words.
@Suite struct PhraseTests {
  @Test(arguments: testSeeds(1, 2))
  func hitsEqualAScanOfWords(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let words = ["to", "be", "or", "not", "that", "is", "the", "question"]
    let texts = (0..<500).map { _ in
      (0..<random.below(60)).map { _ in words[min(random.below(8), random.below(8))] }
    }
    let index = try SmallIndex(texts.map { $0.joined(separator: " ") })
    for _ in 0..<150 {
      let phrase = (0..<(1 + random.below(5))).map { _ in words[random.below(8)] }
      let scan = texts.indices.filter { number in
        let text = texts[number]
        return text.indices.contains { text[$0...].starts(with: phrase) }
      }
      let query = Query.phrase(phrase.joined(separator: " "))
      #expect(try index.matches(query) == scan, "seed \(seed), \(phrase)")
      #expect(try index.searcher.count(query) == scan.count, "seed \(seed), \(phrase)")
    }
  }
}
