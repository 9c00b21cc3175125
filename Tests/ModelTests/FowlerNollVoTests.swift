import LedeModel
import TestSupport
import Testing

@Suite struct FowlerNollVoTests {
  /// Vectors from the draft, appendix C.
  @Test(
    arguments: [
      ("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("b", 0xaf63_df4c_8601_f1a5),
      ("foo", 0xdcb2_7518_fed9_d577), ("foobar", 0x8594_4171_f739_67e8),
    ] as [(String, UInt64)])
  func knownValues(text: String, hash: UInt64) {
    #expect(Array(text.utf8).withUnsafeBytes { FowlerNollVo.hash($0) } == hash)
  }

  @Test(arguments: testSeeds(5)) func piecesGiveTheHashOfTheWhole(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<100 {
      let bytes = (0..<random.below(300)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let cut = random.below(bytes.count + 1)
      var hasher = FowlerNollVo()
      hasher.combine(bytes[..<cut])
      Array(bytes[cut...]).withUnsafeBytes { hasher.combine($0) }
      var single = FowlerNollVo()
      for byte in bytes { single.combine(byte: byte) }
      let whole = bytes.withUnsafeBytes { FowlerNollVo.hash($0) }
      #expect(hasher.value == whole, "seed \(seed)")
      #expect(single.value == whole, "seed \(seed)")
    }
  }

  @Test(arguments: testSeeds(6)) func manyRunsAtOnceHaveTheHashesOfEach(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for count in 0..<40 {
      let runs = (0..<count).map { _ in
        (0..<random.below(random.chance(0.2) ? 1 : 200)).map { _ in UInt8(random.below(256)) }
      }
      let bytes = runs.flatMap { $0 }
      var hashes: [UInt64] = [17]
      bytes.withUnsafeBytes { bytes in
        var start = 0
        let views = runs.map { run in
          defer { start += run.count }
          return UnsafeRawBufferPointer(rebasing: bytes[start..<start + run.count])
        }
        FowlerNollVo.append(hashesOf: views, to: &hashes)
      }
      let expected = runs.map { run in run.withUnsafeBytes { FowlerNollVo.hash($0) } }
      #expect(hashes == [17] + expected, "seed \(seed), \(count) runs")
    }
  }
}
