/// Standard output, buffered: results only. Talk goes to `Talk`.
struct Output {
  private var bytes: [UInt8] = []
  private let descriptor: Int32

  init(descriptor: Int32 = Platform.standardOutput) { self.descriptor = descriptor }

  mutating func write(_ text: String) throws(CommandFailure) {
    bytes.append(contentsOf: text.utf8)
    if bytes.count >= 1 << 16 { try flush() }
  }

  mutating func write(line: String) throws(CommandFailure) {
    try write(line)
    try write("\n")
  }

  /// Hands everything to the system; throws when it is refused, as on a full disk.
  mutating func flush() throws(CommandFailure) {
    defer { bytes.removeAll(keepingCapacity: true) }
    guard bytes.withUnsafeBytes({ Platform.write($0, to: descriptor) }) else {
      throw CommandFailure("writing the results failed: \(Platform.lastError)")
    }
  }
}

/// Standard error: progress, hints, reports, complaints.
enum Talk {
  static func say(_ text: String) {
    var line = text
    line.append("\n")
    raw(line)
  }

  /// Writes without a line end, for lines that are rewritten.
  static func raw(_ text: String) {
    var text = text
    text.withUTF8 { _ = Platform.write(UnsafeRawBufferPointer($0), to: Platform.standardError) }
  }
}

/// An error of the command line itself; the description says what to do about it.
package struct CommandFailure: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
