import CLedeKernels
import TestSupport
import Testing

/// Runs of bits copied to any place.
@Suite struct BitCopyTests {
  private static func bit(_ bytes: [UInt8], _ index: Int) -> Bool {
    bytes[index / 8] >> UInt8(index % 8) & 1 == 1
  }

  @Test(arguments: testSeeds(61, 62))
  func bitsArriveAndOthersStay(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<20_000 {
      let (from, to, count) = (random.below(70), random.below(20), random.below(400))
      // As long as the bits reach, so that a read behind them is one behind the array.
      let source = (0..<(from + count + 7) / 8).map { _ in UInt8(truncatingIfNeeded: random.next())
      }
      let before = (0..<(to + count + 7) / 8 + 2).map { _ in
        UInt8(truncatingIfNeeded: random.next())
      }
      var target = before
      lede_copy_bits(source, UInt64(from), UInt64(count), &target, UInt64(to))
      let comment: Comment = "seed \(seed): \(count) bits from \(from) to \(to)"
      for index in 0..<to where Self.bit(target, index) != Self.bit(before, index) {
        Issue.record("bit \(index) before the copy changed, \(comment)")
      }
      for index in 0..<count where Self.bit(target, to + index) != Self.bit(source, from + index) {
        Issue.record("bit \(index) is another, \(comment)")
      }
      if count > 0 {
        let end = (to + count + 7) / 8
        #expect((to + count..<8 * end).allSatisfy { !Self.bit(target, $0) }, comment)
        #expect(target[end...] == before[end...], comment)
      } else {
        #expect(target == before, comment)
      }
    }
  }
}
