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
///   nothing before it applies to either).
package struct TextPieces: Sequence, IteratorProtocol {
  private let text: UnsafeBufferPointer<UInt8>
  private let target: Int
  private var start = 0

  /// - Parameter target: bytes of a piece; a stretch without a place to cut makes a longer one.
  package init(_ text: UnsafeBufferPointer<UInt8>, target: Int = 32 << 10) {
    self.text = text
    self.target = Swift.max(1, target)
  }

  package mutating func next() -> UnsafeBufferPointer<UInt8>? {
    guard start < text.count else { return nil }
    let end = cut(from: start)
    defer { start = end }
    return UnsafeBufferPointer(rebasing: text[start..<end])
  }

  /// The last place to cut within the target, else the first one after it, else the end.
  private func cut(from start: Int) -> Int {
    guard text.count - start > target else { return text.count }
    var end = start + target
    while end > start + target / 2 {
      if canCut(at: end) { return end }
      end -= 1
    }
    end = start + target + 1
    while end < text.count, !canCut(at: end) { end += 1 }
    return end
  }

  private func canCut(at index: Int) -> Bool {
    // Safe: index lies strictly inside the text.
    let before = text[index - 1]
    if before == 0x0a { return true }
    let after = text[index]
    if before == 0x20 { return (after | 0x20) &- 0x61 < 26 || after &- 0x30 < 10 }
    return before == 0x82 && index >= 3 && text[index - 2] == 0x80 && text[index - 3] == 0xe3
      && (0xe5...0xe9).contains(after)
  }
}
