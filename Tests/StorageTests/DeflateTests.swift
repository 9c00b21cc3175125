import LedeStorage
import TestSupport
import Testing

@Suite struct DeflateTests {
  private let dictionary = Array("the quick brown fox jumps over the lazy dog ".utf8)

  @Test(arguments: testSeeds(5, 6))
  func blocksComeBack(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    for level in [1, 4, 6, 9] {
      for dictionary in [[], dictionary] {
        let deflater = try Deflater(level: level, dictionary: dictionary)
        for size in [0, 1, 2, 100, 32_767, 32_768, 32_769, 65_536, 200_000] {
          let content = text(size, using: &generator)
          let packed = try deflate(content, deflater)
          let unpacked = try inflate(packed, size: size, dictionary: dictionary)
          #expect(unpacked == content, "seed \(seed), level \(level), \(size) bytes")
        }
      }
    }
  }

  @Test func theDictionaryIsUsedAndNeeded() throws {
    let content = Array("the lazy dog jumps over the quick brown fox".utf8)
    let plain = try deflate(content, try Deflater(level: 6))
    let packed = try deflate(content, try Deflater(level: 6, dictionary: dictionary))
    #expect(packed.count < plain.count)
    #expect(throws: InflateError.damaged) {
      try inflate(packed, size: content.count, dictionary: [])
    }
  }

  @Test func aPrefixCanBeRead() throws {
    let content = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    let packed = try deflate(content, try Deflater(level: 4, dictionary: dictionary))
    for size in [0, 1, 777, 49_999, 50_000] {
      let prefix = try inflate(packed, size: size, dictionary: dictionary, isWhole: false)
      #expect(prefix == Array(content[..<size]))
    }
    #expect(throws: InflateError.wrongSize) {
      try inflate(packed, size: 50_001, dictionary: dictionary, isWhole: false)
    }
  }

  @Test func wrongSizesAreRefused() throws {
    let content = Array(repeating: UInt8(65), count: 1000)
    let packed = try deflate(content, try Deflater(level: 6))
    #expect(throws: InflateError.self) { try inflate(packed, size: 999) }
    #expect(throws: InflateError.self) { try inflate(packed, size: 1001) }
    #expect(throws: InflateError.self) { try inflate(packed, size: 0) }
    #expect(throws: InflateError.wrongSize) { try inflate(packed + [0], size: 1000) }
    #expect(throws: InflateError.self) { try inflate([], size: 10) }
  }

  /// A megabyte of zeros must stop at the edge of a small buffer, and the inflater stay usable.
  @Test func aBombStopsAtTheBuffer() throws {
    let bomb = try deflate([UInt8](repeating: 0, count: 1 << 20), try Deflater(level: 9))
    let inflater = Inflater()
    var output = [UInt8](repeating: 0xaa, count: 116)
    #expect(throws: InflateError.self) {
      try output.withUnsafeMutableBytes { output in
        let room = UnsafeMutableRawBufferPointer(rebasing: output[..<100])
        try bomb.withUnsafeBytes { try inflater.inflate($0, into: room) }
      }
    }
    #expect(output[100...].allSatisfy { $0 == 0xaa })
    let packed = try deflate([1, 2, 3], try Deflater(level: 1))
    try output.withUnsafeMutableBytes { output in
      let room = UnsafeMutableRawBufferPointer(rebasing: output[..<3])
      try packed.withUnsafeBytes { try inflater.inflate($0, into: room) }
    }
    #expect(Array(output[..<3]) == [1, 2, 3])
  }

  @Test(arguments: testSeeds(7))
  func damageIsRefusedOrHarmless(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let content = text(3000, using: &generator)
    let packed = try deflate(content, try Deflater(level: 6, dictionary: dictionary))
    for index in packed.indices {
      var damaged = packed
      damaged[index] ^= UInt8(1 << generator.below(8))
      // No checksum here: other text may come out, but never another length.
      let result = try? inflate(damaged, size: content.count, dictionary: dictionary)
      #expect(result == nil || result?.count == content.count, "seed \(seed), byte \(index)")
      let cut = try? inflate(Array(packed[..<index]), size: content.count, dictionary: dictionary)
      #expect(cut == nil, "seed \(seed), cut at \(index)")
    }
  }

  // MARK: Support

  private func text(_ size: Int, using generator: inout SplitMix64) -> [UInt8] {
    (0..<size).map { _ in dictionary[generator.below(dictionary.count)] }
  }

  private func deflate(_ content: [UInt8], _ deflater: Deflater) throws -> [UInt8] {
    var packed: [UInt8] = [9, 9]
    try content.withUnsafeBytes { try deflater.deflate($0, into: &packed) }
    #expect(packed.starts(with: [9, 9]))
    return Array(packed.dropFirst(2))
  }

  private func inflate(
    _ packed: [UInt8], size: Int, dictionary: [UInt8] = [], isWhole: Bool = true
  ) throws -> [UInt8] {
    var output = [UInt8](repeating: 0, count: size)
    try dictionary.withUnsafeBytes { dictionary in
      let inflater = Inflater(dictionary: dictionary)
      try output.withUnsafeMutableBytes { output in
        try packed.withUnsafeBytes {
          try inflater.inflate($0, into: output, isWhole: isWhole)
        }
      }
    }
    return output
  }
}
