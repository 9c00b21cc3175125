/// A publication date with the precision and zone that the source stated.
public struct ArticleDate: Sendable, Hashable {
  /// How much of the instant the source stated.
  public enum Precision: UInt8, Sendable {
    case day = 0
    case minute = 1
    case second = 2
  }

  /// Seconds since 1970-01-01T00:00:00Z of the instant (midnight local time for `.day`).
  public var secondsSince1970: Int64
  /// Minutes east of UTC of the zone in which the date was written; nil when none was stated
  /// (the local time is then read as UTC).
  public var offsetMinutes: Int16?
  public var precision: Precision

  public init(secondsSince1970: Int64, offsetMinutes: Int16? = nil, precision: Precision) {
    self.secondsSince1970 = secondsSince1970
    self.offsetMinutes = offsetMinutes
    self.precision = precision
  }

  /// Makes a date from civil fields in the proleptic Gregorian calendar.
  ///
  /// Returns nil when a field is out of its range (year 1 to 9999).
  public init?(
    year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0,
    offsetMinutes: Int16? = nil, precision: Precision = .day
  ) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= CivilDay.daysInMonth(year: year, month: month),
      (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second),
      (-1440...1440).contains(Int(offsetMinutes ?? 0))
    else { return nil }
    let days = CivilDay.daysSince1970(year: year, month: month, day: day)
    let local = Int64(days) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    self.init(
      secondsSince1970: local - Int64(offsetMinutes ?? 0) * 60, offsetMinutes: offsetMinutes,
      precision: precision)
  }

  /// Local civil day as `YYYY-MM-DD`.
  public var dayString: String {
    let (year, month, day, _) = localFields
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }

  /// ISO 8601 with as much as the source stated: `2020-07-01` or `2020-07-01T14:08:00+08:00`.
  public var iso8601: String {
    guard precision != .day else { return dayString }
    let seconds = localFields.secondOfDay
    let time =
      "T\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
    guard let offset = offsetMinutes else { return dayString + time }
    if offset == 0 { return dayString + time + "Z" }
    let magnitude = Int(offset.magnitude)
    let sign = offset < 0 ? "-" : "+"
    return "\(dayString)\(time)\(sign)\(padded(magnitude / 60, 2)):\(padded(magnitude % 60, 2))"
  }

  private var localFields: (year: Int, month: Int, day: Int, secondOfDay: Int) {
    // A date from a damaged file may hold any 64 bits: clamp to years 1 to 9999 instead of trapping.
    let limited = min(max(secondsSince1970, -62_135_596_800), 253_402_300_799)
    let local = limited + Int64(offsetMinutes ?? 0) * 60
    let days = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
    let (year, month, day) = CivilDay.civil(daysSince1970: Int(days))
    return (year, month, day, Int(local - days * 86_400))
  }
}

/// Conversions between civil dates and day numbers.
///
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (days_from_civil).
enum CivilDay {
  static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  static func civil(daysSince1970: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = daysSince1970 + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthIndex + 2) / 5 + 1)
  }

  static func daysInMonth(year: Int, month: Int) -> Int {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

/// Decimal digits of a non-negative number, padded with zeros on the left.
private func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
