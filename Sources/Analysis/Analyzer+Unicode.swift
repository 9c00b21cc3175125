import CLedeUnicode

extension Analyzer {
  /// ASCII bytes within which the next character that is not ASCII is waited for, because a call of
  /// ICU has a cost of its own. Of 4, 12, 24 and 48, the first two were fastest on English with
  /// curly quotes and on a text with é for every e, by up to a quarter.
  private static let patience = 12

  /// Where a stretch that starts at a character outside ASCII may end: at a separator that has a
  /// boundary before it whatever stands before, with no such character soon after.
  static func unicodeEnd(
    _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int
  ) -> Int {
    let classes = ByteClass.table
    var at = start
    var candidate = -1
    while at < end {
      let here = classes[Int(bytes[at])]
      if here & ByteClass.nonASCII != 0 {
        candidate = -1
      } else if candidate < 0, here & ByteClass.separator != 0,
        here & ByteClass.space == 0 || !endsInSpace(bytes, start, at)
      {
        candidate = at
      }
      if candidate >= 0, at - candidate >= patience { return candidate }
      at += 1
    }
    return candidate >= 0 ? candidate : end
  }

  /// Whether the character before `at` joins a space after it (WB3d): U+1680, U+2000 to U+200A
  /// without U+2007, U+205F, U+3000. U+2007 to U+200F are caught as well, which does no harm.
  private static func endsInSpace(
    _ bytes: UnsafePointer<UInt8>, _ start: Int, _ at: Int
  ) -> Bool {
    guard at - start >= 3, bytes[at - 1] >= 0x80 else { return false }
    switch (bytes[at - 3], bytes[at - 2], bytes[at - 1]) {
    case (0xE1, 0x9A, 0x80), (0xE2, 0x80, 0x80...0x8F), (0xE2, 0x81, 0x9F), (0xE3, 0x80, 0x80):
      return true
    default: return false
    }
  }

  /// Tokenises a stretch of any text, in windows of bounded size.
  func analyzeUnicode(
    _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int, _ run: inout ScriptRun,
    into batch: inout TokenBatch
  ) {
    var at = start
    var limit = options.windowSize
    while at < end {
      let window = decoded.load(
        bytes, from: at, to: end, limit: limit, table: table, breaker: wordBreaker)
      // A window that stops short of the end may end its last segment too early, and with it the
      // one before: `a:` is two segments until the letter after the colon is seen. All boundaries
      // before these two saw every character that the rules ask for.
      let trusted = window.boundaryCount - (window.stop == end ? 1 : 3)
      if trusted < 1 {
        limit *= 2
        continue
      }
      var from = 0
      for index in 1...trusted {
        let to = Int(window.boundaries[index])
        appendSegment(window, from..<to, &run, into: &batch)
        from = to
      }
      at = window.stop == end ? end : Int(window.offsets[from])
    }
  }

  /// Appends what one segment gives: nothing, a word, or units of a run.
  @inline(__always)
  private func appendSegment(
    _ window: DecodedText.Window, _ units: Range<Int>, _ run: inout ScriptRun,
    into batch: inout TokenBatch
  ) {
    var all: UInt32 = 0
    for unit in units { all |= window.entries[unit].bits }
    let flags = CharacterEntry(bits: all)
    if flags.has(CharacterEntry.label) {
      appendPieces(window, units, &run, into: &batch)
    } else if flags.has(CharacterEntry.complex) {
      appendComplex(window, units, &run, into: &batch)
    } else if flags.has(CharacterEntry.unit) {
      appendUnits(window, units, &run, into: &batch)
    } else {
      run.close(&batch)
      if flags.has(CharacterEntry.token) { appendWord(window, units, into: &batch) }
    }
  }

  /// A word whose characters each map to one: what they map to is its surface.
  private func appendWord(
    _ window: DecodedText.Window, _ units: Range<Int>, into batch: inout TokenBatch
  ) {
    termBytes.reserve(units.count * 4)
    let memory = termBytes.base
    var length = 0
    for unit in units {
      let entry = window.entries[unit]
      if entry.has(CharacterEntry.trailing) { continue }
      // Safe: four bytes for each unit were reserved.
      length += UTF8Decoding.encode(entry.mapped, to: memory + length)
    }
    let termStart = batch.bytes.count
    batch.bytes.append(contentsOf: UnsafeBufferPointer(start: memory, count: length))
    batch.appendWord(termStart: termStart, source: window.source(of: units))
  }

