import CLedeKernels
import LedeCodecs

/// A query of several clauses, any of which makes a match.
///
/// Short lists come first, whole: of each, the documents that its own score and the other clauses' bounds
/// in their range together bring to the threshold are looked up in the rest. What is in none of them
/// follows a range at a time, over the frequent terms and phrases alone: where no document can enter
/// without two terms or more, those that hold all of these; elsewhere by MaxScore. Mostly there is little
/// left by then, since rare terms weigh more.
///
/// Source of the split into essential and non-essential lists: Turtle and Flood, "Query evaluation:
/// strategies and optimizations" (1995).
extension FlatExecutor {
  func runUnion() throws(FormatError) {
    let byWeight = states.indices.sorted { states[$0].maximum > states[$1].maximum }
    let (short, long) = divided(byWeight)
    for number in short { states[number].isFine = true }
    judgedLists = short
    let order = short + long
    var split = RangeSplit(states, long, rangeCount: rangeCount, arena: arena)
    for first in tiles {
      for number in order.dropFirst(short.isEmpty ? 0 : 1) {
        setBounds(number, from: first, absent: 0)
      }
      // The bounds of the first short list are asked for nowhere.
      let rests = RestBounds(
        order, states, from: short.isEmpty ? 0 : 1, tileCount(from: first), arena)
      try runShort(order, short.count, rests, first)
      judged = short.count
      if !long.isEmpty { try runRanges(&split, order, short.count, rests, first) }
    }
  }

  /// The lists whose documents are judged one by one, and those that are summed range by range.
  ///
  /// A short list is of the latter when to look its documents up in all frequent lists would take longer
  /// than to walk those: 25 ns a look-up, as much for a list's postings in a range, 60 for the range.
  private func divided(_ states: [Int]) -> (short: [Int], long: [Int]) {
    let frequent = states.count { self.states[$0].whole == nil }
    // Beside many others, bounds are so loose that nearly all of its documents are looked up in nearly all lists.
    let looseness = max(1, Double(frequent) / 6)
    let walk =
      2.4 * Double(rangeCount) * Double(25 * states.count + 60)
      / (looseness * looseness * looseness)
    var (short, long) = ([Int](), [Int]())
    for number in states {
      let count = self.states[number].whole?.count
      if let count, Double(25 * count * frequent) <= walk {
        short.append(number)
      } else {
        long.append(number)
      }
    }
    return (short, long)
  }

  /// The documents of the short lists: the best of each, then what is left.
  ///
  /// Each document is offered by the first list that has it.
  private func runShort(
    _ order: [Int], _ count: Int, _ rests: RestBounds, _ first: Int
  ) throws(FormatError) {
    let base = UInt32(first << RangeOfDocuments.shift)
    let judge = { (place: Int) throws(FormatError) in
      try self.judge(order, from: place + 1) { rests.ceiling($0, base) }
    }
    var left: [(place: Int, candidates: ListCandidates)] = []
    for place in 0..<count {
      judged = place
      guard let whole = states[order[place]].whole else { continue }
      let list = leadList(whole, of: order[place], isMember: true)
      rewind()
      guard
        let candidates = candidates(of: list, slice(list, first), rests.ceiling(place + 1, base))
      else { continue }
      if try judgeBest(
        of: candidates, requiring: [], judge: { () throws(FormatError) in try judge(place) })
      {
        left.append((place, candidates))
      }
    }
    for (place, candidates) in left {
      judged = place
      rewind()
      try judgeRest(of: candidates, requiring: []) { () throws(FormatError) in try judge(place) }
    }
  }

  /// What only the long lists and phrases hold.
  private func runRanges(
    _ split: inout RangeSplit, _ order: [Int], _ shortCount: Int, _ rests: RestBounds, _ first: Int
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
    try forEachRange(sums, count, from: first, settle: settle) { (range) throws(FormatError) in
      switch split.split(states, range: range, cut: cut) {
      case .none: return
      case .summed: try runUnion(split, low: UInt32((first + range) << RangeOfDocuments.shift))
      case .shared:
        pending.count += try checked(
          lede_ranged_meet(
            split.lists, split.count, UInt32(truncatingIfNeeded: first + range),
            pending.docs + pending.count))
        if pending.count >= Self.batchSize / 4 { try settle() }
      }
    }
  }

  private func runUnion(_ split: RangeSplit, low: UInt32) throws(FormatError) {
    let high = UInt32(clamping: min(Int(docLimit), Int(low) + Self.rangeSize))
    split.batchSize.pointee = 0
    if split.first == split.count - 1, states[split.order[split.first]].ranged != nil {
      try runSingleEssential(split, low)
    } else {
      _ = try checked(
        lede_ranged_sum(
          split.terms, split.order + split.first, split.count - split.first,
          low >> RangeOfDocuments.shift, split.sums))
      if !split.areLists {
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

  /// A kernel's count, unless it says that there is damage.
  @inline(__always)
  func checked(_ count: Int) throws(FormatError) -> Int {
    guard count < PostingsList.damaged else { throw segment.corruptPostings }
    return count
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
