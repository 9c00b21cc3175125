import Lede

/// Hits for people: number and title, a line of facts, the snippet in a few lines.
struct HitPrinter {
  let color: Bool
  /// Columns of a line.
  let width: Int

  init(color: Bool) {
    self.color = color
    let columns =
      Platform.columns(Platform.standardOutput)
      ?? Platform.environment("COLUMNS").flatMap { Int($0) }
    width = min(max(columns ?? 80, 20), 120)
  }

  /// The text of one hit, ending with an empty line.
  func text(of hit: Hit, number: Int) -> String {
    let indent = String(repeating: " ", count: max(3, String(number).count + 2))
    var lines = [heading(of: hit, number: number, indent: indent)]
    lines.append(indent + faint(facts(of: hit)))
    if let snippet = hit.snippet, !snippet.isEmpty {
      let styled = Self.styled(snippet, matches: Self.snippetRanges(of: hit))
      for line in styled.wrapped(to: width - indent.count) {
        lines.append(indent + line.rendered(color: color))
      }
    }
    return lines.joined(separator: "\n") + "\n\n"
  }

  private func heading(of hit: Hit, number: Int, indent: String) -> String {
    let label = Numbers.left("\(number).", indent.count)
    let title = PrintableText.of(hit.title.isEmpty ? hit.key : hit.title)
    return label + (color ? Style.title.apply(to: title) : title)
  }

  private func facts(of hit: Hit) -> String {
    var facts: [String] = []
    if let date = hit.date { facts.append(date.dayString) }
    if let source = hit.source { facts.append(source) }
    facts.append(hit.key)
    facts.append(Numbers.fixed(Double(hit.score), 3))
    return PrintableText.of(facts.joined(separator: " · "))
  }

  private func faint(_ text: String) -> String { color ? Style.faint.apply(to: text) : text }

  private static func snippetRanges(of hit: Hit) -> [Range<Int>] {
    hit.matches.compactMap { match in
      guard let start = match.snippetStart, let end = match.snippetEnd, start < end else {
        return nil
      }
      return start..<end
    }
  }

  /// A snippet with its matches marked; matches with nothing but a space between are one.
  static func styled(_ snippet: String, matches: [Range<Int>]) -> StyledText {
    let utf8 = Array(snippet.utf8)
    var styled = StyledText()
    var index = 0
    for range in merged(matches, in: utf8) {
      styled.append(PrintableText.of(decoded(utf8[index..<range.lowerBound])), .plain)
      styled.append(PrintableText.of(decoded(utf8[range])), .match)
      index = range.upperBound
    }
    styled.append(PrintableText.of(decoded(utf8[index...])), .plain)
    return styled
  }

  /// Ranges in order, inside the text, without overlap.
  private static func merged(_ ranges: [Range<Int>], in utf8: [UInt8]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      let range = range.clamped(to: 0..<utf8.count)
      if range.isEmpty { continue }
      guard let last = result.last else {
        result.append(range)
        continue
      }
      if range.lowerBound <= last.upperBound
        || utf8[last.upperBound..<range.lowerBound].allSatisfy({ $0 == 0x20 })
      {
        result[result.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
    return result
  }

  private static func decoded(_ utf8: ArraySlice<UInt8>) -> String {
    String(decoding: utf8, as: UTF8.self)
  }
}
