/// How a query is run and how much of its answer is wanted.
public struct SearchOptions: Sendable, Equatable {
  /// Which of the two executors answers; both give the same answer, bit for bit.
  public enum Strategy: Sendable, Equatable {
    /// Block-max pruning: what cannot enter the answer is skipped.
    case pruned
    /// Every matching document is scored by the slow, simple reference.
    case exhaustive
  }

  /// Hits wanted, 0 to 10,000.
  public var limit: Int
  /// Hits skipped before the first one wanted, 0 to 10,000.
  public var offset: Int
  /// BM25's saturation of termFreq, 0 to 1,000.
  public var k1: Double
  /// BM25's normalisation by length, 0 to 1.
  public var b: Double
  /// Weight of a bare word's occurrence in the title beside the one in the text, 0 to 1,000,000.
  public var titleWeight: Double
  /// Whether unsigned stop words of the index's language are left out of a query that has other
  /// words; under a sign, after a field's name or in a phrase they always count.
  public var ignoresStopWords: Bool
  /// Whether `total` must be exact.
  public var countsExactly: Bool
  public var strategy: Strategy
  /// Whether hits carry a snippet and the byte ranges of their matches.
  public var snippets: Bool
  /// Length of a snippet that is aimed at, in characters.
  public var snippetLength: Int
  /// Ranges of 512 documents whose bounds are held at once: two million documents. A way to reach every path from
  /// a test; answers do not depend on it.
  package var rangesPerTile = 4096
  /// From so many matches for each hit that is asked for, bounds of ranges pay for a phrase of two words; below, it
  /// is ranked in one pass. Such a way, too.
  package var matchesPerHit = 80

  public init(
    limit: Int = 10, offset: Int = 0, k1: Double = 1.2, b: Double = 0.75,
    titleWeight: Double = 0.2, ignoresStopWords: Bool = true, countsExactly: Bool = false,
    strategy: Strategy = .pruned, snippets: Bool = true, snippetLength: Int = 200
  ) {
    self.limit = limit
    self.offset = offset
    self.k1 = k1
    self.b = b
    self.titleWeight = titleWeight
    self.ignoresStopWords = ignoresStopWords
    self.countsExactly = countsExactly
    self.strategy = strategy
    self.snippets = snippets
    self.snippetLength = snippetLength
  }

  /// Largest `limit` and largest `offset`.
  public static let maxWindow = 10_000
  /// Largest boost of a clause and largest weight of the title.
  public static let maxBoost = 1_000_000.0

  /// What is wrong with the options, nil when nothing is.
  var problem: String? {
    if !(0...Self.maxWindow).contains(limit) { return "limit \(limit): give 0 to 10000" }
    if !(0...Self.maxWindow).contains(offset) { return "offset \(offset): give 0 to 10000" }
    if !(0...1000).contains(k1) { return "k1 \(k1): give a number from 0 to 1000" }
    if !(0...1).contains(b) { return "b \(b): give a number from 0 to 1" }
    if !(0...Self.maxBoost).contains(titleWeight) {
      return "titleWeight \(titleWeight): give a number from 0 to 1000000"
    }
    return nil
  }
}
