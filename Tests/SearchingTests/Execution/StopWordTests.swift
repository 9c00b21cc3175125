import LedeAnalysis
import LedeSearching
import TestSupport
import Testing

/// Frequent words are left out of a query that has other words, and only then.
@Suite struct StopWordTests {
  private static let texts = [
    "the ministry of fisheries", "the who sang", "fisheries closed", "of all the things", "who",
  ]

  @Test func unsignedOnesAreLeftOutBesideOtherWords() throws {
    let index = try SmallIndex(Self.texts)
    #expect(try index.matches("the fisheries") == [0, 2])
    #expect(try index.matches("of the things") == [3])
    #expect(try index.matches("To-Be the FISHERIES") == [0, 2])
  }

  @Test func onesAloneAreSearched() throws {
    let index = try SmallIndex(Self.texts)
    #expect(try index.matches("the who") == [0, 1, 3, 4])
    #expect(try index.matches("of ?!") == [0, 3])
    #expect(try index.matches("who -fisheries") == [1, 4])
  }

  @Test func signsFieldsAndPhrasesAskForThem() throws {
    let index = try SmallIndex(Self.texts, titles: ["", "", "", "", "who is"])
    #expect(try index.matches("+the fisheries") == [0, 1, 3])
    #expect(try index.matches("fisheries \"the who\"") == [0, 1, 2])
    #expect(try index.matches("fisheries title:who") == [0, 2, 4])
    #expect(try index.matches("fisheries -the") == [2])
  }

  @Test func scoresAreThoseOfTheOtherWords() throws {
    let index = try SmallIndex(Self.texts)
    let with = try index.searcher.rank(QueryParser.parse("the fisheries of"))
    let without = try index.searcher.rank(QueryParser.parse("fisheries"))
    #expect(with == without)
    #expect(without.hits.count == 2)
  }

  @Test func theOptionAndOtherLanguagesKeepThem() throws {
    let index = try SmallIndex(Self.texts)
    let options = SearchOptions(ignoresStopWords: false)
    let query = try QueryParser.parse("the fisheries")
    #expect(try index.searcher.count(query, options: options) == 4)
    #expect(try index.searcher.count(query) == 2)
    #expect(Language.none.stopWords.isEmpty)
    let plain = try SmallIndex(Self.texts, language: .none)
    #expect(try plain.matches("the fisheries") == [0, 1, 2, 3])
  }

  @Test func nestedBooleansFollowTheSameRule() throws {
    let index = try SmallIndex(Self.texts)
    let nested = Query.boolean(
      should: [.boolean(should: [.word("the"), .word("who")]), .boost(.word("of"), 2)],
      must: [])
    #expect(try index.searcher.count(nested) == 4)
    let beside = Query.boolean(should: [.word("the"), .word("who")], must: [.word("things")])
    #expect(try index.searcher.count(beside) == 1)
  }
}
