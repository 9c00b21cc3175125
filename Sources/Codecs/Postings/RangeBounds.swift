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
  private var best: [Double] = []
  private var head = HeadSelection()

  /// Appends the range bounds of a list, if it has any.
  mutating func appendRanges(
    _ docs: UnsafeBufferPointer<UInt32>, _ freqs: UnsafeBufferPointer<UInt32>,
    _ lengths: FieldLengths, to buffer: EncodingBuffer
  ) {
    guard RangeBounds.exist(docFreq: docs.count, docCount: lengths.docCount) else { return }
    let count = RangeBounds.count(docCount: lengths.docCount)
    if best.count != count { best = [Double](repeating: 0, count: count) }
    best.withUnsafeMutableBufferPointer { best in
      best.update(repeating: 0)
      for (doc, freq) in zip(docs, freqs) {
        let range = Int(doc >> UInt32(RangeBounds.shift))
        best[range] = max(best[range], lengths.impact(doc, freq))
      }
      buffer.write(upTo: count) { out in
        for range in 0..<count {
          out[range] = best[range] == 0 ? 0 : FrozenImpact.code(of: best[range])
        }
        return count
      }
    }
  }

  /// Appends the head of a list, if it has one.
  ///
  /// - Parameter ranks: by docID, the place of a document in the order of sequence numbers; nil when
  ///   docIDs have that order.
  mutating func appendHead(
    _ docs: UnsafeBufferPointer<UInt32>, _ freqs: UnsafeBufferPointer<UInt32>,
    _ lengths: FieldLengths, ranks: [UInt32]?, to buffer: EncodingBuffer
  ) {
    guard docs.count >= PostingsHead.minDocFreq else { return }
    head.removeAll()
    if let ranks {
      for (doc, freq) in zip(docs, freqs) {
        head.add(
          doc: doc, termFreq: freq, rank: ranks[Int(doc)], impact: lengths.impact(doc, freq))
      }
    } else {
      for (doc, freq) in zip(docs, freqs) {
        head.add(doc: doc, termFreq: freq, rank: doc, impact: lengths.impact(doc, freq))
      }
    }
    head.encode(to: buffer)
  }
}
