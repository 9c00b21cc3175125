import CLedeKernels

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
    var count = findRuns(in: &batch, from: start + shift, sourceStart: start)
    if !isLast, count > 0 {
      let last = Int(asciiRuns.base[count - 2])..<Int(asciiRuns.base[count - 1])
      if Self.mayGoOn(bytes, last, end) { count -= 2 }
      appendRuns(count, bytes, shift, into: &batch)
      if Self.mayGoOn(bytes, last, end) { return last.lowerBound }
    } else {
      appendRuns(count, bytes, shift, into: &batch)
    }
    return isLast ? end : Self.lastSafeBoundary(bytes, from: start, to: end)
  }

  /// Lowers the batch's bytes from `start` on and finds the runs that may be words, as offsets into
  /// the source; returns the number of offsets.
  private func findRuns(in batch: inout TokenBatch, from start: Int, sourceStart: Int) -> Int {
    batch.bytes.withUnsafeMutableBufferPointer { text in
      let size = text.count - start
      asciiRuns.reserve(lede_ascii_runs_room(size))
      // Safe: the bytes from `start` on are the batch's, and there is room for their runs.
      return lede_ascii_runs(
        text.baseAddress.map { $0 + start }, size, UInt32(truncatingIfNeeded: sourceStart),
        asciiRuns.base)
    }
  }

  /// Whether what follows `end`, where the stretch ends, could lengthen its last run: it stands at
  /// the end, or only a character that joins letters or digits stands between.
  private static func mayGoOn(
    _ bytes: UnsafePointer<UInt8>, _ run: Range<Int>, _ end: Int
  ) -> Bool {
    if run.upperBound == end { return true }
    guard run.upperBound + 1 == end else { return false }
    let table = ByteClass.table
    let joined = table[Int(bytes[run.upperBound])] >> ByteClass.middleShift
    let last = table[Int(bytes[run.upperBound - 1])]
    return joined & last & (ByteClass.letter | ByteClass.digit) != 0
  }

  /// Appends a token for every run that holds a letter or a digit.
  private func appendRuns(
    _ count: Int, _ bytes: UnsafePointer<UInt8>, _ shift: Int, into batch: inout TokenBatch
  ) {
    asciiTokens.reserve(count / 2)
    let (runs, tokens) = (asciiRuns.base, asciiTokens.base)
    let shift = UInt32(truncatingIfNeeded: shift)
    var used = 0
    var position = batch.positionCount
    for run in 0..<count / 2 {
      let (start, end) = (runs[2 &* run], runs[2 &* run &+ 1])
      if bytes[Int(start)] == UInt8(ascii: "_"), Self.isUnderscores(bytes, start, end) { continue }
      // Safe: there is room for a token per run.
      tokens[used] = Token(
        termStart: start &+ shift, termLength: UInt16(truncatingIfNeeded: end &- start),
        kind: .word, startsRun: false, position: position, sourceStart: start, sourceEnd: end)
      if end &- start > UInt32(LongTerm.limit) {
        batch.moveLongTerm(&tokens[used], length: Int(end &- start))
      }
      position &+= 1
      used &+= 1
    }
    batch.tokens.append(contentsOf: UnsafeBufferPointer(start: tokens, count: used))
    batch.positionCount = position
  }

  @inline(never)
  private static func isUnderscores(
    _ bytes: UnsafePointer<UInt8>, _ start: UInt32, _ end: UInt32
  ) -> Bool {
    (start..<end).allSatisfy { bytes[Int($0)] == UInt8(ascii: "_") }
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

extension Analyzer {
  /// Whether a text is one short word of lower-case ASCII letters and digits, as most words of queries are: its
  /// only token is the text itself then.
  package func isPlainWord(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard options.usesBytePath, !text.isEmpty, text.count <= Self.longestPlainWord else {
      return false
    }
    for byte in text
    where byte &- UInt8(ascii: "a") >= 26 && byte &- UInt8(ascii: "0") >= 10 { return false }
    return true
  }

  private static var longestPlainWord: Int { 32 }
}

extension TokenBatch {
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
