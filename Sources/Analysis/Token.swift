/// One term occurrence in an analysed text: 20 bytes, without references.
package struct Token: Sendable, Equatable, BitwiseCopyable {
  /// What a term is, which decides how it is matched and whether it has a class.
  package enum Kind: UInt8, Sendable, BitwiseCopyable {
    /// A word, in a script that separates words.
    case word
    /// One character with its marks, of a script that does not.
    case unigram
    /// Two neighbouring unigrams of one script run; takes no position of its own.
    case bigram
  }

  /// Where the term's bytes lie in the batch's `bytes`. Terms may share bytes.
  package var termStart: UInt32
  /// 1 to 255.
  package var termLength: UInt16
  package var kind: Kind
  /// True for the first unigram of a script run.
  package var startsRun: Bool
  /// Counted over words and unigrams; that of a bigram is its first unigram's.
  package var position: UInt32
  /// Byte range of the analysed text that the token was made from.
  package var sourceStart: UInt32
  package var sourceEnd: UInt32
}

/// What analysis produced: terms, and where they stood. Kept and reused from text to text.
package struct TokenBatch: Sendable {
  /// Surfaces of the tokens, at the ranges that the tokens name; bytes in between mean nothing.
  package var bytes: [UInt8] = []
  /// In order of position; a bigram stands between its two unigrams.
  package var tokens: [Token] = []
  /// The next token's position. The caller may raise it to leave a gap.
  package var positionCount: UInt32 = 0

  package init() {}

  /// Forgets all tokens and starts again at position 0.
  package mutating func removeAll(keepingCapacity: Bool) {
    bytes.removeAll(keepingCapacity: keepingCapacity)
    tokens.removeAll(keepingCapacity: keepingCapacity)
    positionCount = 0
  }

  /// Appends the bigram of two characters that are their own surfaces, of which the first has the
  /// last position so far and the second the next.
  package mutating func appendBigram(of characters: UnsafeBufferPointer<UInt8>) {
    tokens.append(
      Token(
        termStart: UInt32(truncatingIfNeeded: bytes.count),
        termLength: UInt16(truncatingIfNeeded: characters.count), kind: .bigram, startsRun: false,
        position: positionCount &- 1, sourceStart: 0, sourceEnd: 0))
    bytes.append(contentsOf: characters)
  }

  /// The surface of a token, as a range of `bytes`.
  package func termRange(of token: Token) -> Range<Int> {
    let start = Int(token.termStart)
    return start..<start + Int(token.termLength)
  }

  /// Where the surface stands of the only token, if that is a word.
  package var onlyWord: Range<Int>? {
    tokens.count == 1 && tokens[0].kind == .word ? termRange(of: tokens[0]) : nil
  }

  /// The surface of a token as a string: for messages and tests.
  package func term(of token: Token) -> String {
    String(decoding: bytes[termRange(of: token)], as: UTF8.self)
  }
}
