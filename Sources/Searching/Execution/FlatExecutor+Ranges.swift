import CLedeKernels
import LedeCodecs

/// What a union holds beside its short lists, range by range; see `FlatExecutor+Union`.
extension FlatExecutor {
  /// What only the long lists and phrases hold.
  func runRanges(
    _ split: inout RangeSplit, _ order: ArenaList<Int>, _ shortCount: Int, _ rests: RestBounds,
    _ first: Int
  ) throws(FormatError) {
    rewind()
    let count = tileCount(from: first)
    let sums = arena.allocate(Float.self, count)
    sums.update(from: rests.ceiling(shortCount, 0).coarse, count: count)
    // A range without any document has no bound at all.
    for range in 0..<count where sums[range] == 0 { sums[range] = -.infinity }
    let pending = PendingDocs(arena)
    let base = UInt32(first << RangeOfDocuments.shift)
    let settle = { () throws(FormatError) in
      try self.judge(pending, order, from: shortCount, rests, base)
    }
    try forEachTurn(sums, count, settle: settle) { (chosen, picked) throws(FormatError) in
      var next = 0
      while next < picked {
        next += try reach(split, pending, first, chosen + next, picked - next)
        if pending.count >= Self.batchSize / 4 {
          try settle()
        } else if next < picked {
          let range = Int(chosen[next])
          if split.split(states, range: range, cut: cut) {
            try runSummed(split, low: UInt32((first + range) << RangeOfDocuments.shift))
          }
          next += 1
        }
      }
    }
  }

  /// Adds those documents of some ranges to the pending ones that may enter, as long as they are few; returns how
  /// many of the ranges are done.
  private func reach(
    _ split: RangeSplit, _ pending: PendingDocs, _ first: Int, _ ranges: UnsafePointer<UInt32>,
    _ count: Int
  ) throws(FormatError) -> Int {
    // Without a threshold every document may enter.
    guard split.areLists, cut > 0 else { return 0 }
    var next = 0
    var reach = split.reach(first, docCount: docLimit)
    pending.count += try checked(
      lede_ranged_reach(
        &reach, ranges, count, cut, Self.mostReached, &next, pending.docs + pending.count))
    return next
  }

  /// Documents of a range up to which it pays to look them up one by one.
  private static var mostReached: Int { 24 }

  /// A range in which the scores of essential clauses are summed.
  private func runSummed(_ split: RangeSplit, low: UInt32) throws(FormatError) {
    split.batchSize.pointee = 0
    if split.first == split.count - 1, states[split.order[split.first]].ranged != nil {
      try runSingleEssential(split, low)
    } else {
      _ = try checked(
        lede_ranged_sum(
          split.terms, split.order + split.first, split.count - split.first,
          low >> RangeOfDocuments.shift, split.sums))
      if !split.areLists {
        let high = UInt32(clamping: min(Int(docLimit), Int(low) + Self.rangeSize))
        for place in split.first..<split.count where states[split.order[place]].phrase >= 0 {
          try accumulatePhrase(split, states[split.order[place]], low, high)
        }
      }
      collect(split, low)
      try probeEssential(split, low)
    }
    try probeOthers(split, low)
    clearRows(upTo: split.batchSize.pointee)
  }

  /// Looks the batch up in the non-essential clauses and offers what is left.
  private func probeOthers(_ split: RangeSplit, _ low: UInt32) throws(FormatError) {
    for place in stride(from: split.first - 1, through: 0, by: -1) where batch.count > 0 {
      try probe(split.order[place], after: split.rest(place, low), isRequired: false)
    }
    try finishBatch()
  }

  /// One essential term: those of its documents that the others could lift are the batch.
  private func runSingleEssential(
    _ split: RangeSplit, _ low: UInt32
  ) throws(FormatError) {
    let number = split.order[split.first]
    if let list = states[number].ranged {
      let count = lede_ranged_scores(
        list, low >> RangeOfDocuments.shift, states[number].model, states[number].column,
        split.docs, split.scores)
      pick(split, number, split.docs, split.scores, try checked(count))
    }
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
    states[number].isRowUsed = kept > 0
    split.batchSize.pointee = kept
    for index in 0..<kept {
      let place = Int(split.chosen[index])
      row[index] = scores[place]
      batch.append(docs[place], place: UInt32(index), partial: factor * Double(scores[place]))
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
        split.sums[Int(doc - low)] += state.accumulatedFactor * score
        state.found?[Int(doc - low)] = score
      }
      doc = try matcher.advance(to: doc + 1)
    }
  }

  /// Makes those accumulated documents the batch that can still enter; clears the sums.
  private func collect(_ split: RangeSplit, _ low: UInt32) {
    // Float sums may be low by 2^-24 a term; what is kept is judged again in Double.
    let slack = 1 - Double(states.count + 2) * 0x1p-23
    let least = max(Float((cut - split.rest) * slack).nextDown, .leastNonzeroMagnitude)
    let kept = lede_take_floats(split.sums, Self.rangeSize, least, batch.places)
    split.batchSize.pointee = kept
    for index in 0..<kept {
      batch.docs[index] = low + batch.places[index]
      batch.places[index] = UInt32(truncatingIfNeeded: index)
      batch.partials[index] = 0
    }
    batch.count = kept
  }

  /// What the essential clauses give to the batch, to the bit: few documents got here, and finding them
  /// again costs less than keeping every posting's score.
  private func probeEssential(_ split: RangeSplit, _ low: UInt32) throws(FormatError) {
    let (unlimited, rest) = (split.unlimited(low), split.rest(split.first, low))
    for place in split.first..<split.count {
      let number = split.order[place]
      let after = place == split.count - 1 ? rest : unlimited
      if let found = states[number].found {
        states[number].isRowUsed = true
        for index in 0..<batch.count {
          let score = found[Int(batch.docs[index] - low)]
          (probed.scores[index], probed.found[index]) = (score, 1)
        }
        settle(number, after: after, isRequired: false)
        found.update(repeating: 0, count: Self.rangeSize)
      } else if batch.count > 0 {
        try probe(number, after: after, isRequired: false)
      }
    }
  }
}
