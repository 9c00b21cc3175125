import LedeAnalysis
import LedeIndexing
import LedeModel
import LedeSearching

/// A synthetic archive, indexed, and queries of every shape for it.
public struct SyntheticIndex: Sendable {
  /// Shapes of queries, as search benchmarks tell them apart.
  public enum Shape: String, Sendable, CaseIterable {
    case term, union, intersection, phrase, negated
  }

  public let archive: SyntheticArchive
  private let searcher: Searcher

  /// Opens an index that `build` made of the same archive.
  public init(of archive: SyntheticArchive, in directory: String) throws {
    self.archive = archive
    searcher = try Searcher.open(directory: directory)
  }

  /// Indexes every article of an archive and commits.
  public static func build(_ archive: SyntheticArchive, in directory: String) throws {
    let writer = try IndexWriter(directory: directory, options: IndexWriterOptions())
    try archive.forEach { _ = try writer.add($0) }
    _ = try writer.commit()
  }

  /// Parsed queries of one shape, with words drawn from the text itself: frequent ones come often.
  ///
  /// Phrases are cut out of the first articles, so that most of them are found.
  public func queries(_ shape: Shape, count: Int, seed: UInt64 = 7) throws -> [Query] {
    var generator = SeededGenerator(seed: seed)
    let phrases = shape == .phrase ? phraseTexts(count, using: &generator) : []
    return try (0..<count).map { number in
      let size = 2 + number % 4
      let words = (0..<size).map { _ in archive.vocabulary[archive.rank(using: &generator)] }
      let text =
        switch shape {
        case .term: words[0]
        case .union: words.joined(separator: " ")
        case .intersection: words.map { "+" + $0 }.joined(separator: " ")
        case .phrase: "\"\(phrases[number])\""
        case .negated: "+\(words[0]) -\(words[1])"
        }
      return try QueryParser.parse(text)
    }
  }

  /// Two or three neighbouring words of one article after another.
  private func phraseTexts(_ count: Int, using generator: inout SeededGenerator) -> [String] {
    let head = SyntheticArchive(
      documentCount: min(count, archive.documentCount), vocabularySize: archive.vocabulary.count)
    var phrases: [String] = []
    head.forEach { article in
      let words = article.body.split(separator: " ")
      let size = 2 + generator.below(2)
      let start = generator.below(max(1, words.count - size))
      phrases.append(words[start..<min(start + size, words.count)].joined(separator: " "))
    }
    return (0..<count).map { phrases[$0 % max(1, phrases.count)] }
  }

  /// Ranks the best `limit` documents; returns how many came back.
  public func rank(_ query: Query, limit: Int) throws -> Int {
    try searcher.rank(query, options: SearchOptions(limit: limit)).hits.count
  }

  /// Counts the matches.
  public func count(_ query: Query) throws -> Int { try searcher.count(query) }

  /// Ranks with hits made ready to show: stored text, snippet, matches.
  public func search(_ query: Query, limit: Int) throws -> Int {
    try searcher.search(query, options: SearchOptions(limit: limit)).hits.count
  }
}
