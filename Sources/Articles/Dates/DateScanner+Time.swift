extension DateScanner {
  /// `14:08`, `14:08:05.123`, `2:08 pm`, `2.08pm`, `2 p.m.`, `14h08`, `14.08 Uhr`, `1408`,
  /// `140805`, `下午2时8分`.
  mutating func clock() -> Clock? {
    let half = takeWord(where: {
      DateVocabulary.beforeNoon.contains($0) || DateVocabulary.afterNoon.contains($0)
    })
    skipSpace()
    guard var clock = plainClock(), half == nil || apply(half, to: &clock) else { return nil }
    if half == nil, let half = halfOfDay(), !apply(half, to: &clock) { return nil }
    guard clock.hour < 24, clock.minute < 60, clock.second ?? 0 <= 60 else { return nil }
    return clock
  }

  private mutating func plainClock() -> Clock? {
    if case .number(let value, let digits) = peek, digits == 4 || digits == 6 {
      at += 1
      if digits == 4 { return Clock(hour: value / 100, minute: value % 100) }
      return Clock(hour: value / 10_000, minute: value / 100 % 100, second: value % 100)
    }
    guard let hour = takeNumber(digits: 1...2) else { return nil }
    let afterHour = at
    if take(sign: ":") {
      guard let minute = takeNumber(digits: 2...2) else { return nil }
      return Clock(hour: hour, minute: minute, second: seconds())
    }
    skipSpace()
    if takeWord(where: { $0 == "h" || DateVocabulary.hourMarks.contains($0) }) != nil {
      return markedClock(hour: hour)
    }
    at = afterHour
    if take(sign: "."), let minute = takeNumber(digits: 2...2) {
      return isClockAfterPoint ? Clock(hour: hour, minute: minute) : nil
    }
    at = afterHour
    return isClockAfterPoint ? Clock(hour: hour) : nil
  }

  /// `14h08`, `14h`, `14时08分05秒`.
  private mutating func markedClock(hour: Int) -> Clock? {
    var clock = Clock(hour: hour)
    skipSpace()
    guard let minute = takeNumber(digits: 1...2) else { return clock }
    clock.minute = minute
    skipSpace()
    guard takeWord(where: { DateVocabulary.minuteMarks.contains($0) || $0 == "min" }) != nil else {
      return clock
    }
    skipSpace()
    let beforeSecond = at
    if let second = takeNumber(digits: 1...2),
      takeWord(where: { DateVocabulary.secondMarks.contains($0) }) != nil
    {
      clock.second = second
    } else {
      at = beforeSecond
    }
    return clock
  }

  /// `:05` and any fraction, which is dropped.
  private mutating func seconds() -> Int? {
    let start = at
    guard take(sign: ":"), let second = takeNumber(digits: 2...2) else {
      at = start
      return nil
    }
    let afterSecond = at
    if !((take(sign: ".") || take(sign: ",")) && takeNumber(digits: 1...9) != nil) {
      at = afterSecond
    }
    return second
  }

  /// A bare hour, or one with a point before its minutes, is a time only where a word says so.
  private var isClockAfterPoint: Bool {
    var copy = self
    copy.skipSpace()
    guard case .word(let word) = copy.peek else { return false }
    return ["am", "pm", "a", "p", "uhr"].contains(word)
  }

  private mutating func halfOfDay() -> String? {
    let start = at
    skipSpace()
    if let word = takeWord(where: { $0 == "am" || $0 == "pm" }) { return word }
    if let letter = takeWord(where: { $0 == "a" || $0 == "p" }), take(sign: "."),
      takeWord(where: { $0 == "m" }) != nil
    {
      _ = take(sign: ".")
      return letter + "m"
    }
    at = start
    return nil
  }

  /// False for hours that no 12-hour clock shows. Ideographic sources write 下午14:08 too.
  private func apply(_ half: String?, to clock: inout Clock) -> Bool {
    guard let half else { return true }
    let isLatin = half == "am" || half == "pm"
    if isLatin, !(1...12).contains(clock.hour) { return false }
    clock.isTwelveHour = isLatin
    if DateVocabulary.afterNoon.contains(half) {
      if clock.hour < 12 { clock.hour += 12 }
    } else if clock.hour == 12 {
      clock.hour = 0
    }
    return true
  }
}

// MARK: - Zones

extension DateScanner {
  /// `Z`, `+08:00`, `+0800`, `+08`, `GMT+8`, `(CST)`, `Beijing time`.
  mutating func zone() -> Zone? {
    skipSpace()
    let isBracketed = take(sign: "(") || take(sign: "[")
    skipSpace()
    guard let zone = signedOffset() ?? namedZone() else { return nil }
    if isBracketed, !(take(sign: ")") || take(sign: "]")) { return nil }
    skipComment()
    return zone
  }

  /// The name in brackets that repeats an offset: `+0800 (CST)`.
  private mutating func skipComment() {
    let start = at
    skipSpace()
    guard take(sign: "("), takeWord(where: { _ in true }) != nil else {
      at = start
      return
    }
    while case .word = peek { at += 1 }
    while peek == .space || { if case .word = peek { true } else { false } }() { at += 1 }
    if !take(sign: ")") { at = start }
  }

  private mutating func signedOffset() -> Zone? {
    let isEast = take(sign: "+")
    guard isEast || take(sign: "-") else { return nil }
    guard case .number(let value, let digits) = peek, digits <= 4 else { return nil }
    at += 1
    var minutes = digits > 2 ? value / 100 * 60 + value % 100 : value * 60
    if digits <= 2, take(sign: ":") {
      guard let rest = takeNumber(digits: 2...2) else { return nil }
      minutes += rest
    }
    guard minutes <= 14 * 60 else { return nil }
    return .offset(Int16(isEast ? minutes : -minutes))
  }

  mutating func namedZone() -> Zone? {
    skipSpace()
    if takeWord(where: { $0 == DateVocabulary.centralZone }) != nil { return .central }
    if takeWord(where: { $0 == "beijing" }) != nil {
      skipSpace()
      return takeWord(where: { $0 == "time" }) == nil ? nil : .offset(480)
    }
    guard let name = takeWord(where: { DateVocabulary.zones[$0] != nil }) else { return nil }
    if ["utc", "gmt"].contains(name) {
      let start = at
      if let offset = signedOffset() { return offset }
      at = start
    }
    return DateVocabulary.zones[name].map { .offset($0) }
  }
}
