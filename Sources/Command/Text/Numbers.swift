/// Numbers as people read them.
package enum Numbers {
  /// `1234567` as `1,234,567`.
  package static func grouped(_ value: some BinaryInteger) -> String {
    var digits = Array(String(value.magnitude))
    var position = digits.count - 3
    while position > 0 {
      digits.insert(",", at: position)
      position -= 3
    }
    return (value < 0 ? "-" : "") + String(digits)
  }

  /// With a fixed number of decimals, rounded half away from zero.
  package static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite, value.magnitude < 1e15 else { return value.description }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = UInt64((value.magnitude * scale).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return sign + String(scaled) }
    let fraction = String(scaled % UInt64(scale))
    let zeros = String(repeating: "0", count: decimals - fraction.count)
    return "\(sign)\(scaled / UInt64(scale)).\(zeros)\(fraction)"
  }

  /// Bytes in decimal units: `48.2 MB`.
  package static func bytes(_ value: UInt64) -> String {
    let units: [(UInt64, String)] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")]
    for (size, name) in units where value >= size {
      return fixed(Double(value) / Double(size), 1) + " " + name
    }
    return "\(value) B"
  }

  /// Seconds as `0:07`, `12:34` or `1:02:03`.
  package static func clock(_ seconds: Double) -> String {
    let whole = seconds.isFinite && seconds > 0 ? Int(min(seconds, 359_999).rounded()) : 0
    let tail = padded(whole / 60 % 60, whole >= 3600) + ":" + padded(whole % 60, true)
    return whole >= 3600 ? "\(whole / 3600):\(tail)" : tail
  }

  private static func padded(_ value: Int, _ pad: Bool) -> String {
    pad && value < 10 ? "0\(value)" : "\(value)"
  }

  /// Nanoseconds as microseconds with one decimal.
  package static func microseconds(_ nanoseconds: Double) -> String { fixed(nanoseconds / 1000, 1) }

  /// "1 article", "2 articles".
  package static func counted(_ count: some BinaryInteger, _ noun: String, _ plural: String? = nil)
    -> String
  {
    "\(grouped(count)) \(count == 1 ? noun : plural ?? noun + "s")"
  }

  /// Text on the right of a column of the given width.
  package static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - DisplayWidth.of(text))) + text
  }

  /// Text on the left of a column of the given width.
  package static func left(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - DisplayWidth.of(text)))
  }
}
