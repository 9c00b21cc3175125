/// A read went past the end of its bytes, or a number past its width.
package struct OutOfBounds: Error, Equatable {
  /// Where the read began.
  package let offset: Int

  package init(offset: Int) { self.offset = offset }
}

/// Reads little-endian numbers one after the other and never past the end.
package struct ByteReader {
  private let bytes: UnsafeRawBufferPointer
  /// Offset of the next byte to be read.
  package private(set) var offset: Int

  package init(_ bytes: UnsafeRawBufferPointer, offset: Int = 0) {
    precondition(offset >= 0, "offsets are not negative")
    self.bytes = bytes
    self.offset = min(offset, bytes.count)
  }

  package var remaining: Int { bytes.count - offset }
  package var isAtEnd: Bool { offset == bytes.count }

  /// Reads a little-endian number of 8, 16, 32 or 64 bits.
  package mutating func readUInt8() throws(OutOfBounds) -> UInt8 { try read(UInt8.self) }
  package mutating func readUInt16() throws(OutOfBounds) -> UInt16 { try read(UInt16.self) }
  package mutating func readUInt32() throws(OutOfBounds) -> UInt32 { try read(UInt32.self) }
  package mutating func readUInt64() throws(OutOfBounds) -> UInt64 { try read(UInt64.self) }

  private mutating func read<Number: FixedWidthInteger & BitwiseCopyable>(
    _: Number.Type
  ) throws(OutOfBounds) -> Number {
    let size = MemoryLayout<Number>.size
    guard remaining >= size else { throw OutOfBounds(offset: offset) }
    let value = bytes.loadUnaligned(fromByteOffset: offset, as: Number.self)
    offset += size
    return Number(littleEndian: value)
  }

  /// Reads a LEB128 number of at most 64 bits.
  package mutating func readVarint() throws(OutOfBounds) -> UInt64 {
    let start = offset
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while offset < bytes.count, shift < 64 {
      let byte = bytes[offset]
      offset += 1
      // The tenth byte has room for one bit.
      if shift == 63, byte > 1 { break }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    offset = start
    throw OutOfBounds(offset: start)
  }

  /// Reads a LEB128 number that counts something that lies in memory.
  package mutating func readCount() throws(OutOfBounds) -> Int {
    let start = offset
    guard let count = Int(exactly: try readVarint()) else {
      offset = start
      throw OutOfBounds(offset: start)
    }
    return count
  }

  /// The next `count` bytes, in place.
  package mutating func readBytes(_ count: Int) throws(OutOfBounds) -> UnsafeRawBufferPointer {
    guard count >= 0, count <= remaining else { throw OutOfBounds(offset: offset) }
    let run = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    offset += count
    return run
  }

  /// Reads a byte count as LEB128, then that many bytes of UTF-8, repaired where they are damaged.
  package mutating func readString() throws(OutOfBounds) -> String {
    let start = offset
    do {
      return String(decoding: try readBytes(try readCount()), as: UTF8.self)
    } catch {
      offset = start
      throw OutOfBounds(offset: start)
    }
  }
}
