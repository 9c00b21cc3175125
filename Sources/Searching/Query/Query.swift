import LedeModel

/// What is searched for, as a tree of clauses that nests.
///
/// The parser makes flat trees; programs may build any tree within the limits of ``QueryLimits``.
public indirect enum Query: Sendable, Equatable {
  /// Every form of a word: the classes of all surfaces whose fold is that of the word.
  ///
  /// Text that analyses to several tokens stands for each of them, all required below `must`; below
  /// `mustNot` their phrase is meant. Without a field, the text is matched and the title adds weight.
  case word(String, field: Field? = nil)
  /// Surfaces at consecutive positions, accents aside; without a field, in the text.
  case phrase(String, field: Field? = nil)
  /// All of `must`, none of `mustNot`; without a `must`, at least one of `should`.
  ///
  /// Beside a `must`, `should` only adds to the score. A clause scores where every boolean around it
  /// matches. A nested boolean without a positive clause matches nothing.
  case boolean(should: [Query] = [], must: [Query] = [], mustNot: [Query] = [])
  /// The same matches, their score multiplied by a factor from 0 to 1,000,000.
  case boost(Query, Float)

  /// Any word of a text in which nothing is syntax, as topics of a test collection are.
  ///
  /// - Complexity: O(length).
  public static func anyWord(of text: String) -> Query {
    let words = text.split { $0.unicodeScalars.allSatisfy(\.properties.isWhitespace) }
    return .boolean(should: words.map { .word(String($0)) })
  }
}

/// Limits on one query; what exceeds them is refused, never truncated.
public enum QueryLimits {
  /// Bytes of UTF-8, of a query text or of all words and phrases of a tree together.
  public static let bytes = 8192
  /// Words and phrases, and terms after analysis.
  public static let clauses = 1024
  /// Levels of a tree.
  public static let depth = 100
}
