import LedeModel
import LedeSearching
import TestSupport
import Testing

/// Limits on trees that programs build, and on what analysis makes of words.
@Suite struct QueryLimitTests {
  private func refusal(_ query: Query) throws -> QueryError? {
    let index = try SmallIndex(["alpha beta"])
    let outcome = Result { () throws(SearchError) in try index.searcher.rank(query) }
    switch outcome {
    case .success: return nil
    case .failure(.query(let error)): return error
    case .failure(let error): throw error
    }
  }

  private func nested(_ depth: Int) -> Query {
    (1..<depth).reduce(Query.word("alpha")) { query, level in
      level % 2 == 0 ? .boolean(should: [query]) : .boolean(must: [query])
    }
  }

  @Test func depth() throws {
    #expect(try refusal(nested(100)) == nil)
    #expect(try refusal(nested(101)) == .tooDeep)
    #expect(try refusal(nested(3000)) == .tooDeep)
    let boosts = (0..<3000).reduce(Query.word("alpha")) { query, _ in .boost(query, 1) }
    #expect(try refusal(.boolean(should: [boosts, .word("beta")])) == .tooDeep)
  }

  @Test func clausesAndBytes() throws {
    let words = [Query](repeating: .word("w"), count: 1024)
    #expect(try refusal(.boolean(should: words)) == nil)
    #expect(try refusal(.boolean(should: words + [.word("b")])) == .tooManyClauses(1025))
    let hyphens = Query.word((0..<1025).map { "\($0)" }.joined(separator: "-"))
    #expect(try refusal(hyphens) == .tooManyClauses(1025))
    let phrase = Query.phrase(String(repeating: "a ", count: 1025))
    #expect(try refusal(phrase) == .tooManyClauses(1025))
    let long = Query.boolean(should: [.word(String(repeating: "x", count: 8193))])
    #expect(try refusal(long) == .tooLong(bytes: 8193))
  }

  @Test func nothingPositive() throws {
    #expect(try refusal(.word("!?")) == .nothingToSearch)
    #expect(try refusal(.boolean(should: [.word("…")], must: [.phrase("--")])) == .nothingToSearch)
    #expect(try refusal(.boolean(mustNot: [.word("alpha")])) == .onlyNegative)
    #expect(try refusal(.boolean(must: [.word("?")], mustNot: [.word("beta")])) == .onlyNegative)
    #expect(try refusal(.boost(.word("alpha"), -1)) == .invalidBoost(-1))
    #expect(try refusal(.boost(.word("alpha"), .infinity)) == .invalidBoost(.infinity))
    // A nested boolean without a positive clause matches nothing, and is no error.
    let inner = Query.boolean(mustNot: [.word("zeta")])
    #expect(try refusal(.boolean(should: [.word("alpha"), inner])) == nil)
  }

  @Test func optionsOutOfRange() throws {
    let index = try SmallIndex(["alpha"])
    let bad: [(inout SearchOptions) -> Void] = [
      { $0.limit = -1 }, { $0.limit = 10_001 }, { $0.offset = 10_001 }, { $0.k1 = -0.1 },
      { $0.k1 = .nan }, { $0.b = 1.01 }, { $0.titleWeight = -1 }, { $0.titleWeight = .infinity },
    ]
    for change in bad {
      var options = SearchOptions()
      change(&options)
      #expect(throws: SearchError.self) {
        try index.searcher.rank(.word("alpha"), options: options)
      }
    }
  }
}
