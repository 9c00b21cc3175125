import CLedeKernels
import TestSupport
import Testing

/// The kernels of bounds, and of the choice by them, at every level of vector instructions, against plain code.
@Suite(.serialized) struct RangeBoundsKernelTests {
  private static let counts = [0, 1, 7, 8, 15, 16, 17, 33, 100, 511, 512]

  /// Values as bounds are: mostly above 0, some equal, a few that say that a document was judged.
  private static func values(_ count: Int, _ generator: inout SplitMix64) -> [Float] {
    (0..<count).map { _ in
      generator.chance(0.05) ? -.infinity : Float(generator.below(200)) / 7
    }
  }

  private static func forEachCount(
    _ level: Int32, _ seed: UInt64, _ body: (Int, inout SplitMix64, Comment) -> Void
  ) {
    let kernels = ForcedKernels(level)
    defer { kernels.end() }
    var generator = SplitMix64(seed: seed)
    for count in counts {
      body(count, &generator, "level \(level), seed \(seed), \(count) values")
    }
  }

  @Test(arguments: ForcedKernels.levels, testSeeds(1))
  func codesBecomeBounds(level: Int32, seed: UInt64) {
    Self.forEachCount(level, seed) { count, generator, comment in
      let codes = (0..<count).map { _ in UInt8(generator.below(256)) }
      let model = lede_range_model(rho: 1.25, scale: 3.5, absent: -9)
      var bounds = [Float](repeating: -1, count: count)
      lede_range_bounds(model, codes, count, &bounds)
      let expected = codes.map { code -> Float in
        if code == 0 { return -9 }
        let q = Float(code) * (1 / 255)
        return max(3.5 * (q / (q + 1.25 * (1 - q))), .leastNormalMagnitude)
      }
      #expect(bounds == expected, comment)
    }
  }

  @Test(arguments: ForcedKernels.levels, testSeeds(2))
  func boundsAreAdded(level: Int32, seed: UInt64) {
    Self.forEachCount(level, seed) { count, generator, comment in
      let (some, others) = (Self.values(count, &generator), Self.values(count, &generator))
      var result = [Float](repeating: -1, count: count)
      lede_add_floats(some, others, count, &result)
      #expect(result == zip(some, others).map(+), comment)
      var lesser = some
      lede_lessen_floats(&lesser, others, count)
      #expect(lesser == zip(some, others).map(min), comment)
      lede_fill_floats(&result, count, 2.5)
      #expect(result == [Float](repeating: 2.5, count: count), comment)
    }
  }

  @Test(arguments: ForcedKernels.levels, testSeeds(3))
  func valuesAreChosen(level: Int32, seed: UInt64) {
    Self.forEachCount(level, seed) { count, generator, comment in
      let before = Self.values(count, &generator)
      var chosen = [UInt32](repeating: 9, count: count)
      let expected = before.indices.filter { before[$0] >= 14 }.map { UInt32($0) }
      #expect(lede_select_floats(before, count, 14, &chosen) == expected.count, comment)
      #expect(Array(chosen.prefix(expected.count)) == expected, comment)
      var values = before.map { max(0, $0) }
      #expect(lede_take_floats(&values, count, 14, &chosen) == expected.count, comment)
      #expect(Array(chosen.prefix(expected.count)) == expected, comment)
      #expect(values.allSatisfy { $0 == 0 }, comment)
    }
  }

  @Test(arguments: ForcedKernels.levels, testSeeds(4, 5))
  func enoughValuesReachTheUpper(level: Int32, seed: UInt64) {
    Self.forEachCount(level, seed) { count, generator, comment in
      let values = Self.values(count, &generator)
      // Six steps of bisection of values that lie side by side leave a sixty-fourth of them apart.
      let ladder = (0..<count).map { Float(1 + $0) }.shuffled(using: &generator)
      for wanted in [1, 10, count / 2, count] {
        for most in [2 * wanted, wanted + wanted / 8] {
          for floor in [-Float.greatestFiniteMagnitude, 0, 12] {
            let least = lede_upper_floats(values, count, floor, wanted, most)
            let reaching = values.count { $0 >= least }
            #expect(least >= max(0, floor), comment)
            #expect(reaching >= min(wanted, values.count { $0 >= max(0, floor) }), comment)
          }
          let least = lede_upper_floats(ladder, count, 0, wanted, most)
          let reaching = ladder.count { $0 >= least }
          #expect(reaching >= min(wanted, count) && reaching <= most + count / 64 + 1, comment)
        }
      }
    }
  }

  @Test(arguments: ForcedKernels.levels, testSeeds(6))
  func candidatesAreBounded(level: Int32, seed: UInt64) {
    let (coarse, fine) = (
      (0..<8).map { Float($0) / 3 }, (0..<64).map { Float($0 % 11) / 7 }
    )
    Self.forEachCount(level, seed) { count, generator, comment in
      let docs = (0..<count).map { _ in UInt32(1000 + generator.below(4096)) }.sorted()
      let scores = docs.map { _ in Float(generator.below(100)) / 3 }
      coarse.withUnsafeBufferPointer { coarse in
        fine.withUnsafeBufferPointer { fine in
          for (coarseShift, fineShift) in [(9, 6), (9, 31), (31, 6), (31, 31)] as [(UInt32, UInt32)]
          {
            let ceiling = lede_ceiling(
              coarse: coarse.baseAddress, fine: fine.baseAddress, base: 1000,
              coarse_shift: coarseShift, fine_shift: fineShift)
            var bounds = [Float](repeating: -1, count: count)
            lede_candidate_bounds(docs, scores, count, 0.3, ceiling, &bounds)
            let expected = docs.indices.map { place -> Float in
              let local = docs[place] - 1000
              let rest = coarse[Int(local >> coarseShift)] + fine[Int(local >> fineShift)]
              return rest + 0.3 * scores[place]
            }
            #expect(bounds == expected, comment)
          }
        }
      }
    }
  }

  @Test(arguments: ForcedKernels.levels, testSeeds(7))
  func exactBoundsAreTheGreatestScores(level: Int32, seed: UInt64) {
    Self.forEachCount(level, seed) { count, generator, comment in
      let docs = Set((0..<count).map { _ in UInt32(512 + generator.below(2048)) }).sorted()
      let scores = docs.map { _ in Float(generator.below(100)) / 3 }
      var bounds = [Float](repeating: -1, count: 32)
      lede_exact_bounds(docs, scores, docs.count, 0.3, 512, 6, &bounds)
      var expected = [Float](repeating: -1, count: 32)
      for (doc, score) in zip(docs, scores) {
        let place = Int(doc - 512) >> 6
        expected[place] = max(expected[place], max(0.3 * score, .leastNormalMagnitude))
      }
      #expect(bounds == expected, comment)
    }
  }
}
