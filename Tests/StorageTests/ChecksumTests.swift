import CLedeKernels
import LedeStorage
import TestSupport
import Testing

@Suite struct ChecksumTests {
  /// RFC 3720, B.4, and the check value of the Rocksoft catalogue.
  @Test(
    arguments: [
      ([UInt8](repeating: 0, count: 32), 0x8a91_36aa),
      ([UInt8](repeating: 0xff, count: 32), 0x62a8_ab43),
      ([UInt8](0..<32), 0x46dd_794e),
      ([UInt8]((0..<32).reversed()), 0x113f_db5c),
      (Array("123456789".utf8), 0xe306_9283),
      ([], 0),
    ] as [([UInt8], UInt32)])
  func knownValues(bytes: [UInt8], expected: UInt32) {
    #expect(Checksum.crc32c(bytes) == expected)
    #expect(lede_crc32c_portable(0, bytes, bytes.count) == expected)
  }

  @Test(arguments: testSeeds(1, 2))
  func instructionEqualsTables(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let bytes = (0..<20_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    // Around the stride of 3 * 1024 at which the fast path starts, and at every alignment.
    let lengths = Array(0..<40) + [1023, 1024, 3071, 3072, 3073, 3080, 6143, 6144, 9999, 16384]
    for length in lengths {
      let start = generator.below(9)
      let part = Array(bytes[start..<start + length])
      let whole = Checksum.crc32c(part)
      #expect(whole == lede_crc32c_portable(0, part, part.count), "seed \(seed), \(length) bytes")
      let cut = generator.below(length + 1)
      let first = Checksum.crc32c(Array(part[..<cut]))
      #expect(
        Checksum.crc32c(Array(part[cut...]), continuing: first) == whole,
        "seed \(seed), \(length) bytes cut at \(cut)")
    }
  }
}
