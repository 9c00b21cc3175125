import CLedeZlib
import Lede

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// One query of a file.
package struct QueryLine: Equatable {
  /// Its `id`, else the number of its line.
  package var id: String
  package var text: String
  package var tags: [String]
  /// Whether `+`, `-`, quotes and fields in the text are syntax. They are in `query` and in plain
  /// lines; `text` is a topic in plain words.
  package var isSyntax: Bool

  package init(id: String, text: String, tags: [String] = [], isSyntax: Bool = true) {
    self.id = id
    self.text = text
    self.tags = tags
    self.isSyntax = isSyntax
  }

  /// The query that the text stands for.
  package func parsed() throws(QueryError) -> Query {
    isSyntax ? try QueryParser.parse(text) : Query.anyWord(of: text)
  }
}

/// A file of queries: JSON Lines with `query` (or `text`), and `id` and `tags`, or plain lines.
///
/// A file packed with gzip is unpacked on the way. `-` is standard input.
package struct QueryFile {
  package let queries: [QueryLine]
  /// FNV-1a 64 of the unpacked bytes, so that figures name exactly what they were measured on.
  package let hash: UInt64

  /// A query file is read whole: beyond this it is taken for something else.
  package static let sizeLimit = 1 << 30

  package init(path: String) throws(CommandFailure) {
    let bytes = try Self.read(path, limit: Self.sizeLimit)
    try self.init(bytes: bytes, name: path)
    if queries.isEmpty {
      throw CommandFailure("\(path) holds no query: give one per line, plain or as JSON")
    }
  }

  package init(bytes: [UInt8], name: String) throws(CommandFailure) {
    var queries: [QueryLine] = []
    var number = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      guard let query = try Self.query(of: line, number: number, name: name) else { continue }
      queries.append(query)
    }
    self.queries = queries
    hash = Self.hash(of: bytes)
  }

  private static func query(of line: ArraySlice<UInt8>, number: Int, name: String)
    throws(CommandFailure) -> QueryLine?
  {
    var line = line
    let spaces: Set<UInt8> = [0x20, 0x09, 0x0D]
    while let last = line.last, spaces.contains(last) { line.removeLast() }
    line = line.drop { spaces.contains($0) }
    guard let first = line.first else { return nil }
    guard first == UInt8(ascii: "{") else {
      return QueryLine(id: String(number), text: String(decoding: line, as: UTF8.self), tags: [])
    }
    guard let value = JSONValue(parsing: line) else {
      throw CommandFailure("\(name):\(number): not valid JSON: mend the line or remove it")
    }
    let syntax = value["query"]?.text
    guard let text = syntax ?? value["text"]?.text else {
      throw CommandFailure("\(name):\(number): no \"query\" or \"text\" that is a string")
    }
    return QueryLine(
      id: (value["id"] ?? value["qid"])?.text ?? String(number), text: text,
      tags: (value["tags"]?.elements ?? []).compactMap(\.text), isSyntax: syntax != nil)
  }

  private static func hash(of bytes: [UInt8]) -> UInt64 {
    bytes.withUnsafeBytes { FowlerNollVo.hash($0) }
  }

  /// Bytes of a file, unpacked when it starts as gzip does.
  package static func read(_ path: String, limit: Int) throws(CommandFailure) -> [UInt8] {
    let file = path == "-" ? gzdopen(dup(Platform.standardInput), "rb") : gzopen(path, "rb")
    guard let file else { throw CommandFailure("\(path): \(Platform.lastError)") }
    defer { gzclose(file) }
    var bytes: [UInt8] = []
    var code: Int32 = 0
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = chunk.withUnsafeMutableBytes { gzread(file, $0.baseAddress, UInt32($0.count)) }
      let said = gzerror(file, &code).map(String.init(cString:)) ?? ""
      // At the end of a packed file that was cut short zlib returns no error, only remembers one.
      if count < 0 || (count == 0 && code != Z_OK) {
        throw CommandFailure("\(path): \(code == Z_ERRNO ? Platform.lastError : said)")
      }
      if count == 0 { break }
      bytes.append(contentsOf: chunk[..<Int(count)])
      if bytes.count > limit {
        throw CommandFailure("\(path) is larger than \(Numbers.bytes(UInt64(limit)))")
      }
    }
    return bytes
  }
}
