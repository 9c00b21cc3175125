import LedeModel

/// Terms longer than 255 bytes: a prefix, and a hash of the whole in place of the rest.
///
/// They stay findable by the exact word, and the token keeps its position. Cutting alone would make
/// different words equal; dropping would make a text shorter than it is.
enum LongTerm {
  /// The longest term, in bytes.
  static let limit = 255
  private static let hashDigits = 16

  /// Replaces the term at the end of `bytes`, from `start` on, if it is too long: at most 239 bytes
  /// of it up to a character boundary, then FNV-1a 64 of the whole in 16 lower-case digits.
  static func shorten(_ bytes: inout [UInt8], from start: Int) {
    guard bytes.count - start > limit else { return }
    let hash = bytes.withUnsafeBytes {
      FowlerNollVo.hash(UnsafeRawBufferPointer(rebasing: $0[start...]))
    }
    var end = start + limit - hashDigits
    // A continuation byte at the cut means that it falls inside a character.
    while end > start, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    bytes.removeSubrange(end...)
    for digit in (0..<hashDigits).reversed() {
      bytes.append(hexDigits[Int(truncatingIfNeeded: hash >> UInt64(digit * 4)) & 15])
    }
  }

  private static let hexDigits = [UInt8]("0123456789abcdef".utf8)
}
