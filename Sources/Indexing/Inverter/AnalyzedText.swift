import LedeAnalysis

/// What analysis made of a stretch of the stream of documents, to be appended to an inverter.
///
/// Independent of what came before it, so that stretches are analysed on several threads. A class, so
/// that its memory goes from hand to hand; for one thread at a time.
final class AnalyzedText {
  /// Where a document or its body begins.
  struct Mark: BitwiseCopyable {
    enum Kind: UInt8, BitwiseCopyable { case document, endOfTitle }
    var kind: Kind
    /// Units and bigrams of the stretch before it.
    var units: UInt32
    var bigrams: UInt32
  }

  /// Tokens of all texts; once finished, eight bytes are readable behind the last term.
  private(set) var batch = TokenBatch()
  /// By token, the hash of its term; there may be more.
  private(set) var hashes: [UInt32] = []
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

  /// Hashes the terms; nothing may be appended after.
  func finish() {
    batch.bytes.append(contentsOf: repeatElement(0, count: 8))
    let missing = batch.tokens.count - hashes.count
    if missing > 0 { hashes.append(contentsOf: repeatElement(0, count: missing)) }
    let hash = hash
    batch.bytes.withUnsafeBytes { bytes in
      // Safe: there are at least the eight bytes of padding.
      let start = bytes.baseAddress.unsafelyUnwrapped
      batch.tokens.withUnsafeBufferPointer { tokens in
        hashes.withUnsafeMutableBufferPointer { hashes in
          for index in tokens.indices {
            let token = tokens[index]
            hashes[index] = hash(start + Int(token.termStart), Int(token.termLength))
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
