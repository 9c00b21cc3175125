/// The passage of a text that shows best why it matches.
///
/// White space is shortened to single spaces, and control characters are left out, so that a snippet
/// can be printed as it is; for every match it says where it lies in the text and in the snippet.
struct Snippet {
  /// A match by its number, with its UTF-8 offsets in `text`.
  struct Place: Equatable {
    var match: Int
    var range: Range<Int>
  }

  private(set) var text = ""
  private(set) var places: [Place] = []

  /// - Parameters:
  ///   - matches: ascending, not overlapping.
  ///   - weights: by clause: what showing a match of it is worth.
  ///   - length: characters aimed at; at least one match is shown whole.
  /// - Complexity: O(UTF-8 bytes of the text).
  init(of source: String, matches: [TextMatch], weights: [Float], length: Int) {
    let range = Self.passage(of: source, matches, weights, length: max(1, length))
    append(source, range, matches)
  }

  /// The best window, grown to the length aimed at: to the start of its sentence or word, then
  /// forwards. A text that is short enough is its own passage.
  private static func passage(
    of source: String, _ matches: [TextMatch], _ weights: [Float], length: Int
  ) -> Range<String.Index> {
    if source.dropFirst(length).isEmpty { return source.startIndex..<source.endIndex }
    let window = SnippetWindow.best(in: source, matches, weights, length: length)
    var start = source.characterIndex(atOrBefore: window.lowerBound)
    var end = source.characterIndex(atOrAfter: window.upperBound)
    var room = length - source[start..<end].count
    // A third of the room at most goes to what comes before; the rest shows how it goes on.
    start = sentenceStart(before: start, in: source, reach: max(0, room / 3))
    room = length - source[start..<end].count
    while room > 0, end < source.endIndex {
      end = source.index(after: end)
      room -= 1
    }
    if end < source.endIndex {
      end = wordEnd(before: end, in: source, notBefore: window.upperBound)
    }
    return start..<end
  }

  private static func sentenceStart(
    before index: String.Index, in source: String, reach: Int
  ) -> String.Index {
    var start = index
    var wordStart: String.Index?
    for _ in 0..<reach {
      guard start > source.startIndex else { return start }
      let previous = source.index(before: start)
      let character = source[previous]
      if character.isNewline || Self.wideStops.contains(character) { return start }
      if character.isWhitespace {
        if previous > source.startIndex,
          Self.stops.contains(source[source.index(before: previous)])
        {
          return start
        }
        wordStart = start
      }
      start = previous
    }
    if start == source.startIndex { return start }
    // No space within reach: a script without them, where any character may come first.
    return wordStart ?? (source[start].isASCII ? index : start)
  }

  private static let stops: Set<Character> = [".", "!", "?", "…"]
  private static let wideStops: Set<Character> = ["。", "！", "？"]

  /// Moves an end inside a word back to the word's start, unless that costs much.
  private static func wordEnd(
    before end: String.Index, in source: String, notBefore limit: Int
  ) -> String.Index {
    guard !source[end].isWhitespace else { return end }
    var cut = end
    for _ in 0..<24 {
      guard cut > source.startIndex else { return end }
      let previous = source.index(before: cut)
      guard previous.utf8Offset(in: source) >= limit else { return end }
      if source[previous].isWhitespace { return previous }
      cut = previous
    }
    return end
  }

  private mutating func append(
    _ source: String, _ range: Range<String.Index>, _ matches: [TextMatch]
  ) {
    let isCut = source[..<range.lowerBound].contains { !$0.isWhitespace }
    if isCut { text = "…" }
    var offset = range.lowerBound.utf8Offset(in: source)
    let last = range.upperBound.utf8Offset(in: source)
    var next = matches.firstIndex { $0.range.lowerBound >= offset } ?? matches.count
    var length = text.utf8.count
    var pendingSpace = false
    for character in source[range] {
      let size = character.utf8.count
      if character.isBlank {
        pendingSpace = length > (isCut ? 3 : 0)
      } else if !character.isInvisibleControl {
        if pendingSpace {
          text += " "
          length += 1
          pendingSpace = false
        }
        close(upTo: offset, length, matches)
        while next < matches.count, matches[next].range.lowerBound < offset + size {
          if matches[next].range.upperBound <= last {
            places.append(Place(match: next, range: length..<length))
          }
          next += 1
        }
        text.append(character)
        length += size
      }
      offset += size
      close(upTo: offset, length, matches)
    }
    if source[range.upperBound...].contains(where: { !$0.isWhitespace }) { text += "…" }
  }

  /// Sets the end of the last place once the text has reached the end of its match.
  private mutating func close(upTo offset: Int, _ length: Int, _ matches: [TextMatch]) {
    for index in places.indices.reversed() {
      guard places[index].range.isEmpty else { return }
      guard matches[places[index].match].range.upperBound <= offset else { continue }
      places[index].range = places[index].range.lowerBound..<length
    }
  }
}

extension Character {
  /// White space, or a control character, which is shown as a space.
  fileprivate var isBlank: Bool {
    isWhitespace || unicodeScalars.allSatisfy { $0.properties.generalCategory == .control }
  }

  /// Changes the direction of text without showing itself: it could reorder what follows a snippet.
  fileprivate var isInvisibleControl: Bool {
    unicodeScalars.contains {
      (0x202a...0x202e).contains($0.value) || (0x2066...0x2069).contains($0.value)
    }
  }
}

extension String.Index {
  func utf8Offset(in text: String) -> Int {
    text.utf8.distance(from: text.startIndex, to: self)
  }
}

extension String {
  /// The start of the character that holds a UTF-8 offset, or that ends there.
  func characterIndex(atOrBefore offset: Int) -> Index {
    var at = utf8.index(startIndex, offsetBy: Swift.min(Swift.max(0, offset), utf8.count))
    while at > startIndex, Index(at, within: self) == nil { at = utf8.index(before: at) }
    return at
  }

  /// The first start of a character at or after a UTF-8 offset.
  func characterIndex(atOrAfter offset: Int) -> Index {
    var at = utf8.index(startIndex, offsetBy: Swift.min(Swift.max(0, offset), utf8.count))
    while at < endIndex, Index(at, within: self) == nil { at = utf8.index(after: at) }
    return at
  }
}
