import LedeModel
import LedeStorage

/// One article as a stored record: what is not already in the keys and columns sections.
///
///     record := flags: u8, title: string, [url: string], [author: string], path: string,
///               [offset: varint, contentHash: u64, body: the bytes that are left]
///     string := length: varint, UTF-8
///
/// Flags: 1 url, 2 author, 4 body. Without the body there is nothing that offset and hash could be
/// compared with; left out, they save ten bytes of a record that hardly has others.
enum StoredRecord {
  private static let urlFlag: UInt8 = 1
  private static let authorFlag: UInt8 = 2
  private static let bodyFlag: UInt8 = 4
  private static let allFlags: UInt8 = 7

  static func append(_ article: Article, storesText: Bool, to bytes: inout [UInt8]) {
    bytes.append(
      (article.url == nil ? 0 : urlFlag) | (article.author == nil ? 0 : authorFlag)
        | (storesText ? bodyFlag : 0))
    bytes.appendString(article.title)
    if let url = article.url { bytes.appendString(url) }
    if let author = article.author { bytes.appendString(author) }
    bytes.appendString(article.provenance.path)
    guard storesText else { return }
    bytes.appendVarint(article.provenance.offset)
    bytes.appendUInt64(article.provenance.contentHash)
    bytes.append(contentsOf: article.body.utf8)
  }

  /// An upper bound for the bytes that ``append(_:storesText:to:)`` appends.
  static func size(of article: Article, storesText: Bool) -> Int {
    let texts = [article.title, article.url ?? "", article.author ?? "", article.provenance.path]
    return texts.reduce(64) { $0 + $1.utf8.count } + (storesText ? article.body.utf8.count : 0)
  }

  /// The article of a record, without its key and columns, and whether the record holds its text.
  static func read(
    _ record: UnsafeRawBufferPointer
  ) throws(OutOfBounds) -> (article: Article, hasText: Bool) {
    var reader = ByteReader(record)
    let flags = try reader.readUInt8()
    guard flags & ~allFlags == 0 else { throw OutOfBounds(offset: 0) }
    var article = Article(key: "")
    article.title = try reader.readString()
    if flags & urlFlag != 0 { article.url = try reader.readString() }
    if flags & authorFlag != 0 { article.author = try reader.readString() }
    article.provenance.path = try reader.readString()
    guard flags & bodyFlag != 0 else {
      guard reader.isAtEnd else { throw OutOfBounds(offset: reader.offset) }
      return (article, false)
    }
    article.provenance.offset = try reader.readVarint()
    article.provenance.contentHash = try reader.readUInt64()
    article.body = String(decoding: try reader.readBytes(reader.remaining), as: UTF8.self)
    return (article, true)
  }
}
