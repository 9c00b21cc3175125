/// Little-endian numbers, LEB128 and counted strings at the end of a byte array.
extension [UInt8] {
  /// Appends a little-endian number of 16, 32 or 64 bits.
  package mutating func appendUInt16(_ value: UInt16) { appendLittleEndian(value) }
  package mutating func appendUInt32(_ value: UInt32) { appendLittleEndian(value) }
  package mutating func appendUInt64(_ value: UInt64) { appendLittleEndian(value) }

  private mutating func appendLittleEndian(_ value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }

  /// Appends a number as LEB128: seven bits a byte, lowest first, the top bit set on all but the last.
  package mutating func appendVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  /// Appends the number of UTF-8 bytes as LEB128, then the bytes.
  package mutating func appendString(_ text: String) {
    // In place for the native strings that readers make; a bridged one is copied by the second path.
    let isContiguous: Void? = text.utf8.withContiguousStorageIfAvailable {
      appendVarint(UInt64($0.count))
      append(contentsOf: $0)
    }
    if isContiguous == nil {
      let copy = [UInt8](text.utf8)
      appendVarint(UInt64(copy.count))
      append(contentsOf: copy)
    }
  }

  /// Appends zeros up to a multiple of `alignment`.
  package mutating func padToMultiple(of alignment: Int) {
    while count % alignment != 0 { append(0) }
  }
}
