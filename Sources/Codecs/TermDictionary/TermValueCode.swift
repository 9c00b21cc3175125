import CLedeKernels

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
  static var singleLengthOrder: Int { Int(LEDE_SINGLE_LENGTH_ORDER) }

  init(docCount: UInt32) { docWidth = Int(Self.width(docCount: docCount)) }

  static func width(docCount: UInt32) -> UInt32 {
    UInt32(32 - (max(1, docCount) - 1).leadingZeroBitCount)
  }

  /// The order of the number of occurrences above docFreq, which grows with docFreq.
  static func moreOrder(docFreq: UInt64) -> Int { Int(lede_order_below(docFreq)) }

  /// The order of the difference between a length and its estimate.
  static func lengthOrder(estimate: UInt64) -> Int { Int(lede_order_below(estimate)) }

  /// About the bytes that a list takes.
  func postingsEstimate(docFreq: UInt64, more: UInt64) -> UInt64 {
    lede_postings_estimate(UInt32(docWidth), docFreq, more)
  }

  /// About the bytes that the positions of a list take.
  func positionsEstimate(occurrences: UInt64) -> UInt64 {
    lede_positions_estimate(UInt32(second), occurrences)
  }
}
