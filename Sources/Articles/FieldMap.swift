/// Which member of a JSON record feeds which field of an article.
///
/// Names compare without regard to ASCII case, `_`, `-` and spaces, so `publishedAt` and
/// `published_at` are one. Where a record has several names of a field, the one listed first that
/// holds something wins; names given by `map` come before the usual ones.
public struct FieldMap: Sendable, Equatable {
  /// The fields of an article that a record can fill.
  public enum Field: String, Sendable, CaseIterable {
    case id, title, body, date, source, url, author, category, language
  }

  private(set) var names: [Field: [String]]

  /// The usual names.
  public init() {
    names = [
      .id: [
        "id", "_id", "key", "docno", "docid", "doc_id", "documentid", "articleid", "uuid", "guid",
      ],
      .title: ["title", "headline", "heading"],
      .body: [
        "body", "text", "content", "contents", "articlebody", "articletext", "maintext", "fulltext",
        "article", "story", "abstract", "description", "summary",
      ],
      .date: [
        "date", "published", "publishedat", "publishedon", "publisheddate", "publicationdate",
        "datepublished", "datepublish", "publishdate", "pubdate", "publishtime", "datetime",
        "created", "createdat", "timestamp", "time",
      ],
      .source: [
        "source", "publisher", "publication", "sourcename", "sourcedomain", "outlet", "site",
      ],
      .url: ["url", "link", "uri", "canonicalurl", "sourceurl"],
      .author: ["author", "authors", "byline", "creator"],
      .category: ["category", "categories", "section", "topic"],
      .language: ["language", "lang", "locale", "inlanguage"],
    ]
  }

  /// Reads a field from the named member first.
  public mutating func map(_ field: Field, to name: String) {
    names[field, default: []].insert(Self.normalized(name), at: 0)
  }

  /// Takes a mapping as written on a command line, `title=headline`; `text` and `content` are
  /// accepted for `body`, `lang` for `language`.
  public mutating func map(_ text: String) throws(ArticleError) {
    guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else {
      throw .invalidFieldMapping(text)
    }
    let left = String(text[..<equals]).lowercased()
    let right = String(text[text.utf8.index(after: equals)...])
    guard !left.isEmpty, !Self.normalized(right).isEmpty else { throw .invalidFieldMapping(text) }
    let aliases: [String: Field] = ["text": .body, "content": .body, "lang": .language]
    guard let field = Field(rawValue: left) ?? aliases[left] else {
      throw .unknownField(left, known: Field.allCases.map(\.rawValue))
    }
    map(field, to: right)
  }

  static func normalized(_ name: String) -> String {
    let ignored = Set("_- ".utf8)
    let bytes = name.utf8.lazy.filter { !ignored.contains($0) }
      .map { (65...90).contains($0) ? $0 | 32 : $0 }
    return String(decoding: Array(bytes), as: UTF8.self)
  }
}
