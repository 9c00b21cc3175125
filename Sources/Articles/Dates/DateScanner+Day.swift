extension DateScanner {
  /// A calendar day in any style; `year` is 0 where it must follow the time.
  mutating func day() -> Day? {
    switch peek {
    case .number(_, digits: 4): return yearFirst()
    case .number(_, digits: 8): return compact()
    case .number(_, digits: 1...2): return dayFirst()
    case .word: return monthFirst()
    default: return nil
    }
  }

  /// `20200701`
  private mutating func compact() -> Day? {
    guard let value = takeNumber(digits: 8...8) else { return nil }
    return Self.compactDay(value)
  }

  /// `202007011408` and `20200701140805`
  mutating func compactInstant() -> (Day, Clock)? {
    guard case .number(let value, let digits) = peek, digits == 12 || digits == 14 else {
      return nil
    }
    let minutes = digits == 12 ? value : value / 100
    guard let day = Self.compactDay(minutes / 10_000), minutes / 100 % 100 < 24,
      minutes % 100 < 60
    else { return nil }
    at += 1
    let second = digits == 12 ? nil : value % 100
    return (day, Clock(hour: minutes / 100 % 100, minute: minutes % 100, second: second))
  }

  /// Numbers that could be seconds or milliseconds have other first digits than these years.
  private static func compactDay(_ value: Int) -> Day? {
    guard (1500...2200).contains(value / 10_000) else { return nil }
    return Day(year: value / 10_000, month: value / 100 % 100, day: value % 100)
  }

  /// `2020-07-01`, `2020/7/1`, `2020.07.01`, `2020年7月1日`, `2020 July 1`.
  private mutating func yearFirst() -> Day? {
    guard let year = takeNumber(digits: 4...4) else { return nil }
    skipSpace()
    if takeWord(where: { DateVocabulary.yearMarks.contains($0) }) != nil {
      return ideographic(year: year)
    }
    if case .word = peek {
      guard let month = month() else { return nil }
      skipSpace()
      guard let day = takeNumber(digits: 1...2) else { return nil }
      return Day(year: year, month: month, day: day)
    }
    guard let sign = separator(), let month = takeNumber(digits: 1...2) ?? month(),
      separator() == sign, let day = takeNumber(digits: 1...2)
    else { return nil }
    return Day(year: year, month: month, day: day)
  }

  private mutating func ideographic(year: Int) -> Day? {
    skipSpace()
    guard let month = takeNumber(digits: 1...2) else { return nil }
    skipSpace()
    guard takeWord(where: { DateVocabulary.monthMarks.contains($0) }) != nil else { return nil }
    skipSpace()
    guard let day = takeNumber(digits: 1...2) else { return nil }
    skipSpace()
    guard takeWord(where: { DateVocabulary.dayMarks.contains($0) }) != nil else { return nil }
    return Day(year: year, month: month, day: day)
  }

  /// `1 July 2020`, `1. Juli 2020`, `1er juillet 2020`, `1 de julio de 2020`, `01-Jul-20`,
  /// `1.7.2020`, `1/7/2020`, `7/1/2020`.
  private mutating func dayFirst() -> Day? {
    guard let first = takeNumber(digits: 1...2) else { return nil }
    let afterNumber = at
    if let day = numeric(first) { return day }
    at = afterNumber
    _ = takeWord(where: { DateVocabulary.ordinals.contains($0) })
    skipBetween()
    guard let month = month() else { return nil }
    skipBetween()
    guard let year = year() else { return nil }
    return Day(year: year, month: month, day: first)
  }

  private mutating func numeric(_ first: Int) -> Day? {
    guard let sign = separator() else { return nil }
    skipSpace()
    guard let second = takeNumber(digits: 1...2), separator() == sign else { return nil }
    skipSpace()
    guard let year = takeNumber(digits: 4...4) else { return nil }
    // Points are written day first everywhere; slashes and dashes are not.
    let isDayFirst = sign == UInt8(ascii: ".") || first > 12 || (second <= 12 && context.isDayFirst)
    return isDayFirst
      ? Day(year: year, month: second, day: first) : Day(year: year, month: first, day: second)
  }

  /// `Jul 1, 2020`, `July 1st 2020`, `Jul.1,2020`, and `Jul  1 14:08:00 2020` without its year.
  private mutating func monthFirst() -> Day? {
    guard let month = month() else { return nil }
    skipBetween()
    guard let day = takeNumber(digits: 1...2) else { return nil }
    _ = takeWord(where: { DateVocabulary.ordinals.contains($0) })
    let afterDay = at
    skipBetween()
    if case .number(let year, digits: 4) = peek {
      at += 1
      return Day(year: year, month: month, day: day)
    }
    at = afterDay
    return Day(year: 0, month: month, day: day)
  }

  private mutating func month() -> Int? {
    guard let word = takeWord(where: { DateVocabulary.months[$0] != nil }) else { return nil }
    let month = DateVocabulary.months[word]
    _ = take(sign: ".")
    return month
  }

  /// Four digits, or two as in RFC 822, meaning 1970 to 2069.
  private mutating func year() -> Int? {
    if let year = takeNumber(digits: 4...4) { return year }
    guard let short = takeNumber(digits: 2...2) else { return nil }
    return short < 70 ? 2000 + short : 1900 + short
  }

  private mutating func separator() -> UInt8? {
    for sign: Character in ["-", "/", "."] where take(sign: sign) { return sign.asciiValue }
    return nil
  }

  private mutating func skipBetween() {
    while true {
      switch peek {
      case .space, .sign(UInt8(ascii: ".")), .sign(UInt8(ascii: ",")), .sign(UInt8(ascii: "-")),
        .sign(UInt8(ascii: "/")):
        at += 1
      case .word("de"), .word("del"), .word("of"): at += 1
      default: return
      }
    }
  }
}
