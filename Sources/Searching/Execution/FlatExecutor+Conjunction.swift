import CLedeKernels
import LedeCodecs

/// Documents that hold every required clause: the rarest list leads.
///
/// Score first: a document of the lead is looked up elsewhere only while its own score and the other
/// clauses' bounds in its range together reach the threshold.
extension FlatExecutor {
  func runConjunction() throws(FormatError) {
    let ownTable = CursorTable(capacity: 1)
    guard let lead = try chooseLead(ownTable) else { return }
    let order = probeOrder(after: lead.scores)
    try scoreShortLists(order, leadCount: lead.count)
    let rests = RestBounds(count: order.count, ranges: min(rangeCount, Self.tileSize), arena)
    for first in tiles {
      let count = tileCount(from: first)
      for number in order {
        setBounds(number, from: first, absent: states[number].isRequired ? -.infinity : 0)
      }
      rests.sum(order.map { UnsafePointer(states[$0].bounds) }, count)
      if lead.scores == nil { rests.sumOthers(order.filter { $0 != lead.state }, states, count) }
      if let whole = lead.whole {
        try runWholeLead(lead, whole, order, rests, first)
      } else if let cursor = lead.cursor {
        try runListedLead(lead, cursor, order, rests, first)
      }
    }
    withExtendedLifetime(ownTable) {}
  }

  /// Looks the batch up in all other clauses and offers what is left.
  private func judge(_ order: [Int], _ rests: RestBounds, base: UInt32) throws(FormatError) {
    let places = batch.count
    guard places > 0 else { return }
    for (place, number) in order.enumerated() where batch.count > 0 {
      try probe(
        number, before: Ceiling(values: rests[place], base: base),
        after: Ceiling(values: rests[place + 1], base: base),
        isRequired: states[number].isRequired)
    }
    try finishBatch()
    clearRows(upTo: places)
  }
}

// MARK: - The lead

/// The list that every match is in: a term's, or that of one slot of a phrase.
private struct Lead {
  /// The state whose model scores it; for a phrase's slot a bound of the phrase's score.
  let state: Int
  /// The same when it is a term's; nil when it is a phrase's.
  let scores: Int?
  let count: Int
  let cursor: UnsafeMutablePointer<TermCursor>?
  var whole: ScoredList?
}

extension FlatExecutor {
  private func chooseLead(_ table: CursorTable) throws(FormatError) -> Lead? {
    var least = Int.max
    var best: (state: Int, isTerm: Bool, list: PostingsList?)?
    for number in required {
      if states[number].phrase < 0 {
        guard states[number].docFreq < least else { continue }
        least = states[number].docFreq
        best = (number, true, states[number].cursor?.pointee.source.list)
      } else {
        for slot in matchers[states[number].phrase].slots
        where slot.cursorCount == 1 && slot.docFreq < least {
          least = slot.docFreq
          best = (number, false, slot.cursors[0].source.list)
        }
      }
    }
    guard let best else { return try mergedLead() }
    let scores = best.isTerm ? best.state : nil
    if let list = best.list, list.rangeBounds != nil {
      let cursor =
        best.isTerm
        ? states[best.state].cursor
        : table.add(TermCursor(BlockSource(list), arena: arena))
      return Lead(state: best.state, scores: scores, count: least, cursor: cursor, whole: nil)
    }
    var whole = states[best.state].whole
    if let list = best.list { whole = try states[best.state].scorer.scored(list, arena) }
    return Lead(state: best.state, scores: scores, count: least, cursor: nil, whole: whole)
  }

  /// Every slot of every required phrase has several surfaces: one slot's are merged to lead.
  private func mergedLead() throws(FormatError) -> Lead? {
    guard let number = required.first else { return nil }
    let lists = try postings.lists(states[number].clause, slot: 0)
    let whole = try states[number].scorer.scored(merging: lists, arena)
    return Lead(state: number, scores: nil, count: whole.count, cursor: nil, whole: whole)
  }

  /// Required clauses by ascending length, terms before phrases; then the others.
  private func probeOrder(after lead: Int?) -> [Int] {
    let terms = required.filter { $0 != lead && states[$0].phrase < 0 }.sorted {
      states[$0].docFreq < states[$1].docFreq
    }
    let phrases = required.filter { states[$0].phrase >= 0 }
    let others = states.indices.filter { !states[$0].isRequired }.sorted {
      states[$0].model.w > states[$1].model.w
    }
    return terms + phrases + others
  }

  /// Decodes those short lists whole that the lead will look up often enough.
  private func scoreShortLists(_ order: [Int], leadCount: Int) throws(FormatError) {
    for number in order {
      guard let cursor = states[number].cursor, cursor.pointee.source.list.rangeBounds == nil,
        cursor.pointee.source.docFreq < 32 * leadCount
      else { continue }
      states[number].whole = try states[number].scorer.scored(cursor.pointee.source.list, arena)
    }
  }
}

// MARK: - Candidates

extension FlatExecutor {
  /// A lead that is scored whole: its documents' bounds are computed at once, the best of them are
  /// judged first.
  private func runWholeLead(
    _ lead: Lead, _ whole: ScoredList, _ order: [Int], _ rests: RestBounds, _ first: Int
  ) throws(FormatError) {
    let base = UInt32(first << RangeOfDocuments.shift)
    let end = UInt32(clamping: (first + tileCount(from: first)) << RangeOfDocuments.shift)
    let slice = whole.gallop(to: base, from: 0)..<whole.gallop(to: end, from: 0)
    guard !slice.isEmpty else { return }
    let (docs, scores) = (whole.docs + slice.lowerBound, whole.scores + slice.lowerBound)
    let bounds = arena.allocate(Float.self, slice.count)
    let chosen = arena.allocate(UInt32.self, slice.count)
    let factor = Float(states[lead.state].factor) * Self.leadInflation
    lede_candidate_bounds(
      docs, scores, slice.count, factor, rests.ceilings(lead.scores == nil), base, bounds)
    try forEachBest(bounds, slice.count, chosen) { (count) throws(FormatError) in
      var next = 0
      while next < count {
        next = fillBatch(lead, docs, scores, bounds, chosen, next, count)
        try judge(order, rests, base: base)
      }
    }
  }

