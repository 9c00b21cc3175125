import CLedeSimdjson

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads one JSON text at a time with simdjson, leaving the values where they are.
final class JSONParser {
  /// Texts up to this length keep their working memory for the next one.
  private static let keptCapacity = 4 << 20

  private let parser: OpaquePointer?

  enum Kind: UInt8 {
    case string = 0
    case number = 1
    case boolean = 2
    case null = 3
    case array = 4
    case object = 5

    var name: String {
      switch self {
      case .string: "text"
      case .number: "a number"
      case .boolean: "true or false"
      case .null: "null"
      case .array: "a list"
      case .object: "an object"
      }
    }
  }

  /// A member of an object or array. Points into the text that was read.
  struct Member {
    /// Still escaped; empty in arrays.
    var key: UnsafeRawBufferPointer
    /// For strings what is between the quotes, still escaped; else the JSON text itself.
    var value: UnsafeRawBufferPointer
    var kind: Kind
  }

  struct Failure: Error {
    var code: Int32
    /// Byte of the text where reading stopped, if known.
    var offset: Int?
  }

  init() { parser = lede_json_parser_create() }
  deinit { if let parser { lede_json_parser_destroy(parser) } }

  /// Calls back with every member of the object or array that `text` must be, in order. At least
  /// `StreamBuffer.padding` bytes must be readable behind `text`.
  func read(
    _ text: UnsafeRawBufferPointer, as kind: Kind, _ body: (Member) -> Void
  ) throws(Failure) {
    guard let parser, let base = text.baseAddress else {
      throw Failure(code: Int32(parser == nil ? LEDE_JSON_OUT_OF_MEMORY : LEDE_JSON_EMPTY))
    }
    var fields: UnsafePointer<lede_json_field>?
    var count = 0
    var offset = text.count
    let code = lede_json_read(
      parser, base.assumingMemoryBound(to: CChar.self), text.count, kind.rawValue, &fields, &count,
      &offset)
    defer { lede_json_parser_trim(parser, Self.keptCapacity) }
    guard code == 0 else {
      throw Failure(code: code, offset: offset < text.count ? offset : nil)
    }
    // Safe: the shim lists `count` fields, each within `text`.
    for field in UnsafeBufferPointer(start: fields, count: count) {
      body(
        Member(
          key: UnsafeRawBufferPointer(start: field.key, count: field.key_length),
          value: UnsafeRawBufferPointer(start: field.value, count: field.value_length),
          kind: Kind(rawValue: field.kind) ?? .null))
    }
  }

  /// The string that an escaped one stands for; nil for an escape that JSON does not know.
  ///
  /// - Parameter text: of a member, which the parser found to be UTF-8.
  static func unescaped(_ text: UnsafeRawBufferPointer) -> String? {
    guard let base = text.baseAddress, !text.isEmpty else { return "" }
    if memchr(base, 0x5c, text.count) == nil { return string(ofValid: text) }
    // What is unescaped is never longer, and of valid characters again.
    return withUnsafeTemporaryAllocation(byteCount: text.count, alignment: 1) { out in
      let length = lede_json_unescape(
        base.assumingMemoryBound(to: CChar.self), text.count,
        out.baseAddress?.assumingMemoryBound(to: CChar.self))
      return length < 0 ? nil : string(ofValid: UnsafeRawBufferPointer(rebasing: out[..<length]))
    }
  }

  /// The string of bytes that are UTF-8, without checking them again where Swift can: that took longer
  /// than all else about reading a line.
  private static func string(ofValid text: UnsafeRawBufferPointer) -> String {
    #if compiler(>=6.2)
      if #available(macOS 26, *) {
        return text.withMemoryRebound(to: UInt8.self) {
          String(copying: UTF8Span(unchecked: $0.span, isKnownASCII: isASCII($0)))
        }
      }
    #endif
    return String(decoding: text, as: UTF8.self)
  }

  /// Strings that are known to be ASCII are compared and changed many times faster.
  private static func isASCII(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var all: UInt8 = 0
    // Without an end in between, so that whole vectors are taken.
    for byte in text { all |= byte }
    return all < 0x80
  }
}

extension JSONParser.Failure {
  var isEncoding: Bool { code == Int32(LEDE_JSON_BAD_UTF8) }

  var reason: String {
    switch Int(code) {
    case LEDE_JSON_BAD_UTF8: "the line is not UTF-8"
    case LEDE_JSON_OUT_OF_MEMORY: "no memory to parse the line"
    case LEDE_JSON_EMPTY: "the line is empty"
    case LEDE_JSON_WRONG_TYPE: "the line is no JSON object"
    case LEDE_JSON_TRAILING: "something follows the JSON object on its line"
    case LEDE_JSON_UNCLOSED_STRING: "a string of the JSON object is not closed"
    case LEDE_JSON_CONTROL_CHARACTER: "a string of the JSON object holds a raw control character"
    case LEDE_JSON_TOO_DEEP: "the JSON object is nested too deeply"
    case LEDE_JSON_TOO_MANY: "the JSON object has more than 65,536 members"
    case LEDE_JSON_INCOMPLETE: "the JSON object is not complete"
    default: "the line is no valid JSON"
    }
  }
}
