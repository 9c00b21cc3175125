import LedeSearching
import TestSupport
import Testing

/// The best of many scores, taken one by one and many at once, against sorting all.
@Suite struct TopSelectionTests {
  @Test(arguments: testSeeds(1, 2, 3))
  func bestAreThoseOfASort(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    for limit in [1, 2, 7, 8, 10, 100, 127, 128, 129, 256, 257, 1000] {
      for count in [0, 1, limit - 1, limit, limit + 1, 300, 5000] {
        // Many equal, few, or none; the later the better, so that many enter, or the worse.
        let different = [3, 50, 1_000_000][generator.below(3)]
        let slope = [-1, 0, 1][generator.below(3)]
        let scores = (0..<count).map {
          Float(generator.below(different)) + Float(slope * $0) * Float(different) / 1000
        }
        let order = scores.indices.sorted {
          scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1
        }
        let expected = Array(order.prefix(limit))
        let comment: Comment = "seed \(seed), \(limit) of \(count), \(different), \(slope)"
        scores.withUnsafeBufferPointer { scores in
          #expect(TopSelection.best(of: scores, limit: limit) == expected, comment)
          let last = count < limit ? -Float.infinity : scores[order[limit - 1]]
          #expect(TopSelection.threshold(of: scores, limit: limit) == last, comment)
        }
      }
    }
  }
}
