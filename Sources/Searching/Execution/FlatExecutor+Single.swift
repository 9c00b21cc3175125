import LedeCodecs

/// A query of one term.
extension FlatExecutor {
  /// The head holds the answer, unless what lies beyond may tie with its last document: then, and for
  /// lists without one, the list itself is walked.
  func runSingleTerm() throws(FormatError) {
    if let whole = states[0].whole { return try offerAll(whole, 0..<whole.count) }
    guard let cursor = states[0].cursor else { return }
    let list = cursor.pointee.source.list
    let before = heap.all
    // What must-not clauses look up goes forward only, and the list may have to be walked after.
    if list.hasHead, exclusion.onlyDeletes {
      let (head, residual) = try scoredHead(list)
      try offerAll(head, 0..<head.count)
      if heap.isFull, residual < BM25.cut(heap.threshold) { return }
      // The documents of the head come again below; what they showed about the threshold stays.
      if heap.isFull, exclusion.isEmpty { cut = max(cut, BM25.cut(heap.threshold)) }
      heap.restore(before)
    }
    guard list.rangeBounds != nil else {
      let whole = try states[0].scorer.scored(list, arena)
      return try offerAll(whole, 0..<whole.count)
    }
    try offerRanges(cursor)
  }

  /// The head of a list, scored, and a bound of what any other posting contributes.
  private func scoredHead(
    _ list: PostingsList
  ) throws(FormatError) -> (head: ScoredList, residual: Double) {
    let docs = arena.allocate(UInt32.self, PostingsList.headSize)
    let freqs = arena.allocate(UInt32.self, PostingsList.headSize)
    let scores = arena.allocate(Float.self, PostingsList.headSize)
    let count = try list.decodeHead(docs: docs, freqs: freqs)
    let scorer = states[0].scorer
    scorer.score(docs, freqs, count, into: scores)
    return (ScoredList(docs: docs, scores: scores, count: count), residual(docs, freqs, count))
  }

  /// Every posting outside the head has a frozen q of at most the least of the head.
  private func residual(
    _ docs: UnsafePointer<UInt32>, _ freqs: UnsafePointer<UInt32>, _ count: Int
  ) -> Double {
    let state = states[0]
    let field = postings.query.bound.clauses[state.clause].field
    let frozen = FrozenImpact(averageLength: segment.frozenAverageLength(field))
    var least = 1.0
    for index in 0..<count {
      let length = state.scorer.lengths.value(docs[index])
      least = min(least, frozen.impact(termFreq: freqs[index], length: length))
    }
    let today = least / (least + correction(field) * (1 - least))
    return state.factor * Double(state.model.w) * today * BM25.inflation
  }

  /// Offers scored postings whose single contribution reaches the threshold.
  private func offerAll(_ list: ScoredList, _ places: Range<Int>) throws(FormatError) {
    let factor = states[0].factor
    for place in places {
      let score = Float(factor * Double(list.scores[place]))
      if heap.mayEnter(score) { try offer(list.docs[place], score) }
    }
    raiseCut()
  }

  private func offerRanges(_ cursor: UnsafeMutablePointer<TermCursor>) throws(FormatError) {
    let scores = arena.allocate(Float.self, PostingsList.blockSize)
    let sums = arena.allocate(Float.self, min(rangeCount, Self.tileSize))
    for first in tiles {
      setBounds(0, from: first, absent: -.infinity)
      sums.update(from: states[0].bounds, count: tileCount(from: first))
      try forEachRange(sums, tileCount(from: first)) { (range) throws(FormatError) in
        let low = UInt32((first + range) << RangeOfDocuments.shift)
        try forEachSlice(cursor, low, low + UInt32(Self.rangeSize)) {
          (docs, freqs, count) throws(FormatError) in
          states[0].scorer.score(docs, freqs, count, into: scores)
          let list = ScoredList(
            docs: UnsafeMutablePointer(mutating: docs), scores: scores, count: count)
          try offerAll(list, 0..<count)
        }
      }
    }
  }
}