  /// Covers the rounding of a float sum that is compared before the one in Double.
  private static var leadInflation: Float { 1 + 0x1p-20 }

  /// Takes candidates from `chosen` until the batch is full; returns where to go on.
  private func fillBatch(
    _ lead: Lead, _ docs: UnsafePointer<UInt32>, _ scores: UnsafePointer<Float>,
    _ bounds: UnsafePointer<Float>, _ chosen: UnsafePointer<UInt32>, _ start: Int, _ count: Int
  ) -> Int {
    let factor = states[lead.state].factor
    let row = states[lead.state].row
    if lead.scores != nil { states[lead.state].isRowUsed = true }
    let least = leastBound
    var next = start
    while next < count, batch.count < PostingsList.blockSize {
      let index = Int(chosen[next])
      next += 1
      // The threshold may have risen since the candidates were chosen.
      if bounds[index] < least { continue }
      if lead.scores == nil {
        // A phrase may score less than its lead slot: nothing is known for certain yet.
        batch.append(docs[index], place: UInt32(batch.count), partial: 0)
      } else {
        row[batch.count] = scores[index]
        batch.append(
          docs[index], place: UInt32(batch.count), partial: factor * Double(scores[index]))
      }
    }
    return next
  }

  /// Chooses the candidates whose bound reaches the threshold: a few of the best first, then the rest.
  private func forEachBest(
    _ bounds: UnsafeMutablePointer<Float>, _ count: Int, _ chosen: UnsafeMutablePointer<UInt32>,
    _ body: (Int) throws(FormatError) -> Void
  ) throws(FormatError) {
    let leading = 2 * heap.capacity + 16
    if canRewind, count > 4 * leading {
      let picked = best(leading, of: bounds, count, into: chosen)
      try body(picked)
      for index in 0..<picked { bounds[Int(chosen[index])] = -.infinity }
      rewind()
    }
    try body(lede_select_floats(bounds, count, leastBound, chosen))
  }

  /// A long lead: range by range.
  private func runListedLead(
    _ lead: Lead, _ cursor: UnsafeMutablePointer<TermCursor>, _ order: [Int],
    _ rests: RestBounds, _ first: Int
  ) throws(FormatError) {
    let count = tileCount(from: first)
    let base = UInt32(first << RangeOfDocuments.shift)
    let sums = arena.allocate(Float.self, count)
    sums.update(from: rests[0], count: count)
    if lead.scores != nil {
      setBounds(lead.state, from: first, absent: -.infinity)
      lede_add_floats(sums, states[lead.state].bounds, count)
    }
    let others = rests.ceilings(lead.scores == nil)
    let size = PostingsList.blockSize
    let scores = arena.allocate(Float.self, size)
    let bounds = arena.allocate(Float.self, size)
    let chosen = arena.allocate(UInt32.self, size)
    let factor = Float(states[lead.state].factor) * Self.leadInflation
    let settle = { () throws(FormatError) in try self.judge(order, rests, base: base) }
    try forEachRange(
      sums, count, alsoRewinding: lead.scores == nil ? cursor : nil, settle: settle
    ) { (range) throws(FormatError) in
      let low = base + UInt32(range << RangeOfDocuments.shift)
      try forEachSlice(cursor, low, min(docLimit, low + UInt32(Self.rangeSize))) {
        (docs, freqs, count) throws(FormatError) in
        states[lead.state].scorer.score(docs, freqs, count, into: scores)
        lede_candidate_bounds(docs, scores, count, factor, others + range, low, bounds)
        let kept = lede_select_floats(bounds, count, leastBound, chosen)
        var next = 0
        while next < kept {
          next = fillBatch(lead, docs, scores, bounds, chosen, next, kept)
          if batch.count == PostingsList.blockSize { try settle() }
        }
      }
    }
  }
}

/// Suffix sums of the bounds of the clauses still to be looked up, by range.
private struct RestBounds {
  private let values: UnsafeMutablePointer<Float>
  private let others: UnsafeMutablePointer<Float>
  private let ranges: Int

  init(count: Int, ranges: Int, _ arena: ScratchArena) {
    self.ranges = ranges
    values = arena.allocate(repeating: Float(0), (count + 1) * ranges)
    others = arena.allocate(Float.self, ranges)
  }

  /// The bounds of the clauses from a place in the order on.
  subscript(place: Int) -> UnsafePointer<Float> { UnsafePointer(values + place * ranges) }

  /// What the clauses other than the lead's can add. A phrase's own bound is no part of it: its lead
  /// slot gives a better one by document.
  func ceilings(_ leadIsPhrase: Bool) -> UnsafePointer<Float> {
    leadIsPhrase ? UnsafePointer(others) : self[0]
  }

  func sumOthers(
    _ order: [Int], _ states: UnsafeMutableBufferPointer<ClauseState>, _ count: Int
  ) {
    others.update(repeating: 0, count: count)
    for number in order { lede_add_floats(others, states[number].bounds, count) }
  }

  func sum(_ bounds: [UnsafePointer<Float>], _ count: Int) {
    for place in bounds.indices.reversed() {
      let row = values + place * ranges
      row.update(from: row + ranges, count: count)
      lede_add_floats(row, bounds[place], count)
    }
  }
}
