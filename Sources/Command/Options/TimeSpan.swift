import ArgumentParser

/// A length of time as people write it: `90`, `90s`, `10m`, `1.5h`.
package struct TimeSpan: ExpressibleByArgument, Equatable {
  package let seconds: Double

  static let minute = TimeSpan(seconds: 60)

  private init(seconds: Double) { self.seconds = seconds }

  /// As it is written, for help.
  package var defaultValueDescription: String {
    seconds.truncatingRemainder(dividingBy: 60) == 0 && seconds > 0
      ? "\(Int(seconds / 60))m" : "\(seconds)s"
  }

  /// nil for what is no length of time, or a negative or endless one.
  package init?(argument: String) {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
    let unit = argument.last.flatMap { units[$0] }
    let digits = unit == nil ? argument[...] : argument.dropLast()
    // Not "0x1p3", "inf" or "nan", which Double reads as well.
    guard digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }),
      let number = Double(digits)
    else { return nil }
    seconds = number * (unit ?? 1)
    guard seconds <= 1e9 else { return nil }
  }
}
