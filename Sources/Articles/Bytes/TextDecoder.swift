/// Turns the bytes of a record or file into well-formed UTF-8.
enum TextDecoder {
  /// Tells the encoding by its byte order mark; nil without one.
  static func byteOrderMark(
    _ bytes: UnsafeRawBufferPointer
  ) -> (encoding: TextEncoding, length: Int)? {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
    if bytes.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
    if bytes.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
    return nil
  }

  /// Decodes bytes that are not well-formed UTF-8, by the likelier of two guesses.
  ///
  /// Text with more well-formed multi-byte sequences than damaged places is UTF-8 that was cut or
  /// hit: to take it for Windows-1252 would spoil every letter for the sake of one. In real
  /// Windows-1252 text such sequences (`Ã©`) hardly occur.
  static func repair(
    _ bytes: UnsafeRawBufferPointer, into out: inout [UInt8]
  ) -> (encoding: TextEncoding, firstDamage: Int) {
    let finding = UTF8Scan.scan(bytes)
    if finding.multibyte > finding.damaged {
      repairUTF8(bytes, into: &out)
      return (.repairedUTF8, finding.firstDamage ?? 0)
    }
    decodeWindows1252(bytes, into: &out)
    return (.windows1252, finding.firstDamage ?? 0)
  }

  /// Copies well-formed sequences and puts U+FFFD for each maximal subpart that is not.
  static func repairUTF8(_ bytes: UnsafeRawBufferPointer, into out: inout [UInt8]) {
    out.reserveCapacity(out.count + bytes.count + 16)
    var at = 0
    while at < bytes.count {
      let (valid, subpart) = UTF8Scan.sequence(bytes, at: at)
      if valid > 0 {
        for index in at..<at + valid { out.append(bytes[index]) }
      } else {
        append(0xFFFD, to: &out)
      }
      at += subpart
    }
  }

  /// The WHATWG mapping, in which the five holes of code page 1252 are control characters, so
  /// that every byte means something.
  static func decodeWindows1252(_ bytes: UnsafeRawBufferPointer, into out: inout [UInt8]) {
    out.reserveCapacity(out.count + bytes.count + bytes.count / 8)
    for byte in bytes {
      switch byte {
      case 0x00...0x7F: out.append(byte)
      case 0x80...0x9F: append(UInt32(windows1252[Int(byte) - 0x80]), to: &out)
      default: append(UInt32(byte), to: &out)
      }
    }
  }

  /// Decodes UTF-16; halves of surrogate pairs and a last odd byte become U+FFFD.
  static func decodeUTF16(
    _ bytes: UnsafeRawBufferPointer, bigEndian: Bool, into out: inout [UInt8]
  ) {
    out.reserveCapacity(out.count + bytes.count / 2 * 3)
    func unit(_ at: Int) -> UInt32 {
      let first = UInt32(bytes[at])
      let second = UInt32(bytes[at + 1])
      return bigEndian ? first << 8 | second : second << 8 | first
    }
    var at = 0
    while at + 1 < bytes.count {
      var scalar = unit(at)
      at += 2
      if (0xD800...0xDBFF).contains(scalar), at + 1 < bytes.count,
        (0xDC00...0xDFFF).contains(unit(at))
      {
        scalar = 0x10000 + (scalar - 0xD800) << 10 + (unit(at) - 0xDC00)
        at += 2
      } else if (0xD800...0xDFFF).contains(scalar) {
        scalar = 0xFFFD
      }
      append(scalar, to: &out)
    }
    if at < bytes.count { append(0xFFFD, to: &out) }
  }

  /// Appends the UTF-8 of a scalar value.
  static func append(_ scalar: UInt32, to out: inout [UInt8]) {
    switch scalar {
    case 0..<0x80:
      out.append(UInt8(truncatingIfNeeded: scalar))
    case 0x80..<0x800:
      out.append(0xC0 | UInt8(truncatingIfNeeded: scalar >> 6))
      out.append(0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F))
    case 0x800..<0x10000:
      out.append(0xE0 | UInt8(truncatingIfNeeded: scalar >> 12))
      out.append(0x80 | UInt8(truncatingIfNeeded: scalar >> 6 & 0x3F))
      out.append(0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F))
    default:
      out.append(0xF0 | UInt8(truncatingIfNeeded: scalar >> 18 & 7))
      out.append(0x80 | UInt8(truncatingIfNeeded: scalar >> 12 & 0x3F))
      out.append(0x80 | UInt8(truncatingIfNeeded: scalar >> 6 & 0x3F))
      out.append(0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F))
    }
  }

  /// Code points of the bytes 0x80 to 0x9F (WHATWG Encoding Standard, index windows-1252).
  private static let windows1252: [UInt16] = [
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
  ]
}
