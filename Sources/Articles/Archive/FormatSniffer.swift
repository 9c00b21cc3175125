/// Guesses the format of an input from its name and its first bytes.
enum FormatSniffer {
  enum Verdict: Equatable {
    case text
    case jsonLines
    /// One JSON document that spreads over lines, or an array.
    case jsonDocument
    /// Not text; the offset of the first byte that gives it away.
    case binary(at: Int)
    case compressed(by: String)
  }

  enum NameVerdict: Equatable { case text, jsonLines, unknown, foreign }

  /// What the name promises; a last `.gz` is looked through.
  static func verdict(forName name: some BidirectionalCollection<UInt8>) -> NameVerdict {
    guard let end = extensionOf(Array(name)) else { return .unknown }
    switch end.suffix {
    case "gz", "gzip": return verdict(forName: end.stem)
    case "txt", "text": return .text
    case "jsonl", "ndjson", "jsonlines", "json", "jl": return .jsonLines
    default: return .foreign
    }
  }

  /// The extension in lower case: 1 to 10 ASCII letters and digits, at least one of them a letter.
  private static func extensionOf(_ name: [UInt8]) -> (stem: [UInt8], suffix: String)? {
    let base = name.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > base else { return nil }
    let suffix = name[(dot + 1)...]
    func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 32) }
    func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    guard (1...10).contains(suffix.count), suffix.contains(where: isLetter),
      suffix.allSatisfy({ isLetter($0) || isDigit($0) })
    else { return nil }
    return (Array(name[..<dot]), String(decoding: suffix, as: UTF8.self).lowercased())
  }

  /// What the first bytes show, behind any byte order mark.
  static func verdict(forContent bytes: UnsafeRawBufferPointer) -> Verdict {
    if let name = foreignCompression(bytes) { return .compressed(by: name) }
    guard let first = bytes.firstIndex(where: { !isSpace($0) }) else { return .text }
    if bytes[first] == UInt8(ascii: "{") || bytes[first] == UInt8(ascii: "[") {
      return json(UnsafeRawBufferPointer(rebasing: bytes[first...]))
    }
    if let offset = firstBinaryByte(bytes.prefix(8192)) { return .binary(at: offset) }
    return mostLinesAreObjects(bytes) ? .jsonLines : .text
  }

  /// `{` and `[` begin ordinary text too (`[Photo] …`), so the next sign decides.
  private static func json(_ bytes: UnsafeRawBufferPointer) -> Verdict {
    let line = bytes.prefix { $0 != 0x0A }
    let second = line.dropFirst().first { !isSpace($0) }
    let isObject = bytes[0] == UInt8(ascii: "{")
    switch second {
    case UInt8(ascii: "\""), UInt8(ascii: "}"): return isObject ? .jsonLines : .jsonDocument
    case UInt8(ascii: "{"), UInt8(ascii: "["): return isObject ? .text : .jsonDocument
    case nil:
      let next = bytes.dropFirst().first { !isSpace($0) }
      let opensObject = next == UInt8(ascii: "\"") && isObject
      return opensObject || (next == UInt8(ascii: "{") && !isObject) ? .jsonDocument : .text
    default: return firstBinaryByte(bytes.prefix(8192)).map { .binary(at: $0) } ?? .text
    }
  }

  /// Whether a stream with a damaged first line is nevertheless JSON Lines.
  private static func mostLinesAreObjects(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var lines = 0
    var objects = 0
    for line in bytes.prefix(65_536).split(separator: 0x0A).prefix(64) {
      lines += 1
      if line.starts(with: Array("{\"".utf8)) { objects += 1 }
    }
    return objects * 2 > lines
  }

  /// Offset of the first byte by which the text is taken for binary: a zero, or the first control
  /// character where these exceed 1 in 50.
  static func firstBinaryByte(_ bytes: some Collection<UInt8>) -> Int? {
    var controls = 0
    var count = 0
    var firstControl: Int?
    for byte in bytes {
      if byte < 0x20, !(0x07...0x0D).contains(byte), byte != 0x1A, byte != 0x1B {
        if byte == 0 { return count }
        controls += 1
        if firstControl == nil { firstControl = count }
      }
      count += 1
    }
    return controls * 50 > count ? firstControl : nil
  }

  private static func foreignCompression(_ bytes: UnsafeRawBufferPointer) -> String? {
    let magics: [(name: String, bytes: [UInt8])] = [
      ("xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]), ("bzip2", [0x42, 0x5A, 0x68]),
      ("zstd", [0x28, 0xB5, 0x2F, 0xFD]), ("zip", [0x50, 0x4B, 0x03, 0x04]),
    ]
    return magics.first { magic in
      bytes.starts(with: magic.bytes)
        && (magic.name != "bzip2" || bytes.count > 3 && (49...57).contains(bytes[3]))
    }?.name
  }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
