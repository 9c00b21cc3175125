/// A run of units in a script without spaces, on its way into a batch.
///
/// A unit stays open until the next one or the run's end, because marks may follow; only then are
/// the bigram with its predecessor and its unigram appended, in this order.
struct ScriptRun {
  /// Whether a unit is open.
  private(set) var isOpen = false
  private var termStart = 0
  private var source: Range<UInt32> = 0..<0
  /// The unigram before the open unit in the same run.
  private var previous: Token?

  /// Starts a unit, as the run's next.
  mutating func begin(_ scalar: UInt32, source: Range<UInt32>, _ batch: inout TokenBatch) {
    finishUnit(&batch)
    isOpen = true
    termStart = batch.bytes.count
    self.source = source
    batch.bytes.appendUTF8(of: scalar)
  }

  /// Adds a mark to the open unit.
  mutating func extend(_ scalar: UInt32, source: Range<UInt32>, _ batch: inout TokenBatch) {
    batch.bytes.appendUTF8(of: scalar)
    self.source = self.source.lowerBound..<max(self.source.upperBound, source.upperBound)
  }

  /// Ends the run, if there is one.
  @inline(__always)
  mutating func close(_ batch: inout TokenBatch) {
    if isOpen { finish(&batch) }
  }

  private mutating func finish(_ batch: inout TokenBatch) {
    finishUnit(&batch)
    isOpen = false
    previous = nil
  }

  private mutating func finishUnit(_ batch: inout TokenBatch) {
    guard isOpen else { return }
    LongTerm.shorten(&batch.bytes, from: termStart)
    let unigram = Token(
      termStart: UInt32(truncatingIfNeeded: termStart),
      termLength: UInt16(truncatingIfNeeded: batch.bytes.count - termStart),
      kind: .unigram, startsRun: previous == nil, position: batch.positionCount,
      sourceStart: source.lowerBound, sourceEnd: source.upperBound)
    if let previous { batch.appendBigram(previous, unigram) }
    batch.tokens.append(unigram)
    batch.positionCount &+= 1
    previous = unigram
  }
}

/// A stretch of a mixed segment that belongs to no run: it may be a word.
///
/// Punctuation that joined it to the run (`a:한`, `_カ`) is left out at both ends: the word is to be
/// found by itself.
struct WordPiece {
  private var bytes: [UInt8] = []
  /// Bytes up to the last character that belongs to a word.
  private var wordLength = 0
  private var source: Range<UInt32> = 0..<0

  mutating func append(_ scalar: UInt32, _ entry: CharacterEntry, source: Range<UInt32>) {
    let isWord = entry.has(CharacterEntry.token)
    guard isWord || !bytes.isEmpty else { return }
    if bytes.isEmpty { self.source = source }
    let continuesWord = isWord || (entry.has(CharacterEntry.mark) && bytes.count == wordLength)
    bytes.appendUTF8(of: scalar)
    if continuesWord {
      wordLength = bytes.count
      self.source = self.source.lowerBound..<max(self.source.upperBound, source.upperBound)
    }
  }

  @inline(__always)
  mutating func close(_ batch: inout TokenBatch) {
    if wordLength > 0 { finish(&batch) }
  }

  private mutating func finish(_ batch: inout TokenBatch) {
    let termStart = batch.bytes.count
    batch.bytes.append(contentsOf: bytes[..<wordLength])
    batch.appendWord(termStart: termStart, source: source)
    bytes.removeAll(keepingCapacity: true)
    wordLength = 0
  }
}

extension TokenBatch {
  /// Appends the word whose surface was written to the end of `bytes`.
  mutating func appendWord(termStart: Int, source: Range<UInt32>) {
    LongTerm.shorten(&bytes, from: termStart)
    tokens.append(
      Token(
        termStart: UInt32(truncatingIfNeeded: termStart),
        termLength: UInt16(truncatingIfNeeded: bytes.count - termStart), kind: .word,
        startsRun: false, position: positionCount, sourceStart: source.lowerBound,
        sourceEnd: source.upperBound))
    positionCount &+= 1
  }

  /// Appends the bigram of two unigrams that stand next to each other in a run.
  ///
  /// Their bytes were written one after the other, so the bigram is both ranges in one. Only the
  /// rare pair of more than 255 bytes gets bytes of its own.
  fileprivate mutating func appendBigram(_ first: Token, _ second: Token) {
    var bigram = first
    bigram.kind = .bigram
    bigram.startsRun = false
    bigram.sourceEnd = max(first.sourceEnd, second.sourceEnd)
    let length = Int(first.termLength) + Int(second.termLength)
    if length <= LongTerm.limit, first.termStart &+ UInt32(first.termLength) == second.termStart {
      bigram.termLength = UInt16(truncatingIfNeeded: length)
    } else {
      let start = bytes.count
      let copy = Array(bytes[termRange(of: first)]) + Array(bytes[termRange(of: second)])
      bytes.append(contentsOf: copy)
      LongTerm.shorten(&bytes, from: start)
      bigram.termStart = UInt32(truncatingIfNeeded: start)
      bigram.termLength = UInt16(truncatingIfNeeded: bytes.count - start)
    }
    tokens.append(bigram)
  }
}

extension [UInt8] {
  fileprivate mutating func appendUTF8(of scalar: UInt32) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 4) { buffer in
      guard let start = buffer.baseAddress else { return }
      let length = UTF8Decoding.encode(scalar, to: start)
      append(contentsOf: UnsafeBufferPointer(start: start, count: length))
    }
  }
}
