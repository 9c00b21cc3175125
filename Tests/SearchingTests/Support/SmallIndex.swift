import LedeAnalysis
import LedeModel
import LedeSearching
import TestSupport

/// A searcher over a few texts; keys are their numbers from 0.
struct SmallIndex {
  let index: TestIndex
  let searcher: Searcher

  init(_ bodies: [String], titles: [String] = [], language: Language = .english) throws {
    let documents = bodies.enumerated().map { number, body in
      TestDocument(
        article: Article(
          key: "\(number)", title: number < titles.count ? titles[number] : "", body: body),
        sequence: UInt64(number))
    }
    index = try TestIndex([documents], language: language)
    searcher = try Searcher.open(directory: index.directory)
  }

  /// Keys of all matches, ascending.
  func matches(_ text: String) throws -> [Int] {
    try matches(QueryParser.parse(text))
  }

  func matches(_ query: Query) throws -> [Int] {
    try searcher.rank(query, options: SearchOptions(limit: 10_000)).hits.compactMap { Int($0.key) }
      .sorted()
  }
}
