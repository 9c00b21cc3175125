import LedeCommand
import Testing

@Suite struct PrintableTextTests {
  @Test func dropsWhatATerminalWouldObey() {
    #expect(PrintableText.of("a\u{1b}[31mred\u{1b}[0m\u{7}") == "a[31mred[0m")
    #expect(PrintableText.of("\u{9b}2J") == "2J")
    #expect(PrintableText.of("abc\u{202e}fed\u{202c}") == "abcfed")
    #expect(PrintableText.of("\u{feff}x\u{2066}y\u{2069}") == "xy")
  }

  @Test func turnsLineEndsIntoSpaces() {
    #expect(PrintableText.of("one\r\ntwo\tthree\u{2028}four") == "one  two three four")
    #expect(PrintableText.ofLines("one\r\ntwo\tthree\u{0}") == "one\ntwo\tthree")
  }

  @Test func leavesTheRestAlone() {
    let text = "Zürich – 氧化铝 👩‍👩‍👧 e\u{301}"
    #expect(PrintableText.of(text) == text)
    #expect(PrintableText.ofLines(text) == text)
  }

  @Test func nothingUnsafeIsLeftOfAnyScalar() {
    for value in UInt32(0)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let printed = PrintableText.of(String(scalar))
      #expect(!printed.unicodeScalars.contains(where: PrintableText.isUnsafe))
    }
  }
}
