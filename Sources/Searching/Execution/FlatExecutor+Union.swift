import CLedeKernels
import LedeCodecs

/// MaxScore, a range at a time.
///
/// Source of the split into essential and non-essential lists: Turtle and Flood, "Query evaluation:
/// strategies and optimizations" (1995).
extension FlatExecutor {
  /// A query of several clauses, any of which makes a match.
  func runUnion() throws(FormatError) {
    var split = RangeSplit(states, arena: arena)
    let sums = arena.allocate(Float.self, min(rangeCount, Self.tileSize))
    for first in tiles {
      let count = tileCount(from: first)
      for number in states.indices { setBounds(number, from: first, absent: 0) }
      sums.update(from: states[0].bounds, count: count)
      for number in states.indices.dropFirst() {
        lede_add_floats(sums, states[number].bounds, count)
      }
      // A range without any document has no bound at all.
      for range in 0..<count where sums[range] == 0 { sums[range] = -.infinity }
      try forEachRange(sums, count) { (range) throws(FormatError) in
        guard split.split(states, range: range, cut: cut) else { return }
        try runUnion(split, low: UInt32((first + range) << RangeOfDocuments.shift))
      }
    }
  }

  private func runUnion(_ split: RangeSplit, low: UInt32) throws(FormatError) {
    let high = min(docLimit, low + UInt32(Self.rangeSize))
    if split.first == split.count - 1, states[split.order[split.first]].phrase < 0 {
      return try runSingleEssential(split, low, high)
    }
    for place in split.first..<split.count {
      try accumulate(split, split.order[place], low, high)
    }
    collect(split, low)
    try probeOthers(split, low)
    clearRows(upTo: Self.rangeSize)
  }

  /// Looks the batch up in the non-essential clauses and offers what is left.
  private func probeOthers(_ split: RangeSplit, _ low: UInt32) throws(FormatError) {
    for place in stride(from: split.first - 1, through: 0, by: -1) where batch.count > 0 {
      try probe(
        split.order[place], before: Ceiling(values: split.rests + place + 1, base: low),
        after: Ceiling(values: split.rests + place, base: low), isRequired: false)
    }
    try finishBatch()
  }

  /// One essential term: those of its documents that the others could lift are the batch.
  private func runSingleEssential(
    _ split: RangeSplit, _ low: UInt32, _ high: UInt32
  ) throws(FormatError) {
    let number = split.order[split.first]
    if let slice = states[number].whole?.slice(low, high), let whole = states[number].whole {
      pick(
        split, number, whole.docs + slice.lowerBound, whole.scores + slice.lowerBound, slice.count)
    } else if let cursor = states[number].cursor {
      let scorer = states[number].scorer
      try forEachSlice(cursor, low, high) { (docs, freqs, count) throws(FormatError) in
        scorer.score(docs, freqs, count, into: split.scores)
        pick(split, number, docs, split.scores, count)
      }
    }
    let places = batch.count
    guard places > 0 else { return }
    states[number].isRowUsed = true
    try probeOthers(split, low)
    clearRows(upTo: places)
  }

  /// Adds the documents to the batch whose score and the rest reach the threshold.
  private func pick(
    _ split: RangeSplit, _ number: Int, _ docs: UnsafePointer<UInt32>,
    _ scores: UnsafePointer<Float>, _ count: Int
  ) {
    let (row, factor) = (states[number].row, states[number].factor)
    // Rounded down: what the comparison in Double would keep, this keeps too.
    let least = Float((cut - split.rest) / factor).nextDown
    let threshold = least.isNaN ? -Float.infinity : least
    let kept = lede_select_floats(scores, count, threshold, split.chosen)
    for index in 0..<kept {
      let place = Int(split.chosen[index])
      row[batch.count] = scores[place]
      batch.append(
        docs[place], place: UInt32(batch.count), partial: factor * Double(scores[place]))
    }
  }

  /// Adds the scores of an essential clause's documents in a range.
  private func accumulate(
    _ split: RangeSplit, _ number: Int, _ low: UInt32, _ high: UInt32
  ) throws(FormatError) {
    let (row, factor) = (states[number].row, Float(states[number].factor))
    states[number].isRowUsed = true
    if let slice = states[number].whole?.slice(low, high), let whole = states[number].whole {
      lede_accumulate(
        whole.docs + slice.lowerBound, whole.scores + slice.lowerBound, slice.count, low, factor,
        row, split.sums)
      if split.needsMarks { split.mark(whole.docs + slice.lowerBound, slice.count, low) }
    } else if let cursor = states[number].cursor {
      let scorer = states[number].scorer
      try forEachSlice(cursor, low, high) { (docs, freqs, count) throws(FormatError) in
        scorer.score(docs, freqs, count, into: split.scores)
        lede_accumulate(docs, split.scores, count, low, factor, row, split.sums)
        if split.needsMarks { split.mark(docs, count, low) }
      }
    } else {
      try accumulatePhrase(split, states[number], low, high)
    }
  }

  private func accumulatePhrase(
    _ split: RangeSplit, _ state: ClauseState, _ low: UInt32, _ high: UInt32
  ) throws(FormatError) {
    let matcher = matchers[state.phrase]
    var doc = try matcher.advance(to: low)
    while doc < high {
      let score = try phraseScore(matcher, state, doc, floor: -.infinity)
      if score >= 0 {
        let found = [doc]
        lede_accumulate(
          found, [score], 1, low, Float(state.factor), state.row, split.sums)
        if split.needsMarks { split.mark(found, 1, low) }
      }
      doc = try matcher.advance(to: doc + 1)
    }
  }

  /// Hands out the postings of a cursor from `low` to below `high`, block by block.
  @inline(__always)
  func forEachSlice(
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

  /// Makes those accumulated documents the batch that can still enter; clears the sums and marks.
  private func collect(_ split: RangeSplit, _ low: UInt32) {
    let least = cut - split.rest
    let kept: Int
    if !split.needsMarks {
      // Float sums may be low by 2^-24 a term; what is kept is judged again in Double.
      let slack = 1 - Double(states.count + 2) * 0x1p-23
      kept = lede_select_floats(
        split.sums, Self.rangeSize, Float(least * slack).nextDown, batch.places)
    } else {
      kept = split.marked(into: batch.places)
    }
    split.clear()
    var count = 0
    for index in 0..<kept {
      let place = batch.places[index]
      var partial = 0.0
      for other in split.first..<split.count {
        let number = split.order[other]
        partial += states[number].factor * Double(states[number].row[Int(place)])
      }
      if partial < least { continue }
      batch.docs[count] = low + place
      batch.places[count] = place
      batch.partials[count] = partial
      count += 1
    }
    batch.count = count
  }
}
