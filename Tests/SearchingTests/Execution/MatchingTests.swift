import LedeAnalysis
import LedeModel
import LedeSearching
import TestSupport
import Testing

/// What matches what: the rules of the contract, one by one.
@Suite struct MatchingTests {
  @Test func bareWordsMatchTheirClassAndAccents() throws {
    let index = try SmallIndex([
      "prices rose", "a price", "pricey", "le café", "two cafés", "cafe society", "la généralité",
      "PRICING", "なが", "なか",
    ])
    #expect(try index.matches("price") == [0, 1, 7])
    #expect(try index.matches("cafe") == [3, 4, 5])
    #expect(try index.matches("café") == [3, 4, 5])
    #expect(try index.matches("generalite") == [6])
    #expect(try index.matches("が") == [8])
    #expect(try index.matches("absent").isEmpty)
  }

  @Test func quotedWordsMatchSurfacesUpToAccents() throws {
    let index = try SmallIndex(["prices", "price", "Price", "café", "cafe", "cafés"])
    #expect(try index.matches("\"price\"") == [1, 2])
    #expect(try index.matches("\"cafe\"") == [3, 4])
    #expect(try index.matches("\"café\"") == [3, 4])
  }

  @Test func phrases() throws {
    let index = try SmallIndex(
      [
        "new york times", "york new times", "new yorks times", "new, york", "the new york",
        "a b a b a", "le café noir", "le cafe noir", "new",
      ], titles: ["", "", "", "", "", "", "", "", "york"])
    #expect(try index.matches("\"new york\"") == [0, 3, 4])
    #expect(try index.matches("\"new york times\"") == [0])
    #expect(try index.matches("\"cafe noir\"") == [6, 7])
    #expect(try index.matches("\"a b a\"") == [5])
    // A title is followed by a gap: no phrase runs from it into the body.
    #expect(try index.matches("\"york new\"") == [1])
    #expect(try index.matches("title:york") == [8])
    #expect(try index.matches("title:\"york new\"").isEmpty)
    #expect(try index.matches("text:york") == [0, 1, 2, 3, 4, 8])
  }

  // Not a, b, c: `a` is a stop word.
  @Test func booleans() throws {
    let index = try SmallIndex(["p q r", "p q", "p r", "q r", "p"])
    #expect(try index.matches("p r") == [0, 1, 2, 3, 4])
    #expect(try index.matches("+p +r") == [0, 2])
    #expect(try index.matches("+p -q") == [2, 4])
    #expect(try index.matches("q -r") == [1])
    #expect(try index.matches("+p q") == [0, 1, 2, 4])
    #expect(try index.matches("+p +absent").isEmpty)
    #expect(try index.matches("p absent") == [0, 1, 2, 4])
    #expect(try index.matches("+p -p").isEmpty)
    #expect(try index.matches("+\"p q\" -r") == [1])
    #expect(try index.matches("r -\"p q\"") == [2, 3])
    let nested = Query.boolean(must: [
      .boolean(should: [.word("q"), .word("r")]),
      .boolean(should: [.word("p")], mustNot: [.word("r")]),
    ])
    #expect(try index.matches(nested) == [1])
  }

  @Test func wordsOfSeveralTokens() throws {
    let index = try SmallIndex(["x ray", "ray of x", "x-ray", "x", "ray"])
    #expect(try index.matches("x-ray") == [0, 1, 2, 3, 4])
    #expect(try index.matches("+x-ray") == [0, 1, 2])
    #expect(try index.matches("ray -x-ray") == [1, 4])
  }

  @Test func runsOfScriptsWithoutSpaces() throws {
    let index = try SmallIndex(["中国经济增长", "中国 经济", "国中", "经济中国", "iPhone手机"])
    #expect(try index.matches("中国") == [0, 1, 3])
    #expect(try index.matches("中国经济") == [0])
    #expect(try index.matches("国") == [0, 1, 2, 3])
    #expect(try index.matches("\"中国 经济\"") == [0, 1])
    #expect(try index.matches("+iphone手机") == [4])
    #expect(try index.matches("\"iphone手机\"") == [4])
  }

  @Test func duplicatesCountAndOrderDoesNotMatter() throws {
    let index = try SmallIndex(["a b", "a a b c", "b c"])
    let once = try index.searcher.rank(.boolean(should: [.word("a"), .word("b")]))
    let turned = try index.searcher.rank(.boolean(should: [.word("b"), .word("a")]))
    #expect(once == turned)
    let single = try index.searcher.rank(.word("c", field: .text))
    let twice = try index.searcher.rank(
      .boolean(should: [.word("c", field: .text), .word("c", field: .text)]))
    let boosted = try index.searcher.rank(.boost(.word("c", field: .text), 2))
    #expect(twice.hits.map(\.score) == single.hits.map { 2 * $0.score })
    #expect(boosted.hits == twice.hits)
  }

  @Test func tiesAreBrokenBySequenceNumber() throws {
    let segments = [[5, 2, 9], [0, 7, 1]].map { numbers in
      numbers.map {
        TestDocument(article: Article(key: "\($0)", body: "same words"), sequence: UInt64($0))
      }
    }
    let index = try TestIndex(segments)
    let searcher = try Searcher.open(directory: index.directory)
    for limit in 1...6 {
      let hits = try searcher.rank(.word("same"), options: SearchOptions(limit: limit)).hits
      #expect(hits.map(\.key) == Array(["0", "1", "2", "5", "7", "9"].prefix(limit)))
    }
  }

  @Test func pagesAndTotals() throws {
    let index = try SmallIndex((0..<50).map { "word" + String(repeating: " word", count: $0) })
    let all = try index.searcher.rank(.word("word"), options: SearchOptions(limit: 50)).hits
    let page = try index.searcher.rank(
      .word("word"), options: SearchOptions(limit: 7, offset: 20))
    #expect(page.hits == Array(all[20..<27]))
    #expect(page.total == 50 && page.relation == .equal)
    let none = try index.searcher.rank(.word("word"), options: SearchOptions(limit: 0))
    #expect(none.hits.isEmpty && none.total == 50 && none.relation == .equal)
    let beyond = try index.searcher.rank(
      .word("word"), options: SearchOptions(limit: 5, offset: 49))
    #expect(beyond.hits == [all[49]])
  }
}
