import CLedeKernels
import LedeAnalysis

/// What analysis made of a stretch of the stream of documents, to be appended to an inverter.
///
/// Independent of what came before it, so that stretches are analysed on several threads. A class, so
/// that its memory goes from hand to hand; for one thread at a time.
final class AnalyzedText {
  /// Where a document or its body begins.
  struct Mark: BitwiseCopyable {
    enum Kind: UInt8, BitwiseCopyable, Sendable { case document, endOfTitle }
    var kind: Kind
    /// Units and bigrams of the stretch before it.
    var units: UInt32
    var bigrams: UInt32
  }

  /// What a term is, as its key has it.
  enum TermKind {
    static let word: UInt8 = 0
    static let unigram: UInt8 = 1
    static let bigram: UInt8 = 2

    // By pattern: the raw value of an enum of another module is a call.
    @inline(__always)
    static func of(_ kind: Token.Kind) -> UInt8 {
      switch kind {
      case .word: word
      case .unigram: unigram
      case .bigram: bigram
      }
    }
  }

  /// Tokens of all texts; once finished, ``TermHash/padding`` is readable behind the last term.
  private(set) var batch = TokenBatch()
  /// By token, its term as the inverter looks it up; there may be more.
  private(set) var keys: [lede_term_key] = []
  private(set) var marks: [Mark] = []
  private let hash: TermHash

  /// - Parameter hash: that of the inverter's terms.
  init(hash: TermHash) { self.hash = hash }

  /// Marks the place reached so far.
  func mark(_ kind: Mark.Kind) {
    let units = batch.positionCount
    let tokens = UInt32(truncatingIfNeeded: batch.tokens.count)
    marks.append(Mark(kind: kind, units: units, bigrams: tokens - units))
  }

  /// Appends the tokens of a text, or of a piece of one.
  func append(_ text: UnsafeBufferPointer<UInt8>, _ analyzer: Analyzer) {
    analyzer.analyze(text, into: &batch)
  }

  /// Appends the bigram of two characters of the document, the second of which is the next unit: the
  /// one that a cut between them leaves out.
  ///
  /// - Parameter characters: two characters of ``TextPiece/characterSize`` bytes that are their own
  ///   surfaces.
  func appendBigram(_ characters: UnsafeBufferPointer<UInt8>) {
    batch.appendBigram(of: characters)
  }

  /// Whether there are only words and unigrams.
  var isUnits: Bool { Int(batch.positionCount) == batch.tokens.count }

  /// Hashes the terms; nothing may be appended after.
  func finish() {
    batch.bytes.append(contentsOf: repeatElement(0, count: TermHash.padding))
    let missing = batch.tokens.count - keys.count
    if missing > 0 { keys.append(contentsOf: repeatElement(lede_term_key(), count: missing)) }
    let hash = hash
    batch.bytes.withUnsafeBytes { bytes in
      // Safe: there is at least the padding.
      let start = bytes.baseAddress.unsafelyUnwrapped
      batch.tokens.withUnsafeBufferPointer { tokens in
        keys.withUnsafeMutableBufferPointer { keys in
          for index in tokens.indices {
            let token = tokens[index]
            keys[index] = lede_term_key(
              start: token.termStart, length: token.termLength, kind: TermKind.of(token.kind),
              unused: 0, hash: hash(start + Int(token.termStart), Int(token.termLength)))
          }
        }
      }
    }
  }

  /// Forgets everything but the memory.
  func removeAll() {
    marks.removeAll(keepingCapacity: true)
    batch.removeAll(keepingCapacity: true)
  }

  /// Whether so much memory is held that it should not be kept.
  var isLarge: Bool { batch.tokens.capacity > 1 << 16 || batch.bytes.capacity > 1 << 20 }
}
