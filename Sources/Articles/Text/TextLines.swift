/// Lines of a text, found one at a time from either end, so that a text of many short lines costs
/// no table of them.
struct TextLines {
  let bytes: UnsafeRawBufferPointer

  /// A line without its end and without white space around it.
  struct Line {
    /// Where the line begins, white space included.
    var start: Int
    /// What is left after trimming.
    var range: Range<Int>
    /// Where the next line begins.
    var next: Int
    var isBlank: Bool { range.isEmpty }
  }

  /// The line that begins at `start`; nil at the end.
  func line(from start: Int) -> Line? {
    guard start < bytes.count else { return nil }
    var end = start
    while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
    var next = min(end + 1, bytes.count)
    if end + 1 < bytes.count, bytes[end] == 0x0D, bytes[end + 1] == 0x0A { next = end + 2 }
    return Line(start: start, range: trim(start..<end), next: next)
  }

  /// The first line at or after `start` that is not blank.
  func nonblankLine(from start: Int) -> Line? {
    var at = start
    while let line = line(from: at) {
      if !line.isBlank { return line }
      at = line.next
    }
    return nil
  }

  /// The last line that is not blank between `floor`, which begins a line, and `end`.
  func nonblankLine(before end: Int, floor: Int) -> Line? {
    var stop = end
    while stop > floor {
      // Skip line ends and white space; what is left belongs to a line that is not blank.
      let text = trim(floor..<stop)
      guard !text.isEmpty else { return nil }
      let last = text.upperBound
      var start = last
      while start > floor, bytes[start - 1] != 0x0A, bytes[start - 1] != 0x0D { start -= 1 }
      let range = trim(start..<last)
      if !range.isEmpty { return Line(start: start, range: range, next: stop) }
      stop = start
    }
    return nil
  }

  /// Without spaces of any kind at both ends: ASCII, U+00A0, U+3000, U+200B and U+FEFF.
  func trim(_ range: Range<Int>) -> Range<Int> {
    var start = range.lowerBound
    var end = range.upperBound
    while start < end, let length = spaceLength(from: start, limit: end) { start += length }
    while end > start, let length = spaceLength(endingAt: end, floor: start) { end -= length }
    return start..<end
  }

  private func spaceLength(from at: Int, limit: Int) -> Int? {
    if FormatSniffer.isSpace(bytes[at]) { return 1 }
    if at + 2 <= limit, bytes[at] == 0xC2, bytes[at + 1] == 0xA0 { return 2 }
    if at + 3 <= limit, isWideSpace(at) { return 3 }
    return nil
  }

  private func spaceLength(endingAt end: Int, floor: Int) -> Int? {
    if FormatSniffer.isSpace(bytes[end - 1]) { return 1 }
    if end - 2 >= floor, bytes[end - 2] == 0xC2, bytes[end - 1] == 0xA0 { return 2 }
    if end - 3 >= floor, isWideSpace(end - 3) { return 3 }
    return nil
  }

  private func isWideSpace(_ at: Int) -> Bool {
    switch (bytes[at], bytes[at + 1], bytes[at + 2]) {
    case (0xE3, 0x80, 0x80), (0xE2, 0x80, 0x8B), (0xEF, 0xBB, 0xBF): true
    default: false
    }
  }

  /// The bytes as text, with U+00A0 and U+3000 as plain spaces and runs of spaces as one.
  func text(_ range: Range<Int>) -> String {
    let raw = String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    guard needsSpacesUnified(range) else { return raw }
    var text = ""
    var wasSpace = false
    for scalar in raw.unicodeScalars {
      let isSpace = scalar == " " || scalar == "\t" || scalar == "\u{A0}" || scalar == "\u{3000}"
      if isSpace {
        if !wasSpace { text.unicodeScalars.append(" ") }
      } else {
        text.unicodeScalars.append(scalar)
      }
      wasSpace = isSpace
    }
    return text
  }

  private func needsSpacesUnified(_ range: Range<Int>) -> Bool {
    var previous: UInt8 = 0
    for index in range {
      let byte = bytes[index]
      if byte == 0x09 || (byte == 0x20 && previous == 0x20) || (byte == 0xA0 && previous == 0xC2)
        || (byte == 0xE3)
      {
        return true
      }
      previous = byte
    }
    return false
  }
}
