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
  private var best: [Double] = []
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

  /// Appends the range bounds of the list, if it has any.
  mutating func appendRanges(
    _ docs: UnsafeBufferPointer<UInt32>, docCount: Int, to buffer: EncodingBuffer
  ) {
    guard RangeBounds.exist(docFreq: docs.count, docCount: docCount) else { return }
    let count = RangeBounds.count(docCount: docCount)
    if best.count != count { best = [Double](repeating: 0, count: count) }
    best.withUnsafeMutableBufferPointer { best in
      impacts.withUnsafeBufferPointer { Self.findBest(docs, $0, best) }
      buffer.write(upTo: count) { out in
        for range in 0..<count {
          out[range] = best[range] == 0 ? 0 : FrozenImpact.code(of: best[range])
        }
        return count
      }
    }
  }

  /// The highest impact of each range, 0 where it has no document.
  private static func findBest(
    _ docs: UnsafeBufferPointer<UInt32>, _ impacts: UnsafeBufferPointer<Double>,
    _ best: UnsafeMutableBufferPointer<Double>
  ) {
    best.update(repeating: 0)
    var start = 0
    while start < docs.count {
      let range = docs[start] >> UInt32(RangeBounds.shift)
      var highest = impacts[start]
      start += 1
      while start < docs.count, docs[start] >> UInt32(RangeBounds.shift) == range {
        if impacts[start] > highest { highest = impacts[start] }
        start += 1
      }
      best[Int(range)] = highest
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
