import LedeModel

/// How an archive is to be read. The defaults suit an archive of which nothing is known.
public struct ArticleReaderOptions: Sendable {
  /// What the inputs are taken for.
  public enum Format: String, Sendable, CaseIterable {
    /// By extension and content.
    case automatic
    /// One scraped article as plain text per file.
    case text
    /// JSON Lines, one article per line.
    case jsonLines = "jsonl"
  }

  /// Zones whose abbreviation is shared by several countries.
  public enum CentralTime: Sendable {
    /// `CST` by its surroundings, see `ZoneContext`; +08:00 where they say nothing.
    case byContext
    /// Always China Standard Time, +08:00.
    case china
    /// Always Central Standard Time of North America, -06:00.
    case america
  }

  public var format: Format = .automatic
  public var fields = FieldMap()
  public var centralTime: CentralTime = .byContext
  /// Longest record that is read, in bytes after decompression.
  public var maximumRecordLength = 64 << 20
  /// Most bytes that one compressed byte may unpack to, once 64 MiB have been unpacked. Text
  /// reaches 3 to 20; deflate's limit, which only bombs reach, is 1,032.
  public var maximumInflationRatio = 200
  /// Most problems of one kind that are handed out per input; the others are counted.
  public var maximumProblemsPerKind = 20
  /// Folders that are passed over wherever they are met, such as the index itself.
  public var excludedDirectories: [String] = []

  public init() {}

  /// A number for the rules by which these options make articles of bytes: an input that was read
  /// under another one is to be read again, unchanged or not.
  public var rules: UInt64 {
    var text = "rules \(Self.version); \(format.rawValue); \(centralTime)"
    text += "; \(maximumRecordLength); \(maximumInflationRatio)"
    for field in FieldMap.Field.allCases {
      text += "; \(field.rawValue)=\((fields.names[field] ?? []).joined(separator: ","))"
    }
    return Array(text.utf8).withUnsafeBytes { FowlerNollVo.hash($0) }
  }

  /// Goes up with every change of the readers that makes other articles of the same bytes.
  private static let version = 1
}
