/// Word_Break classes of the ASCII characters, as bits made for the tokeniser's two questions.
///
/// Source: WordBreakProperty.txt of Unicode 15. `#`, `*` and the digits are emoji components but not
/// pictographs, so no ASCII character needs rule WB3c.
enum ByteClass {
  static let letter: UInt8 = 1
  static let digit: UInt8 = 2
  /// `_` (ExtendNumLet): joins with letters and digits, but makes no token by itself.
  static let underscore: UInt8 = 4
  /// Joins two letters: `:` (MidLetter), and `.` `'` (MidNumLet, Single_Quote).
  static let midLetter: UInt8 = letter << middleShift
  /// Joins two digits: `,` `;` (MidNum), and `.` `'`.
  static let midNumber: UInt8 = digit << middleShift
  static let middleShift: UInt8 = 3
  /// There is a boundary before such a byte, whatever stands before it.
  static let separator: UInt8 = 32
  static let space: UInt8 = 64
  static let nonASCII: UInt8 = 128

  static let word = letter | digit | underscore
  static let middle = midLetter | midNumber

  static func of(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): letter
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit
    case UInt8(ascii: "_"): underscore
    case UInt8(ascii: ":"): midLetter
    case UInt8(ascii: ","), UInt8(ascii: ";"): midNumber
    case UInt8(ascii: "."), UInt8(ascii: "'"): midLetter | midNumber
    // Joins two Hebrew letters (WB7b), so it is no separator, but it joins nothing in ASCII.
    case UInt8(ascii: "\""): 0
    case UInt8(ascii: " "): separator | space
    case 0x80...: nonASCII
    default: separator
    }
  }

  /// The classes of all bytes. Never freed: one small table per process, as a pointer because the
  /// inner loop must not pay for a check of bounds and uniqueness per byte.
  nonisolated(unsafe) static let table: UnsafePointer<UInt8> = {
    let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
    for byte in 0..<256 { table[byte] = of(UInt8(byte)) }
    return UnsafePointer(table)
  }()
}
