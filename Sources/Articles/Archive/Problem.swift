/// Something in the archive that did not go as its owner would expect: what, where, why, and what
/// can be done about it. Problems are reported beside the articles; reading goes on.
public struct Problem: Sendable, Equatable, CustomStringConvertible {
  /// How much a problem cost.
  public enum Severity: String, Sendable, Comparable {
    /// Every record was kept, but something about it had to be guessed or left out.
    case warning
    /// At least one record, or a whole input, was not read.
    case error

    public static func < (lhs: Severity, rhs: Severity) -> Bool {
      lhs == .warning && rhs == .error
    }
  }

  /// The stable name of a class of problems, for counting and for machine-readable output.
  public enum Kind: String, Sendable, CaseIterable {
    case notFound, unreadable, notRegular, empty, binary, unsupportedCompression, notJSONLines
    case recordTooLong, invalidJSON, wrongType, noText
    case brokenGzip, trailingGarbage, compressionBomb
    case encoding, unreadableDate
  }

  public var severity: Severity
  public var kind: Kind
  /// The input as the user named it, or as it was found under what the user named.
  public var path: String
  /// Line of the record, counted from 1; nil where the input as a whole is meant.
  public var line: Int?
  /// Byte offset in the decompressed input, or in the compressed one for `brokenGzip`,
  /// `trailingGarbage` and `compressionBomb`.
  public var offset: UInt64?
  public var reason: String
  public var remedy: String

  public init(
    _ severity: Severity, _ kind: Kind, path: String, line: Int? = nil, offset: UInt64? = nil,
    reason: String, remedy: String
  ) {
    self.severity = severity
    self.kind = kind
    self.path = path
    self.line = line
    self.offset = offset
    self.reason = reason
    self.remedy = remedy
  }

  /// `path:line (byte offset): reason; remedy`
  public var description: String {
    var place = path
    if let line { place += ":\(line)" }
    if let offset { place += " (byte \(offset))" }
    return remedy.isEmpty ? "\(place): \(reason)" : "\(place): \(reason); \(remedy)"
  }
}
