/// Checking of UTF-8 without making strings.
enum UTF8Scan {
  /// What a walk over the bytes found.
  struct Finding {
    /// Well-formed sequences of two or more bytes.
    var multibyte = 0
    /// Maximal subparts that are not well-formed (Unicode 3.9, table 3-8).
    var damaged = 0
    var firstDamage: Int?
  }

  /// Length of the well-formed sequence at `at`, or 0.
  ///
  /// Source: the Unicode Standard, table 3-7.
  static func validLength(_ bytes: UnsafeRawBufferPointer, at: Int) -> Int {
    sequence(bytes, at: at).valid
  }

  /// The well-formed sequence's length, or 0 and the length of the maximal subpart to replace.
  static func sequence(
    _ bytes: UnsafeRawBufferPointer, at: Int
  ) -> (valid: Int, subpart: Int) {
    let lead = bytes[at]
    var low: UInt8 = 0x80
    var high: UInt8 = 0xBF
    let length: Int
    switch lead {
    case 0x00...0x7F: return (1, 1)
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF:
      length = 3
      if lead == 0xE0 { low = 0xA0 }
      if lead == 0xED { high = 0x9F }
    case 0xF0...0xF4:
      length = 4
      if lead == 0xF0 { low = 0x90 }
      if lead == 0xF4 { high = 0x8F }
    default: return (0, 1)
    }
    for index in 1..<length {
      guard at + index < bytes.count, (low...high).contains(bytes[at + index]) else {
        return (0, index)
      }
      low = 0x80
      high = 0xBF
    }
    return (length, length)
  }

  /// Walks all bytes; eight at a time where they are ASCII.
  static func scan(_ bytes: UnsafeRawBufferPointer) -> Finding {
    var finding = Finding()
    var at = 0
    while at < bytes.count {
      if at &+ 8 <= bytes.count,
        bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
      {
        at &+= 8
        continue
      }
      let (valid, subpart) = sequence(bytes, at: at)
      if valid == 0 {
        finding.damaged += 1
        if finding.firstDamage == nil { finding.firstDamage = at }
      } else if valid > 1 {
        finding.multibyte += 1
      }
      at += subpart
    }
    return finding
  }
}
