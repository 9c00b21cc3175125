import CLedeKernels
import LedeCodecs

/// One term to walk, of which the head is not enough: see ``TermSearch``.
extension FlatExecutor {
  func runSingleTerm() throws(FormatError) {
    if let whole = states[0].whole { return try offerAll(whole) }
    guard let cursor = states[0].cursor else { return }
    let list = cursor.pointee.source.list
    guard list.rangeBounds != nil else {
      return try offerAll(try states[0].scorer.scored(list, arena))
    }
    try offerRanges(cursor)
  }

  /// Offers scored postings whose single contribution reaches the threshold.
  private func offerAll(_ list: ScoredList) throws(FormatError) {
    let factor = states[0].factor
    for place in 0..<list.count {
      let score = Float(factor * Double(list.scores[place]))
      if heap.mayEnter(score) { try offer(list.docs[place], score) }
    }
    raiseCut()
  }

  private func offerRanges(_ cursor: UnsafeMutablePointer<TermCursor>) throws(FormatError) {
    let scores = arena.allocate(Float.self, PostingsList.blockSize)
    let sums = arena.allocate(Float.self, min(rangeCount, options.rangesPerTile))
    for first in tiles {
      setBounds(0, from: first, absent: -.infinity)
      sums.update(from: states[0].bounds, count: tileCount(from: first))
      try forEachRange(sums, tileCount(from: first), from: first) { (range) throws(FormatError) in
        let low = UInt32((first + range) << RangeOfDocuments.shift)
        try forEachSlice(cursor, low, UInt32(clamping: Int(low) + Self.rangeSize)) {
          (docs, freqs, count) throws(FormatError) in
          states[0].scorer.score(docs, freqs, count, into: scores)
          let list = ScoredList(
            docs: UnsafeMutablePointer(mutating: docs),
            freqs: UnsafeMutablePointer(mutating: freqs), scores: scores, count: count)
          try offerAll(list)
        }
      }
    }
  }

  /// Hands out the postings of a cursor from `low` to below `high`, block by block.
  @inline(__always)
  private func forEachSlice(
    _ cursor: UnsafeMutablePointer<TermCursor>, _ low: UInt32, _ high: UInt32,
    _ body: (UnsafePointer<UInt32>, UnsafePointer<UInt32>, Int) throws(FormatError) -> Void
  ) throws(FormatError) {
    cursor.pointee.seekBlock(low)
    while !cursor.pointee.isAtEnd {
      try cursor.pointee.loadDocs()
      let (docs, count) = (cursor.pointee.docs, cursor.pointee.count)
      let from = docs[0] >= low ? 0 : lede_lower_bound(docs, count, low)
      let to =
        cursor.pointee.blockLast < high
        ? count : from + lede_lower_bound(docs + from, count - from, high)
      if from < to {
        try cursor.pointee.loadFreqs()
        try body(docs + from, cursor.pointee.freqs + from, to - from)
      }
      if cursor.pointee.blockLast >= high - 1 { return }
      cursor.pointee.nextBlock()
    }
  }
}
