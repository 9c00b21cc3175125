extension Analyzer {
  /// Tokenises ASCII. Returns where the next stretch must start: `end` when `isLast`, else the last
  /// boundary that the character at `end`, which is not ASCII, cannot undo.
  ///
  /// That is at least one character before `end`, since a mark there joins what it follows (WB4).
  /// The whole stretch goes into the batch in lower case at once, and the terms point into it.
  func analyzeASCII(
    _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int, isLast: Bool,
    into batch: inout TokenBatch
  ) -> Int {
    let shift = batch.bytes.count - start
    batch.bytes.append(contentsOf: UnsafeBufferPointer(start: bytes + start, count: end - start))
    batch.bytes.withUnsafeMutableBytes { lowerASCII($0, from: start + shift) }
    let classes = ByteClass.table
    let tokens = asciiTokens.base
    var used = 0
    var position = batch.positionCount
    var at = start
    while true {
      while at < end, classes[Int(bytes[at])] & ByteClass.word == 0 { at += 1 }
      if at == end { break }
      let wordStart = at
      let word = Self.scanWord(bytes, &at, end, classes)
      if word.touchesEnd && !isLast {
        batch.appendASCII(tokens, used, position)
        return wordStart
      }
      if word.classes & (ByteClass.letter | ByteClass.digit) == 0 { continue }
      let length = at - wordStart
      tokens[used] = Token(
        termStart: UInt32(truncatingIfNeeded: wordStart + shift),
        termLength: UInt16(truncatingIfNeeded: length), kind: .word, startsRun: false,
        position: position, sourceStart: UInt32(truncatingIfNeeded: wordStart),
        sourceEnd: UInt32(truncatingIfNeeded: at))
      if length > LongTerm.limit {
        batch.moveLongTerm(&tokens[used], length: length)
      }
      position &+= 1
      used += 1
      if used == asciiTokens.capacity {
        batch.appendASCII(tokens, used, position)
        used = 0
      }
    }
    batch.appendASCII(tokens, used, position)
    return isLast ? end : Self.lastSafeBoundary(bytes, from: start, to: end)
  }

  /// Moves `at` from a word's first byte past its last, by rules WB5 to WB13b. `touchesEnd` tells
  /// that what follows `end` could lengthen the word.
  @inline(__always)
  private static func scanWord(
    _ bytes: UnsafePointer<UInt8>, _ at: inout Int, _ end: Int, _ table: UnsafePointer<UInt8>
  ) -> (classes: UInt8, touchesEnd: Bool) {
    var seen: UInt8 = 0
    var last: UInt8 = 0
    while at < end {
      let here = table[Int(bytes[at])]
      if here & ByteClass.word != 0 {
        seen |= here
        last = here
        at += 1
        continue
      }
      // WB6, WB7, WB11, WB12: a middle character joins two letters or two digits.
      let joinable = here >> ByteClass.middleShift & last & (ByteClass.letter | ByteClass.digit)
      if joinable == 0 { return (seen, false) }
      if at + 1 == end { return (seen, true) }
      if joinable & table[Int(bytes[at + 1])] == 0 { return (seen, false) }
      at += 1
    }
    return (seen, true)
  }

  /// The boundary before the last byte; before the last run of spaces, if it ends in one: they are
  /// one segment (WB3d), which a joiner and a pictograph may go on (WB4, WB3c).
  private static func lastSafeBoundary(
    _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int
  ) -> Int {
    var at = end - 1
    guard bytes[at] == UInt8(ascii: " ") else { return at }
    while at > start, bytes[at - 1] == UInt8(ascii: " ") { at -= 1 }
    return at
  }
}

extension TokenBatch {
  /// Appends tokens from scratch memory and takes over the position.
  fileprivate mutating func appendASCII(
    _ tokens: UnsafeMutablePointer<Token>, _ count: Int, _ position: UInt32
  ) {
    self.tokens.append(contentsOf: UnsafeBufferPointer(start: tokens, count: count))
    positionCount = position
  }

  /// Gives a token that is too long a shortened copy of its term.
  @inline(never)
  fileprivate mutating func moveLongTerm(_ token: inout Token, length: Int) {
    let source = Int(token.termStart)
    let start = bytes.count
    bytes.append(contentsOf: Array(bytes[source..<source + length]))
    LongTerm.shorten(&bytes, from: start)
    token.termStart = UInt32(truncatingIfNeeded: start)
    token.termLength = UInt16(truncatingIfNeeded: bytes.count - start)
  }
}

/// Lowers the letters of ASCII text from an offset on, eight at a time.
///
/// Swift's SIMD types compile comparisons of bytes to scalar code here (28 MB/s for the whole
/// tokeniser); arithmetic on words does not depend on that.
func lowerASCII(_ memory: UnsafeMutableRawBufferPointer, from start: Int) {
  guard let base = memory.baseAddress else { return }
  var at = start
  while at + 8 <= memory.count {
    let text = base.loadUnaligned(fromByteOffset: at, as: UInt64.self)
    // No byte exceeds 127, so no sum carries: bit 7 becomes "at least A" and "above Z".
    let fromA = text &+ 0x3F3F_3F3F_3F3F_3F3F
    let aboveZ = text &+ 0x2525_2525_2525_2525
    let capitals = (fromA ^ aboveZ) & 0x8080_8080_8080_8080
    base.storeBytes(of: text | capitals >> 2, toByteOffset: at, as: UInt64.self)
    at += 8
  }
  while at < memory.count {
    if memory[at] &- UInt8(ascii: "A") < 26 { memory[at] |= 0x20 }
    at += 1
  }
}
