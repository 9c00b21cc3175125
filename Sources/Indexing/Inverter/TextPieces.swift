/// A part of a text, to be analysed on its own.
package struct TextPiece {
  package let bytes: UnsafeBufferPointer<UInt8>
  /// True when it was cut from the piece before inside a run of Han characters: the bigram of the
  /// character before the cut and the one behind it is then in neither piece.
  package let continuesRun: Bool

  /// Bytes of each of the two characters at such a cut.
  package static var characterSize: Int { 3 }
}

/// Cuts long text into pieces that can be analysed one after the other with the same result.
///
/// Small pieces keep the tokens between analysis and inversion in the cache, and bound their memory
/// whatever the length of the article. A cut is made only where UAX #29 breaks on either side
/// whatever stands around it, and where no run of a script without spaces can go on:
///
/// - after a line feed (WB3a, WB3b);
/// - between an ASCII space and an ASCII letter or digit: no rule joins these two, and the rules
///   that look further back (WB6 to WB12, WB15, WB16) see a space first;
/// - between U+3002, the ideographic full stop, and a Han character of U+5000 to U+9FFF (WB999 and
///   nothing before it applies to either);
/// - where none of these comes for long, between two such Han characters, which are unigrams of one
///   run; that cut loses one bigram, known from the two (see ``TextPiece/continuesRun``).
package struct TextPieces: Sequence, IteratorProtocol {
  private let text: UnsafeBufferPointer<UInt8>
  private let target: Int
  private var start = 0
  private var continuesRun = false

  /// - Parameter target: bytes of a piece; a stretch without a place to cut makes a longer one.
  package init(_ text: UnsafeBufferPointer<UInt8>, target: Int = 32 << 10) {
    self.text = text
    self.target = Swift.max(1, target)
  }

  /// The next piece; nil when the text is used up.
  package mutating func next() -> TextPiece? {
    guard start < text.count else { return nil }
    let (end, isInsideRun) = cut(from: start)
    defer { (start, continuesRun) = (end, isInsideRun) }
    return TextPiece(
      bytes: UnsafeBufferPointer(rebasing: text[start..<end]), continuesRun: continuesRun)
  }

  /// The last place to cut within the target, else the first one after it, else the end.
  private func cut(from start: Int) -> (end: Int, isInsideRun: Bool) {
    guard text.count - start > target else { return (text.count, false) }
    var end = start + target
    while end > start + target / 2 {
      if canCut(at: end) { return (end, false) }
      end -= 1
    }
    end = start + target + 1
    while end < text.count {
      if canCut(at: end) { return (end, false) }
      if end - start > 4 * target, isHan(endingAt: end), isHan(startingAt: end) {
        return (end, true)
      }
      end += 1
    }
    return (text.count, false)
  }

  private func canCut(at index: Int) -> Bool {
    // Safe: index lies strictly inside the text.
    let before = text[index - 1]
    if before == 0x0a { return true }
    let after = text[index]
    if before == 0x20 { return (after | 0x20) &- 0x61 < 26 || after &- 0x30 < 10 }
    return before == 0x82 && index >= 3 && text[index - 2] == 0x80 && text[index - 3] == 0xe3
      && isHan(startingAt: index)
  }

  /// Whether a character of U+5000 to U+9FFF begins at an index inside the text, which is UTF-8.
  private func isHan(startingAt index: Int) -> Bool { (0xe5...0xe9).contains(text[index]) }

  private func isHan(endingAt index: Int) -> Bool {
    index >= 3 && isHan(startingAt: index - 3) && text[index - 1] & 0xc0 == 0x80
  }
}
