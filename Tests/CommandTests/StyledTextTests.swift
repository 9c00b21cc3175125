import LedeCommand
import TestSupport
import Testing

@Suite struct StyledTextTests {
  private func lines(_ text: String, _ width: Int) -> [String] {
    var styled = StyledText()
    styled.append(text, .plain)
    return styled.wrapped(to: width).map { String($0.characters.map(\.character)) }
  }

  @Test func breaksAtSpaces() {
    #expect(lines("one two three four", 9) == ["one two", "three", "four"])
    #expect(lines("one two", 7) == ["one two"])
    #expect(lines("one two ", 7) == ["one two "])
    #expect(lines("", 10) == [])
  }

  @Test func breaksBetweenWideCharacters() {
    #expect(lines("中国氧化铝产量", 6) == ["中国氧", "化铝产", "量"])
    #expect(lines("中国aluminium产量", 12) == ["中国", "aluminium产", "量"])
  }

  @Test func keepsPunctuationWhereItBelongs() {
    #expect(lines("氧化铝。产量", 6) == ["氧化", "铝。产", "量"])
    #expect(lines("产量（吨）", 6) == ["产量", "（吨）"])
  }

  @Test func cutsWhatIsWiderThanALine() {
    #expect(lines("abcdefgh", 3) == ["abc", "def", "gh"])
    #expect(lines("中", 1) == ["中"])
  }

  @Test(arguments: testSeeds(1, 2, 3))
  func losesNothingButSpaces(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let alphabet = Array("ab  中国。（e\u{301}👩‍👩‍👧 ")
    for _ in 0..<500 {
      let text = String((0..<random.below(40)).map { _ in alphabet[random.below(alphabet.count)] })
      let width = 2 + random.below(12)
      let wrapped = lines(text, width)
      #expect(
        wrapped.joined().filter { $0 != " " } == text.filter { $0 != " " }, "seed \(seed) \(text)")
      for line in wrapped {
        let trimmed = line.reversed().drop { $0 == " " }.reversed()
        #expect(DisplayWidth.of(String(trimmed)) <= width, "seed \(seed): \(text) at \(width)")
      }
    }
  }

  @Test func rendersMatches() {
    var styled = StyledText()
    styled.append("the ", .plain)
    styled.append("cluster", .match)
    styled.append(".", .plain)
    #expect(styled.rendered(color: false) == "the *cluster*.")
    #expect(styled.rendered(color: true) == "the \u{1b}[1;31mcluster\u{1b}[0m.")
  }
}
