import LedeCommand
import Testing

@Suite struct DisplayWidthTests {
  @Test(arguments: [
    ("", 0), ("news", 4), ("e\u{301}", 1), ("氧化铝", 6), ("ﾊﾝ", 2), ("한국", 4), ("ก็", 1),
    ("👩‍👩‍👧", 2), ("❤\u{fe0f}", 2), ("a\u{200b}b", 2), ("Ａ", 2), ("…", 1),
  ])
  func countsColumns(text: String, columns: Int) {
    #expect(DisplayWidth.of(text) == columns)
  }
}
