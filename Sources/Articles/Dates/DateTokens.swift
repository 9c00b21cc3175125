/// A date in words, numbers and signs.
enum DateToken: Equatable {
  /// `digits` is how many were written, since `07` and `7` or `2020` and `20` mean different things.
  case number(Int, digits: Int)
  /// Lower case; a run of letters, or one entry of the CJK vocabulary.
  case word(String)
  /// One ASCII sign; dashes are `-`, full-width colons `:` and so on.
  case sign(UInt8)
  case space
}

enum DateTokenizer {
  /// Longer texts are no dates.
  static let maximumLength = 200

  /// The tokens; nil where the text is too long or has numbers beyond 18 digits.
  static func tokens(of text: some StringProtocol) -> [DateToken]? {
    guard text.utf8.count <= maximumLength else { return nil }
    let scalars = text.unicodeScalars.map { simplified($0.value) }
    var tokens: [DateToken] = []
    var at = 0
    while at < scalars.count {
      let scalar = scalars[at]
      if isDigit(scalar) {
        let end = scalars[at...].firstIndex { !isDigit($0) } ?? scalars.count
        guard end - at <= 18 else { return nil }
        let value = scalars[at..<end].reduce(0) { $0 * 10 + Int($1 - 48) }
        tokens.append(.number(value, digits: end - at))
        at = end
      } else if isIdeograph(scalar) {
        let end = at + DateVocabulary.longestIdeographicWord(scalars[at...])
        tokens.append(.word(word(scalars[at..<end])))
        at = end
      } else if isLetter(scalar) {
        let end = scalars[at...].firstIndex { !isLetter($0) || isIdeograph($0) } ?? scalars.count
        tokens.append(.word(word(scalars[at..<end])))
        at = end
      } else {
        at += 1
        if scalar != 0x20 {
          tokens.append(.sign(scalar < 0x80 ? UInt8(scalar) : 0xFF))
        } else if let last = tokens.last, last != .space {
          tokens.append(.space)
        }
      }
    }
    if tokens.last == .space { tokens.removeLast() }
    return tokens
  }

  private static func word(_ scalars: ArraySlice<UInt32>) -> String {
    var text = ""
    for scalar in scalars {
      if let known = Unicode.Scalar(scalar) { text.unicodeScalars.append(known) }
    }
    return text.lowercased()
  }

  /// Full-width forms, the many spaces and dashes in their ASCII form.
  private static func simplified(_ scalar: UInt32) -> UInt32 {
    switch scalar {
    case 0x09...0x0D, 0xA0, 0x2000...0x200B, 0x202F, 0x205F, 0x3000, 0xFEFF, 0x200E, 0x200F: 0x20
    case 0x2010...0x2015, 0x2212: 0x2D
    case 0x2019, 0x02BC: 0x27
    case 0xFF01...0xFF5E: scalar - 0xFEE0
    default: scalar
    }
  }

  private static func isDigit(_ scalar: UInt32) -> Bool { (48...57).contains(scalar) }

  private static func isIdeograph(_ scalar: UInt32) -> Bool {
    (0x3040...0x30FF).contains(scalar) || (0x3400...0x9FFF).contains(scalar)
      || (0xAC00...0xD7A3).contains(scalar)
  }

  private static func isLetter(_ scalar: UInt32) -> Bool {
    if scalar < 0x80 { return (97...122).contains(scalar | 32) }
    return Unicode.Scalar(scalar)?.properties.isAlphabetic ?? false
  }
}
