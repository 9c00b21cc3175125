/// What the values of a block of terms are coded with; the grammar stands at ``TermDictionaryWriter``.
struct TermValueCode {
  /// Bits of a docID.
  let docWidth: Int
  /// The order of ordinals: those of a term of one document; the first ones of classes and folds.
  var ordinalOrder = 0
  /// In surfaces, the bits of an occurrence in the positions, by which their lengths are guessed; in
  /// folds, the order of gaps.
  var second = 0

  /// The order of positions' lengths in the dictionary itself.
  static let singleLengthOrder = 4

  init(docCount: UInt32) {
    docWidth = 32 - (max(1, docCount) - 1).leadingZeroBitCount
  }

  /// The order of the number of occurrences above docFreq, which grows with docFreq.
  @inline(__always)
  static func moreOrder(docFreq: UInt64) -> Int {
    max(0, 61 - docFreq.leadingZeroBitCount)
  }

  /// The order of the difference between a length and its estimate.
  @inline(__always)
  static func lengthOrder(estimate: UInt64) -> Int {
    max(0, 61 - estimate.leadingZeroBitCount)
  }

  /// About the bytes that a list takes: one and a half bits per document above the logarithm of the
  /// average gap, and the bits of unary termFreqs, or three where others are used.
  @inline(__always)
  func postingsEstimate(docFreq: UInt64, more: UInt64) -> UInt64 {
    let gapWidth = UInt64(max(0, docWidth - (64 - docFreq.leadingZeroBitCount)))
    let freqs = more == 0 ? 0 : min(more &+ docFreq, 4 &* docFreq)
    return (docFreq &* (2 * gapWidth + 3) / 2 &+ freqs) / 8 + 1
  }

  /// About the bytes that the positions of a list take.
  @inline(__always)
  func positionsEstimate(occurrences: UInt64) -> UInt64 {
    (occurrences &* UInt64(second) &+ 4) / 8
  }
}
