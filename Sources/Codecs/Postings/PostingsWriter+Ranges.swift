import CLedeKernels

/// Lists of frequent terms, cut at the borders of ranges.
extension PostingsWriter {
  mutating func addRanged(
    _ docs: UnsafeBufferPointer<UInt32>, _ freqs: UnsafeBufferPointer<UInt32>,
    _ places: TermPlaces?, _ lengths: FieldLengths
  ) {
    ranges.removeAll()
    beginBlocks(docs, freqs, lengths)
    let positionsBase = positions.section.count
    let isMarked =
      places != nil && PositionMarks.areWanted(docFreq: docs.count, docCount: lengths.docCount)
    var places = places
    var start = 0
    for range in 0..<RangeBounds.count(docCount: lengths.docCount) {
      ranges.append(
        offset: blocks.count,
        positionOffset: places == nil ? nil : Int(positions.section.count - positionsBase))
      let base = UInt32(range << RangeBounds.shift)
      let end = Self.end(ofRangeAt: base, docs, from: start)
      let rangeDocs = UnsafeBufferPointer(rebasing: docs[start..<end])
      let rangeFreqs = UnsafeBufferPointer(rebasing: freqs[start..<end])
      if isMarked {
        ranges.append(
          marks: PositionMarks.marks(rangeDocs, rangeFreqs) { lengths.values[Int($0)] })
      }
      guard start < end else { continue }
      blocks.write(upTo: Int(LEDE_RANGE_BYTES)) { out in
        lede_ranged_encode(
          rangeDocs.baseAddress, rangeFreqs.baseAddress, rangeDocs.count, base, out)
      }
      places?.appendRun(rangeDocs, rangeFreqs, lengths, to: positions)
      start = end
    }
    ranges.write(to: postings)
    endBlocks(docs, lengths)
  }

  /// Where the documents of a range end among those of a term: a range has 512 at most.
  @inline(__always)
  private static func end(
    ofRangeAt base: UInt32, _ docs: UnsafeBufferPointer<UInt32>, from start: Int
  ) -> Int {
    let size = 1 << RangeBounds.shift
    var (low, count) = (start, min(size, docs.count - start))
    while count > 0 {
      let half = count / 2
      let isInside = docs[low + half] &- base < UInt32(size)
      low = isInside ? low + half + 1 : low
      count = isInside ? count - half - 1 : half
    }
    return low
  }
}
