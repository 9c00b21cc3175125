import LedeModel

/// Whether a total is exact or a lower bound.
public enum TotalRelation: String, Sendable {
  case equal = "eq"
  case atLeast = "gte"
}

/// The answer to a query: hits in order, with what is needed to show them.
public struct SearchResults: Sendable {
  public var hits: [Hit]
  /// Matching documents: all of them, or at least so many.
  public var total: Int
  public var relation: TotalRelation
  /// FNV-1a 64 over the key, a zero byte and the score's bits of each hit, in order.
  public var rankDigest: UInt64
}

/// One matching document.
public struct Hit: Sendable, Equatable {
  public var key: String
  public var score: Float
  public var title: String
  public var date: ArticleDate?
  public var source: String?
  public var url: String?
  /// A passage of the body (or of the title, where the body is empty); nil when text is not stored.
  public var snippet: String?
  /// The matched words, by place: those of the snippet, and those of the title.
  public var matches: [Match]
}

/// One word of a hit that the query matches.
public struct Match: Sendable, Equatable {
  /// A stored field that is shown.
  public enum Place: String, Sendable {
    case title
    case body
  }

  /// The stored field in which the match lies.
  public var field: Place
  /// UTF-8 offsets of the match in the stored field.
  public var start: Int
  public var end: Int
  /// UTF-8 offsets of the match in the snippet; nil for a match outside of it.
  public var snippetStart: Int?
  public var snippetEnd: Int?
}

/// The digest that proves two rankings equal: FNV-1a 64 over (key, 0, score bits little-endian).
public struct RankDigest: Sendable, Equatable {
  private var hash = FowlerNollVo()

  public init() {}

  public var value: UInt64 { hash.value }

  /// Adds the next hit of the ranking.
  public mutating func add(key: String, score: Float) {
    // As raw bytes: over the boundary of modules a generic sequence would be walked unspecialised.
    var key = key
    key.withUTF8 { hash.combine(UnsafeRawBufferPointer($0)) }
    hash.combine(byte: 0)
    let bits = score.bitPattern
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      hash.combine(byte: UInt8(truncatingIfNeeded: bits >> shift))
    }
  }
}
