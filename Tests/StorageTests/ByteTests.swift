import LedeStorage
import TestSupport
import Testing

@Suite struct ByteTests {
  @Test(arguments: testSeeds(3, 4))
  func numbersAndStringsComeBack(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let numbers = (0..<500).map { _ in generator.next() >> UInt64(generator.below(64)) }
    var bytes: [UInt8] = []
    for number in numbers {
      bytes.appendVarint(number)
      bytes.appendUInt16(UInt16(truncatingIfNeeded: number))
      bytes.appendUInt32(UInt32(truncatingIfNeeded: number))
      bytes.appendUInt64(number)
      bytes.appendString("\(number) é 中")
    }
    try bytes.withUnsafeBytes { bytes in
      var reader = ByteReader(bytes)
      for number in numbers {
        try #expect(reader.readVarint() == number, "seed \(seed)")
        try #expect(reader.readUInt16() == UInt16(truncatingIfNeeded: number), "seed \(seed)")
        try #expect(reader.readUInt32() == UInt32(truncatingIfNeeded: number), "seed \(seed)")
        try #expect(reader.readUInt64() == number, "seed \(seed)")
        try #expect(reader.readString() == "\(number) é 中", "seed \(seed)")
      }
      #expect(reader.isAtEnd)
    }
  }

  @Test func littleEndianOnDisk() {
    var bytes: [UInt8] = []
    bytes.appendUInt16(0x0102)
    bytes.appendUInt32(0x0304_0506)
    bytes.appendUInt64(0x0708_090a_0b0c_0d0e)
    bytes.appendVarint(300)
    bytes.padToMultiple(of: 8)
    #expect(
      bytes == [2, 1, 6, 5, 4, 3, 14, 13, 12, 11, 10, 9, 8, 7, 0xac, 2])
  }

  @Test func varintsAtTheEdges() throws {
    for number in [0, 127, 128, 16_383, 16_384, UInt64(UInt32.max), .max - 1, .max] {
      var bytes: [UInt8] = []
      bytes.appendVarint(number)
      try bytes.withUnsafeBytes {
        var reader = ByteReader($0)
        try #expect(reader.readVarint() == number)
      }
    }
    // Too long, too large, cut off: each refused, with the offset where the number began.
    for bad in [
      [UInt8](repeating: 0x80, count: 10) + [1], [UInt8](repeating: 0xff, count: 9) + [2],
      [0x80], [],
    ] {
      ([7] + bad).withUnsafeBytes { bytes in
        var reader = ByteReader(bytes, offset: 1)
        #expect(throws: OutOfBounds(offset: 1)) { try reader.readVarint() }
        #expect(reader.offset == 1)
      }
    }
  }

  @Test func readsNeverPassTheEnd() {
    [UInt8](0..<7).withUnsafeBytes { bytes in
      var reader = ByteReader(bytes)
      #expect(throws: OutOfBounds(offset: 0)) { try reader.readUInt64() }
      #expect(throws: OutOfBounds(offset: 0)) { try reader.readBytes(8) }
      #expect(throws: OutOfBounds(offset: 0)) { try reader.readBytes(-1) }
      #expect(throws: Never.self) { try reader.readBytes(7) }
      #expect(throws: OutOfBounds(offset: 7)) { try reader.readUInt8() }
    }
    // A string that claims 2^63 bytes, and one that claims one more than there are.
    for head in [[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1], [2, 65]] as [[UInt8]] {
      head.withUnsafeBytes { bytes in
        var reader = ByteReader(bytes)
        #expect(throws: OutOfBounds.self) { try reader.readString() }
        #expect(reader.offset == 0)
      }
    }
  }
}
