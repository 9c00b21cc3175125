import ArgumentParser

/// A number of bytes as people write it: `256MB`, `1GB`; a number alone is in MB.
package struct ByteSize: ExpressibleByArgument, Equatable {
  package let bytes: Int

  package init(bytes: Int) { self.bytes = bytes }

  /// nil for what is no number of bytes.
  package init?(argument: String) {
    let units: [(name: String, shift: Int)] = [("kb", 10), ("mb", 20), ("gb", 30)]
    let text = argument.lowercased()
    let unit = units.first { text.hasSuffix($0.name) }
    // More than a petabyte would be a slip of the hand.
    let digits = text.dropLast(unit == nil ? 0 : 2)
    guard digits.allSatisfy(\.isWholeNumber), let number = Int(digits), number <= 1 << 20
    else { return nil }
    bytes = number << (unit?.shift ?? 20)
  }
}
