import CLedeKernels

/// Bounds on doc-aligned ranges of 512 documents: one code of ``FrozenImpact`` per range.
///
/// Ranges are the same for every list of a segment, so that the bounds of a query's terms add up
/// element by element. Which lists have them follows from docFreq and docCount alone.
enum RangeBounds {
  static let shift = 9
  /// Documents per range that a list must have at least on average. Below, most codes are 0 or
  /// stand for a single posting: scoring the list whole is cheaper than its bounds.
  static let minDensity = 4

  /// Ranges of a segment.
  @inline(__always)
  static func count(docCount: Int) -> Int { (docCount + (1 << shift) - 1) >> shift }

  @inline(__always)
  static func exist(docFreq: Int, docCount: Int) -> Bool {
    docFreq >= PatchedBlock.size && docFreq >= minDensity * count(docCount: docCount)
  }
}

/// Makes the range bounds and the head of one long list after the other.
struct ImpactSummaryWriter {
  private var impacts: [Double] = []
  private var head = HeadSelection()

  /// Takes up the next list; what is appended from here on is about it.
  mutating func begin(
    _ docs: UnsafeBufferPointer<UInt32>, _ freqs: UnsafeBufferPointer<UInt32>,
    _ lengths: FieldLengths
  ) {
    guard
      docs.count >= PostingsHead.minDocFreq
        || RangeBounds.exist(docFreq: docs.count, docCount: lengths.docCount)
    else { return }
    if impacts.count < docs.count {
      impacts = [Double](repeating: 0, count: max(docs.count, 2 * impacts.count))
    }
    impacts.withUnsafeMutableBufferPointer { lengths.impacts(docs, freqs, into: $0) }
  }

  /// Appends the range bounds of the list, if it has any: codes of ``FrozenImpact``.
  mutating func appendRanges(
    _ docs: UnsafeBufferPointer<UInt32>, docCount: Int, to buffer: EncodingBuffer
  ) {
    guard RangeBounds.exist(docFreq: docs.count, docCount: docCount) else { return }
    let count = RangeBounds.count(docCount: docCount)
    buffer.write(upTo: count) { out in
      lede_range_codes(docs.baseAddress, impacts, docs.count, out, count)
      return count
    }
  }

  /// Appends the head of the list, if it has one.
  ///
  /// - Parameter ranks: by docID, the place of a document in the order of sequence numbers; nil when
  ///   docIDs have that order.
  mutating func appendHead(
    _ docs: UnsafeBufferPointer<UInt32>, _ freqs: UnsafeBufferPointer<UInt32>, ranks: [UInt32]?,
    to buffer: EncodingBuffer
  ) {
    guard docs.count >= PostingsHead.minDocFreq else { return }
    impacts.withUnsafeBufferPointer { head.select(docs, $0, ranks) }
    head.encode(docs, freqs, to: buffer)
  }
}
