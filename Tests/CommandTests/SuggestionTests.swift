import LedeCommand
import Testing

@Suite struct SuggestionTests {
  @Test(arguments: [
    ("serach", "search"), ("indx", "index"), ("verfiy", "verify"), ("STATS", "stats"),
  ])
  func findsTheNearest(word: String, meant: String) {
    let names = ["index", "search", "show", "stats", "verify", "bench"]
    #expect(Suggestion.nearest(to: word, among: names) == meant)
  }

  @Test(arguments: ["frobnicate", "x", "", "archive"])
  func staysSilentWhenNothingIsNear(word: String) {
    #expect(Suggestion.nearest(to: word, among: ["index", "search", "show"]) == nil)
  }

  @Test func countsEdits() {
    #expect(Suggestion.edits(Array("kitten"), Array("sitting")) == 3)
    #expect(Suggestion.edits(Array("ab"), Array("ba")) == 1)
    #expect(Suggestion.edits([], Array("abc")) == 3)
    #expect(Suggestion.edits(Array("abc"), []) == 3)
  }
}
