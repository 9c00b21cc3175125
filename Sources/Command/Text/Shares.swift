/// Parts of a whole in percent that add up to exactly 100.0.
package enum Shares {
  /// Tenths of a percent per part, summing to 1,000; all zero when the whole is.
  ///
  /// Source: largest remainder method (Hamilton): rounding each part alone may give 99.9 or 100.1.
  package static func tenths(of parts: [Int]) -> [Int] {
    let whole = parts.reduce(0, +)
    guard whole > 0 else { return parts.map { _ in 0 } }
    var tenths = parts.map { $0 * 1000 / whole }
    let missing = 1000 - tenths.reduce(0, +)
    let byRemainder = parts.indices.sorted {
      (parts[$0] * 1000 % whole, $1) > (parts[$1] * 1000 % whole, $0)
    }
    for index in byRemainder.prefix(missing) { tenths[index] += 1 }
    return tenths
  }

  /// `40 read (97.6 %), 1 skipped (2.4 %)`: the parts that are not zero.
  package static func line(_ parts: [(count: Int, name: String)]) -> String {
    let tenths = tenths(of: parts.map(\.count))
    let shown = zip(parts, tenths).filter { $0.0.count > 0 }.map { part, share in
      "\(Numbers.grouped(part.count)) \(part.name) (\(share / 10).\(share % 10) %)"
    }
    return shown.isEmpty ? "none" : shown.joined(separator: ", ")
  }
}
