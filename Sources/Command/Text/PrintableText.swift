/// Text of documents made safe for a terminal.
///
/// A document may hold escape sequences that recolour, clear or retitle a terminal, and
/// characters that reverse the order of what follows. They never reach it.
package enum PrintableText {
  /// Drops control and direction-changing characters; line ends and tabs become spaces.
  package static func of(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if !isUnsafe(scalar) {
        result.append(scalar)
      } else if isSpace(scalar) {
        result.append(" ")
      }
    }
    return String(result)
  }

  /// As `of`, with line ends and tabs kept: for whole articles.
  package static func ofLines(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars
    where scalar == "\n" || scalar == "\t" || !isUnsafe(scalar) {
      result.append(scalar)
    }
    return String(result)
  }

  /// Whether a terminal might obey the scalar, or show nothing for it.
  package static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F: true
    case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true  // direction
    case 0x2028, 0x2029: true  // line and paragraph separators
    case 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F: true  // invisible marks and tags
    default: false
    }
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\n", "\r", "\t", "\u{0B}", "\u{0C}", "\u{85}", "\u{2028}", "\u{2029}": true
    default: false
    }
  }
}
