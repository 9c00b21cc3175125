import LedeModel

/// Reads publication dates in the many styles that archives hold.
///
/// Understood are ISO 8601 in its extended and basic forms, RFC 2822, RFC 850 and asctime, dates
/// with the month in words in seven languages in either order, numeric dates with `/`, `.` and `-`,
/// Chinese, Japanese and Korean dates, with or without time, zone and weekday, seconds and
/// milliseconds since 1970. A text that holds anything else beside its date is not one: a wrong
/// date is worse than none. A text without a day (`July 1962`) is not one either.
package enum DateParser {
  /// The date that the whole text states.
  package static func date(_ text: some StringProtocol, in context: ZoneContext) -> ArticleDate? {
    guard let tokens = DateTokenizer.tokens(of: text) else { return nil }
    var scanner = DateScanner(tokens: tokens, context: context)
    return scanner.whole() ?? loneNumber(tokens, text)
  }

  /// Seconds, milliseconds, microseconds or nanoseconds since 1970 as a number, whole or not.
  ///
  /// The magnitude tells the unit: seconds from 1973 to 5138, the others from 1973 on. Eight
  /// digits that are a calendar day are that day.
  package static func epoch(_ text: some StringProtocol) -> ArticleDate? {
    let whole = text.prefix { $0 != "." }
    let fraction = text.dropFirst(whole.count).dropFirst()
    guard fraction.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int64(whole) else {
      return nil
    }
    if let day = compactDay(whole) { return day }
    let units: [(range: Range<Int64>, perSecond: Int64)] = [
      (100_000_000..<100_000_000_000, 1), (100_000_000_000..<100_000_000_000_000, 1_000),
      (100_000_000_000_000..<100_000_000_000_000_000, 1_000_000),
      (100_000_000_000_000_000..<Int64.max, 1_000_000_000),
    ]
    guard let unit = units.first(where: { $0.range.contains(number) }) else { return nil }
    return ArticleDate(
      secondsSince1970: number / unit.perSecond, offsetMinutes: 0, precision: .second)
  }

  /// Whether the text begins by saying that it dates a later change: `Updated 2 July 2020`.
  static func isChange(_ text: String) -> Bool {
    guard case .word(let word) = DateTokenizer.tokens(of: text)?.first else { return false }
    return DateVocabulary.changes.contains(word)
  }

  private static func compactDay(_ digits: some StringProtocol) -> ArticleDate? {
    guard digits.utf8.count == 8, let number = Int(digits), (1500...2200).contains(number / 10_000)
    else { return nil }
    return ArticleDate(year: number / 10_000, month: number / 100 % 100, day: number % 100)
  }

  private static func loneNumber(
    _ tokens: [DateToken], _ text: some StringProtocol
  ) -> ArticleDate? {
    switch tokens.count {
    case 1: break
    case 3 where tokens[1] == .sign(UInt8(ascii: ".")): break
    default: return nil
    }
    guard case .number(_, let digits) = tokens[0], digits >= 9 else { return nil }
    let trimmed = text.drop { $0.isWhitespace }.prefix { !$0.isWhitespace }
    return epoch(String(trimmed))
  }
}
