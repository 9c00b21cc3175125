import CLedeUnicode

/// What the terms of an index depend on: two analyzers of one identity make the same terms.
///
/// It is stored in every index and compared when one is opened.
public struct AnalyzerIdentity: Sendable, Equatable, CustomStringConvertible {
  public var language: Language
  /// Version of the Unicode data in ICU.
  public var unicodeVersion: String
  public var icuVersion: String
  /// `none` without a stemmer. libstemmer has no way to ask for its version, so this is
  /// `snowball-` and a hash of the stems of sample words in every script it serves.
  public var stemmerVersion: String
  /// Hash of the analyzer's revision, the language, and all tokens and classes of a fixed text.
  public var probeHash: UInt64

  public var description: String {
    "language \(language.code), Unicode \(unicodeVersion), ICU \(icuVersion), "
      + "stemmer \(stemmerVersion), probe \(String(probeHash, radix: 16))"
  }

  /// Layout of `encoded`.
  private static let layout: UInt8 = 1

  /// Layout number, four strings (length byte, UTF-8), probe hash (8 bytes, little-endian).
  package var encoded: [UInt8] {
    var bytes = [Self.layout]
    for string in [language.code, unicodeVersion, icuVersion, stemmerVersion] {
      let text = Array(string.utf8.prefix(255))
      bytes.append(UInt8(text.count))
      bytes += text
    }
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: probeHash >> UInt64(shift)))
    }
    return bytes
  }

  /// Reads what `encoded` wrote; nil for anything else, a language unknown here included.
  package init?(encoded: some Collection<UInt8>) {
    var rest = Array(encoded)[...]
    guard rest.popFirst() == Self.layout else { return nil }
    var strings: [String] = []
    for _ in 0..<4 {
      guard let length = rest.popFirst(), rest.count >= Int(length) else { return nil }
      guard let text = String(validating: rest.prefix(Int(length)), as: UTF8.self)
      else { return nil }
      strings.append(text)
      rest = rest.dropFirst(Int(length))
    }
    guard rest.count == 8, let language = Language(strings[0]), language.code == strings[0]
    else { return nil }
    self.init(
      language: language, unicodeVersion: strings[1], icuVersion: strings[2],
      stemmerVersion: strings[3],
      probeHash: rest.reversed().reduce(0) { $0 << 8 | UInt64($1) })
  }

  init(
    language: Language, unicodeVersion: String, icuVersion: String, stemmerVersion: String,
    probeHash: UInt64
  ) {
    self.language = language
    self.unicodeVersion = unicodeVersion
    self.icuVersion = icuVersion
    self.stemmerVersion = stemmerVersion
    self.probeHash = probeHash
  }
}

/// Versions that the ICU in use reports.
enum UnicodeVersions {
  static let icu = text(lede_unicode_icu_version)
  static let unicode = text(lede_unicode_version)

  private static func text(_ report: (UnsafeMutablePointer<CChar>?) -> Void) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 20) { buffer in
      guard let start = buffer.baseAddress else { return "" }
      // Safe: 20 bytes are what the shim asks for, and it ends them with a zero.
      report(start)
      return String(cString: start)
    }
  }
}