  /// Units, and word pieces between them, of characters that each map to one.
  private func appendUnits(
    _ window: DecodedText.Window, _ units: Range<Int>, _ run: inout ScriptRun,
    into batch: inout TokenBatch
  ) {
    var piece = WordPiece()
    for unit in units {
      let entry = window.entries[unit]
      if entry.has(CharacterEntry.trailing) { continue }
      let isPair =
        unit + 1 < units.upperBound
        && window.entries[unit + 1].has(CharacterEntry.trailing)
      let source = window.source(of: unit..<unit + (isPair ? 2 : 1))
      Self.push(entry.mapped, entry, source, &piece, &run, into: &batch)
    }
    piece.close(&batch)
  }

  /// A segment that needs the normaliser.
  private func appendComplex(
    _ window: DecodedText.Window, _ units: Range<Int>, _ run: inout ScriptRun,
    into batch: inout TokenBatch
  ) {
    normalForms.caseFold(window.units + units.lowerBound, count: units.count)
    let folded = normalForms.result
    // Nothing is left of ignorable characters, so a run goes on across them.
    if folded.isEmpty { return }
    var all: UInt32 = 0
    folded.forEachScalar { all |= table.entry(of: $0).bits }
    let flags = CharacterEntry(bits: all)
    if flags.has(CharacterEntry.unit) {
      appendPieces(window, units, &run, into: &batch)
      return
    }
    run.close(&batch)
    guard flags.has(CharacterEntry.token) else { return }
    let termStart = batch.bytes.count
    folded.appendUTF8(to: &batch.bytes)
    batch.appendWord(termStart: termStart, source: window.source(of: units))
  }

  /// Normalises a segment in the smallest parts that may be taken apart, so that each unit knows the
  /// bytes it came from, and labels can be left out.
  private func appendPieces(
    _ window: DecodedText.Window, _ units: Range<Int>, _ run: inout ScriptRun,
    into batch: inout TokenBatch
  ) {
    var piece = WordPiece()
    var unit = units.lowerBound
    while unit < units.upperBound {
      var next = unit + 1
      while next < units.upperBound, !Self.isApart(window, at: next) { next += 1 }
      if window.entries[unit].has(CharacterEntry.label) {
        run.close(&batch)
        piece.close(&batch)
      } else {
        normalForms.caseFold(window.units + unit, count: next - unit)
        let source = window.source(of: unit..<next)
        normalForms.result.forEachScalar {
          Self.push($0, table.entry(of: $0), source, &piece, &run, into: &batch)
        }
      }
      unit = next
    }
    piece.close(&batch)
  }

  /// Whether NFKC_Casefold may be taken apart before a unit.
  private static func isApart(_ window: DecodedText.Window, at unit: Int) -> Bool {
    let entry = window.entries[unit]
    if entry.has(CharacterEntry.trailing) { return false }
    let scalar = window.scalar(at: unit)
    if lede_unicode_is_boundary_before(scalar) { return true }
    // A vowel or final jamo composes with Hangul alone, so it is apart from any other letter, which
    // would otherwise count the jamo's bytes as its own.
    let previous = window.entries[unit - 1]
    return (0x1160...0x11FF).contains(scalar) && !previous.has(CharacterEntry.complex)
      && !previous.has(CharacterEntry.unit | CharacterEntry.trailing)
  }

  /// Hands one normalised character to the run or to the word piece between runs.
  @inline(__always)
  private static func push(
    _ scalar: UInt32, _ entry: CharacterEntry, _ source: Range<UInt32>, _ piece: inout WordPiece,
    _ run: inout ScriptRun, into batch: inout TokenBatch
  ) {
    if entry.has(CharacterEntry.unit) {
      piece.close(&batch)
      run.begin(scalar, source: source, &batch)
    } else if entry.has(CharacterEntry.mark), run.isOpen {
      run.extend(scalar, source: source, &batch)
    } else {
      run.close(&batch)
      piece.append(scalar, entry, source: source)
    }
  }
}

extension DecodedText.Window {
  /// The bytes that units came from.
  @inline(__always)
  fileprivate func source(of units: Range<Int>) -> Range<UInt32> {
    offsets[units.lowerBound]..<offsets[units.upperBound]
  }
}
