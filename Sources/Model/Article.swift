/// One article as the archive gave it: what the readers hand to the indexer.
public struct Article: Sendable, Equatable {
  /// The external key: one key names at most one live document of an index.
  public var key: String
  public var title: String
  public var body: String
  public var date: ArticleDate?
  public var source: String?
  public var url: String?
  public var author: String?
  public var category: String?
  /// The language the archive states for the article (a BCP 47 tag such as `en` or `zh-Hans`).
  public var language: String?
  public var provenance: Provenance

  public init(
    key: String, title: String = "", body: String = "", date: ArticleDate? = nil,
    source: String? = nil, url: String? = nil, author: String? = nil, category: String? = nil,
    language: String? = nil, provenance: Provenance = Provenance()
  ) {
    self.key = key
    self.title = title
    self.body = body
    self.date = date
    self.source = source
    self.url = url
    self.author = author
    self.category = category
    self.language = language
    self.provenance = provenance
  }
}

/// Where an article came from: enough to cite the bytes it was read from.
public struct Provenance: Sendable, Equatable {
  /// Path of the source as the user named it; `-` for standard input.
  public var path: String
  /// Byte offset of the record in the (decompressed) source; 0 for one article per file.
  public var offset: UInt64
  /// FNV-1a 64 of the record's bytes as read (after decompression, before decoding).
  public var contentHash: UInt64

  public init(path: String = "", offset: UInt64 = 0, contentHash: UInt64 = 0) {
    self.path = path
    self.offset = offset
    self.contentHash = contentHash
  }
}
