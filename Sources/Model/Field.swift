/// The indexed fields. Each has its own lengths, document frequencies and average length.
public enum Field: UInt8, Sendable, CaseIterable {
  /// The title, a position gap of 100, the body.
  case text = 0
  /// The title again, so that it can be weighted and searched alone.
  case title = 1

  /// The name in queries and in the canonical order of clauses.
  public var name: String {
    switch self {
    case .text: "text"
    case .title: "title"
    }
  }

  public init?(name: some StringProtocol) {
    switch name {
    case "text": self = .text
    case "title": self = .title
    default: return nil
    }
  }

  /// Positions left free between the title's last token and the body's first in `text`.
  public static let positionGap: UInt32 = 100

  /// Position in `text` of the body's first token, given the title's length in positions.
  ///
  /// An empty title leaves no gap, so the position can be derived from the title's length alone.
  public static func bodyStart(titleLength: UInt32) -> UInt32 {
    titleLength == 0 ? 0 : titleLength &+ positionGap
  }
}
