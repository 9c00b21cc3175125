import CLedeKernels
import TestSupport
import Testing

/// The bound from which heads of lists are looked for.
@Suite struct BestBoundTests {
  @Test(arguments: testSeeds(111, 112, 113))
  func enoughImpactsReachTheBound(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<200 {
      let count = 128 + generator.below(2000)
      // Of few values, and over many powers of two.
      let kinds = 1 + generator.below(generator.chance(0.5) ? 3 : 4000)
      let values = (0..<kinds).map { _ in
        Double(1 + generator.below(1 << 20)) / Double(1 << (20 + generator.below(12)))
      }
      let impacts = (0..<count).map { _ in values[generator.below(kinds)] }
      let bound = lede_bound_of_best(impacts, count, 128)
      let sorted = impacts.sorted(by: >)
      #expect(sorted[127] >= bound, "seed \(seed)")
      // It lies in the bucket of the 128th, unless that is the last one: 2^-7 of its power of two.
      if sorted[127] > 0x1p-7 { #expect(bound >= sorted[127] * (1 - 0x1p-7), "seed \(seed)") }
    }
  }
}
