import Foundation
import LedeAnalysis
import LedeModel
import LedeSearching
import TestSupport
import Testing

@Suite struct SnippetTests {
  private func hit(
    _ body: String, _ query: String, title: String = "", length: Int = 200
  ) throws -> Hit {
    let index = try SmallIndex([body], titles: [title])
    let results = try index.searcher.search(
      QueryParser.parse(query), options: SearchOptions(snippetLength: length))
    return try #require(results.hits.first)
  }

  private func slice(_ text: String, _ start: Int, _ end: Int) -> String? {
    let bytes = Array(text.utf8)
    guard start >= 0, start < end, end <= bytes.count else { return nil }
    return String(validating: bytes[start..<end], as: UTF8.self)
  }

  @Test func shortTextIsShownWhole() throws {
    let hit = try hit("The price of alumina rose.", "alumina price")
    #expect(hit.snippet == "The price of alumina rose.")
    #expect(hit.matches.map(\.start) == [4, 13])
    #expect(hit.matches.map(\.snippetStart) == [4, 13])
    #expect(hit.matches.map(\.end) == [9, 20])
  }

  @Test func theWindowWithMostTermsWins() throws {
    let filler = String(repeating: "nothing here to see. ", count: 40)
    let hit = try hit(
      "alumina. \(filler)Today the alumina cluster grew. \(filler)", "alumina cluster", length: 80)
    let snippet = try #require(hit.snippet)
    #expect(snippet.contains("alumina cluster grew"))
    #expect(snippet.hasPrefix("…") && snippet.hasSuffix("…"))
    #expect(snippet.count <= 82)
    #expect(snippet.hasPrefix("…Today the"))
  }

  @Test func onlyWholePhrasesAreMarked() throws {
    let hit = try hit("new things in york, but new york is new", "\"new york\"")
    let marked = hit.matches.map {
      slice("new things in york, but new york is new", $0.start, $0.end)
    }
    #expect(marked == ["new", "york"])
    #expect(hit.matches.first?.start == 24)
  }

  @Test func excludedWordsAreNotMarked() throws {
    let hit = try hit("alpha beta", "alpha -gamma")
    #expect(hit.matches.count == 1)
  }

  @Test func runsAreMarkedAsOne() throws {
    let body = "今天，中国经济增长很快。"
    let hit = try hit(body, "中国经济增长")
    let matches = hit.matches.filter { $0.field == .body }
    #expect(matches.map { slice(body, $0.start, $0.end) } == ["中国经济增长"])
  }

  @Test func controlsAndWhiteSpaceAreTamed() throws {
    let body = "alpha\u{0}\u{1b}[31m\n\n  beta\u{202e} gamma\u{85}delta\r\nepsilon\tend"
    let hit = try hit(body, "beta delta epsilon")
    let snippet = try #require(hit.snippet)
    #expect(snippet == "alpha [31m beta gamma delta epsilon end")
    for match in hit.matches {
      let start = try #require(match.snippetStart)
      let end = try #require(match.snippetEnd)
      let marked = try #require(slice(body, match.start, match.end))
      #expect(slice(snippet, start, end) == marked.replacing("\u{202e}", with: ""))
    }
  }

  @Test func titleIsMarkedAndShownWhereThereIsNoBody() throws {
    let both = try hit("nothing of it", "cluster", title: "A Cluster")
    #expect(both.matches.map(\.field) == [.title])
    #expect(both.matches.first?.snippetStart == nil)
    #expect(both.snippet == "nothing of it")
    let alone = try hit("", "cluster", title: "A Cluster")
    #expect(alone.snippet == "A Cluster")
    #expect(alone.matches.first?.snippetStart == 2)
  }

  /// Ranges are whole characters of stored text and snippet, equal on both sides, and are matches.
  @Test(arguments: testSeeds(1, 2, 3, 4))
  func randomSnippetsAreTrue(seed: UInt64) throws {
    var archive = RandomArchive(seed: seed)
    let odd = [
      "👩‍👩‍👧", "e\u{301}té", "\u{0}", "\u{202e}", "\r\n", "。", "—", "İstanbul", "\u{200d}", "ﬁn",
    ]
    for _ in 0..<60 {
      let body = (0..<archive.below(120)).map { _ in
        archive.chance(0.2) ? odd[archive.below(odd.count)] : archive.word()
      }.joined(separator: archive.chance(0.8) ? " " : "")
      let index = try SmallIndex([body + " market"], titles: [archive.text(3)])
      let query = archive.flatQuery()
      let length = 1 + archive.below(120)
      let options = SearchOptions(snippetLength: length)
      let results = try index.searcher.search(query, options: options)
      for hit in results.hits { try check(hit, body + " market", length, "seed \(seed), \(query)") }
    }
  }

  private func check(_ hit: Hit, _ body: String, _ length: Int, _ comment: String) throws {
    let snippet = try #require(hit.snippet)
    var last = 0
    for match in hit.matches {
      let stored = match.field == .title ? hit.title : body
      let marked = try #require(slice(stored, match.start, match.end), "\(comment)")
      #expect(!marked.isEmpty, "\(comment)")
      guard let start = match.snippetStart, let end = match.snippetEnd else { continue }
      let shown = try #require(slice(snippet, start, end), "\(comment)")
      #expect(start >= last, "\(comment)")
      last = end
      let visible = marked.unicodeScalars.filter { !(0x202a...0x202e).contains($0.value) }
      #expect(Array(shown.unicodeScalars) == Array(visible), "\(comment)")
    }
    let controls = snippet.unicodeScalars.filter { $0.properties.generalCategory == .control }
    #expect(controls.isEmpty, "\(comment)")
    let longest = hit.matches.map { $0.end - $0.start }.max() ?? 0
    #expect(snippet.count <= length + longest + 2, "\(comment)")
    if body.contains("market"), hit.matches.isEmpty { #expect(!snippet.isEmpty) }
  }
}
