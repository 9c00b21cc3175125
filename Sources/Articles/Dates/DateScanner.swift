import LedeModel

/// Walks the tokens of a date. Each step either takes what it knows or leaves the place as it was.
struct DateScanner {
  struct Day {
    var year: Int
    var month: Int
    var day: Int
  }

  struct Clock {
    var hour: Int
    var minute = 0
    var second: Int?
    var isTwelveHour = false
  }

  enum Zone {
    case offset(Int16)
    case central
  }

  private let tokens: [DateToken]
  let context: ZoneContext
  var at = 0

  init(tokens: [DateToken], context: ZoneContext) {
    self.tokens = tokens
    self.context = context
  }

  /// A date, alone or followed by the date of a later change, and nothing else.
  mutating func whole() -> ArticleDate? {
    skipFillers(alsoChanges: true)
    guard let date = dateAndTime() else { return nil }
    skipFillers()
    if isAtEnd { return date }
    guard takeWord(where: { DateVocabulary.changes.contains($0) }) != nil else { return nil }
    skipFillers(alsoChanges: true)
    guard isAtEnd || dateAndTime() != nil else { return nil }
    skipFillers()
    return isAtEnd ? date : nil
  }

  // MARK: Parts

  private mutating func dateAndTime() -> ArticleDate? {
    if let (day, clock) = attempt({ $0.compactInstant() }) {
      return combined(day, clock, attempt { $0.zone() })
    }
    var day = attempt { $0.day() }
    var clock: Clock?
    var zone: Zone?
    if day == nil {
      // The time may come first: 14:08, 1 July 2020.
      clock = attempt { $0.clock() }
      guard clock != nil else { return nil }
      zone = attempt { $0.zone() }
      skipFillers()
      day = attempt { $0.day() }
    }
    guard var day else { return nil }
    if clock == nil {
      zone = attempt { scanner in
        scanner.skipFillers()
        return scanner.namedZone()
      }
      clock = attempt { scanner in
        scanner.skipSeparators()
        return scanner.clock()
      }
      if clock != nil, let found = attempt({ $0.zone() }) { zone = found }
    }
    // asctime has the year behind the time.
    if day.year == 0 {
      guard let year = attempt({ $0.trailingYear() }) else { return nil }
      day.year = year
    }
    return combined(day, clock, zone)
  }

  private func combined(_ day: Day, _ clock: Clock?, _ zone: Zone?) -> ArticleDate? {
    guard let clock else {
      return ArticleDate(year: day.year, month: day.month, day: day.day)
    }
    let offset: Int16? =
      switch zone {
      case .offset(let minutes): minutes
      case .central: context.centralOffset(isTwelveHourClock: clock.isTwelveHour)
      case nil: nil
      }
    return ArticleDate(
      year: day.year, month: day.month, day: day.day, hour: clock.hour, minute: clock.minute,
      second: clock.second ?? 0, offsetMinutes: offset,
      precision: clock.second == nil ? .minute : .second)
  }

  /// Tries a step and goes back where it finds nothing.
  private mutating func attempt<Found>(
    _ step: (inout DateScanner) -> Found?
  ) -> Found? {
    let start = at
    if let found = step(&self) { return found }
    at = start
    return nil
  }

  /// The year of `Wed Jul  1 14:08:00 CST 2020`.
  private mutating func trailingYear() -> Int? {
    skipSpace()
    guard case .number(let year, digits: 4) = peek else { return nil }
    at += 1
    return year
  }
}

// MARK: - Tokens

extension DateScanner {
  var peek: DateToken? { at < tokens.count ? tokens[at] : nil }
  var isAtEnd: Bool { at >= tokens.count }

  mutating func skipSpace() {
    while peek == .space { at += 1 }
  }

  mutating func take(sign: Character) -> Bool {
    guard let byte = sign.asciiValue, peek == .sign(byte) else { return false }
    at += 1
    return true
  }

  mutating func takeWord(where isWanted: (String) -> Bool) -> String? {
    guard case .word(let word) = peek, isWanted(word) else { return nil }
    at += 1
    return word
  }

  mutating func takeNumber(digits: ClosedRange<Int>) -> Int? {
    guard case .number(let value, let count) = peek, digits.contains(count) else { return nil }
    at += 1
    return value
  }

  /// Skips words that mean nothing here, weekdays, and the signs around them.
  ///
  /// A word that is a weekday in one language and a month in another (`mar`) is a weekday where
  /// another month follows before the next two numbers do.
  mutating func skipFillers(alsoChanges: Bool = false) {
    while let token = peek {
      switch token {
      case .space: at += 1
      case .sign(UInt8(ascii: "(")) where isBracketedWeekday: at += 3
      case .sign(let byte):
        guard ",.:;|()[]-/".utf8.contains(byte) || byte == 0xFF else { return }
        at += 1
      case .word(let word):
        let isWeekday = DateVocabulary.weekdays.contains(word)
        let isFiller =
          DateVocabulary.fillers.contains(word) || isWeekday
          || (alsoChanges && DateVocabulary.changes.contains(word))
        guard isFiller else { return }
        if DateVocabulary.months[word] != nil, !monthFollows() { return }
        at += 1
      case .number: return
      }
    }
  }

  /// Japanese weekdays are one sign in brackets, `(水)`; outside of them 月 and 日 are other words.
  private var isBracketedWeekday: Bool {
    guard at + 2 < tokens.count, case .word(let word) = tokens[at + 1] else { return false }
    return DateVocabulary.bracketedWeekdays.contains(word)
      && tokens[at + 2] == .sign(UInt8(ascii: ")"))
  }

  private func monthFollows() -> Bool {
    var numbers = 0
    for token in tokens[(at + 1)...] {
      switch token {
      case .number:
        numbers += 1
        if numbers == 2 { return false }
      case .word(let word) where DateVocabulary.months[word] != nil: return true
      default: continue
      }
    }
    return false
  }

  /// What stands between a date and its time.
  mutating func skipSeparators() {
    if takeWord(where: { $0 == "t" }) != nil { return }
    skipFillers()
  }
}
