/// One decoded character and the bytes it took.
struct DecodedScalar {
  var scalar: UInt32
  var length: Int
}

/// UTF-8 in and out, for bytes that nobody has checked.
enum UTF8Decoding {
  static let replacement: UInt32 = 0xFFFD

  /// Decodes the character at `start`, which must be below `end`.
  ///
  /// Each maximal subpart of an ill-formed sequence is one U+FFFD (The Unicode Standard 15, section
  /// 3.9, "U+FFFD Substitution of Maximal Subparts", table 3-7).
  @inline(__always)
  static func decode(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> DecodedScalar {
    let first = bytes[start]
    if first < 0x80 { return DecodedScalar(scalar: UInt32(first), length: 1) }
    return decodeLong(bytes, start, end, first)
  }

  private static func decodeLong(
    _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ first: UInt8
  ) -> DecodedScalar {
    var scalar: UInt32
    let needed: Int
    // The range of the second byte shuts out overlong forms, surrogates and what is above U+10FFFF.
    var low: UInt8 = 0x80
    var high: UInt8 = 0xBF
    switch first {
    case 0xC2...0xDF: (needed, scalar) = (1, UInt32(first & 0x1F))
    case 0xE0...0xEF:
      (needed, scalar) = (2, UInt32(first & 0x0F))
      if first == 0xE0 { low = 0xA0 }
      if first == 0xED { high = 0x9F }
    case 0xF0...0xF4:
      (needed, scalar) = (3, UInt32(first & 0x07))
      if first == 0xF0 { low = 0x90 }
      if first == 0xF4 { high = 0x8F }
    default: return DecodedScalar(scalar: replacement, length: 1)
    }
    var length = 1
    while length <= needed {
      guard start + length < end, bytes[start + length] >= low, bytes[start + length] <= high
      else { return DecodedScalar(scalar: replacement, length: length) }
      scalar = scalar << 6 | UInt32(bytes[start + length] & 0x3F)
      (low, high) = (0x80, 0xBF)
      length += 1
    }
    return DecodedScalar(scalar: scalar, length: length)
  }

  /// Writes a character, which is not a surrogate, and returns how many bytes it took, at most 4.
  @inline(__always)
  static func encode(_ scalar: UInt32, to out: UnsafeMutablePointer<UInt8>) -> Int {
    if scalar < 0x80 {
      out[0] = UInt8(truncatingIfNeeded: scalar)
      return 1
    }
    if scalar < 0x800 {
      out[0] = UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6)
      out[1] = UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F)
      return 2
    }
    if scalar < 0x1_0000 {
      out[0] = UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12)
      out[1] = UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F)
      out[2] = UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F)
      return 3
    }
    out[0] = UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18)
    out[1] = UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 0x3F)
    out[2] = UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F)
    out[3] = UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F)
    return 4
  }

  /// Where the first byte at or above 0x80 lies in `start..<end`; `end` when there is none.
  static func firstNonASCII(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
    var at = start
    let raw = UnsafeRawPointer(bytes)
    while at + 8 <= end {
      let word = raw.loadUnaligned(fromByteOffset: at, as: UInt64.self)
      let high = UInt64(littleEndian: word) & 0x8080_8080_8080_8080
      if high != 0 { return at + high.trailingZeroBitCount / 8 }
      at += 8
    }
    while at < end, bytes[at] < 0x80 { at += 1 }
    return at
  }
}
