/// A run of characters, each with its style: what a snippet is before it is cut into lines.
package struct StyledText {
  package var characters: [(character: Character, style: Style)]

  package init(characters: [(character: Character, style: Style)] = []) {
    self.characters = characters
  }

  /// Adds text in one style.
  package mutating func append(_ text: some StringProtocol, _ style: Style) {
    for character in text { characters.append((character, style)) }
  }

  /// Cuts the text into lines of at most `width` columns.
  ///
  /// Lines break at spaces and, since scripts without spaces have none, on either side of a wide
  /// character, but not before closing punctuation nor after opening punctuation. A word wider
  /// than a line is cut where the line ends.
  package func wrapped(to width: Int) -> [StyledText] {
    precondition(width > 0, "a line has at least one column")
    var lines: [StyledText] = []
    var start = 0
    while start < characters.count {
      let (end, next) = lineEnd(from: start, width: width)
      lines.append(StyledText(characters: Array(characters[start..<end])))
      start = next
    }
    return lines
  }

  /// Where the line that starts at `start` ends, and where the next one starts.
  private func lineEnd(from start: Int, width: Int) -> (end: Int, next: Int) {
    var columns = 0
    var breakAfter: (end: Int, next: Int)?
    for index in start..<characters.count {
      let character = characters[index].character
      if character == " " {
        breakAfter = (index, afterSpaces(index))
      } else if index > start, allowsBreak(before: index) {
        breakAfter = (index, index)
      }
      columns += DisplayWidth.of(character)
      if columns > width && character != " " {
        return breakAfter ?? (max(index, start + 1), max(index, start + 1))
      }
    }
    return (characters.count, characters.count)
  }

  private func afterSpaces(_ index: Int) -> Int {
    var next = index
    while next < characters.count && characters[next].character == " " { next += 1 }
    return next
  }

  private func allowsBreak(before index: Int) -> Bool {
    let before = characters[index - 1].character
    let after = characters[index].character
    guard DisplayWidth.of(before) == 2 || DisplayWidth.of(after) == 2 else { return false }
    return before != " " && !Self.closing.contains(after) && !Self.opening.contains(before)
  }

  private static let closing: Set<Character> = [
    "、", "。", "，", "．", "！", "？", "：", "；", "）", "」", "』", "】", "》", "〉", "”", "’",
    "…", "ー", "々", ",", ".", "!", "?", ":", ";", ")", "]", "%", "％",
  ]
  private static let opening: Set<Character> = ["（", "「", "『", "【", "《", "〈", "“", "‘", "(", "["]

  /// The text for a terminal: with escape sequences, or with `*` around the matches.
  package func rendered(color: Bool) -> String {
    var result = ""
    var index = 0
    while index < characters.count {
      let style = characters[index].style
      var run = ""
      while index < characters.count && characters[index].style == style {
        run.append(characters[index].character)
        index += 1
      }
      if color {
        result += style.apply(to: run)
      } else {
        result += style == .match ? "*\(run)*" : run
      }
    }
    return result
  }
}
