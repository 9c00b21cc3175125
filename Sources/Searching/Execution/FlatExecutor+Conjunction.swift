import CLedeKernels
import LedeCodecs

/// Documents that hold every required clause: the rarest list leads.
///
/// Score first: a document of the lead is looked up elsewhere only while its own score and the other
/// clauses' bounds in its range together reach the threshold.
extension FlatExecutor {
  func runConjunction() throws(FormatError) {
    guard let lead = try chooseLead() else { return }
    let order = probeOrder(lead)
    try scoreShortLists(order, leadCount: lead.count)
    let lists = lead.whole == nil ? [] : rangedLists()
    for number in order where lead.whole != nil && states[number].whole != nil {
      states[number].isFine = true
    }
    for first in tiles {
      let count = tileCount(from: first)
      for number in order {
        setBounds(number, from: first, absent: states[number].isRequired ? -.infinity : 0)
      }
      let rests = RestBounds(order, states, count, arena)
      if let whole = lead.whole {
        try runWholeLead(lead, whole, order, rests, lists, first)
      } else {
        try runRangedLead(order, rests, first)
      }
    }
  }

  /// Looks the batch up in all other clauses and offers what is left.
  private func judge(_ order: [Int], _ rests: RestBounds, base: UInt32) throws(FormatError) {
    let places = batch.count
    guard places > 0 else { return }
    for (place, number) in order.enumerated() where batch.count > 0 {
      try probe(
        number, before: rests.ceiling(place, base), after: rests.ceiling(place + 1, base),
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
  /// Every posting, unless the list is ranged.
  var whole: ScoredList?
}

extension FlatExecutor {
  private func chooseLead() throws(FormatError) -> Lead? {
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
    if best.isTerm ? states[best.state].ranged != nil : best.list?.isRanged == true {
      return Lead(state: best.state, scores: scores, count: least, whole: nil)
    }
    var whole = states[best.state].whole
    if let list = best.list {
      let scored = try states[best.state].scorer.scored(list, arena)
      if !best.isTerm { lead(states[best.state].phrase, by: scored) }
      whole = scored
    }
    return Lead(state: best.state, scores: scores, count: least, whole: whole)
  }

  /// A phrase need not look its rarest slot up: every candidate is one of that list.
  private func lead(_ phrase: Int, by list: ScoredList) {
    guard let direct = matchers[phrase].direct else { return }
    direct.lead(by: list)
    leadPlaces = arena.allocate(UInt32.self, Self.rangeSize)
  }

  /// Every slot of every required phrase has several surfaces: one slot's are merged to lead.
  private func mergedLead() throws(FormatError) -> Lead? {
    guard let number = required.first else { return nil }
    let lists = try postings.lists(states[number].clause, slot: 0)
    let whole = try states[number].scorer.scored(merging: lists, arena)
    return Lead(state: number, scores: nil, count: whole.count, whole: whole)
  }

  /// Required clauses by ascending length, terms before phrases; then the others. A lead that is scored
  /// whole is known already.
  private func probeOrder(_ lead: Lead) -> [Int] {
    let known = lead.whole == nil ? nil : lead.scores
    let terms = required.filter { $0 != known && states[$0].phrase < 0 }.sorted {
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
  private func runWholeLead(
    _ lead: Lead, _ whole: ScoredList, _ order: [Int], _ rests: RestBounds,
    _ lists: [UnsafePointer<lede_ranged>], _ first: Int
  ) throws(FormatError) {
    let base = UInt32(first << RangeOfDocuments.shift)
    var ceiling = rests.ceiling(0, base)
    if lead.scores == nil {
      // The lead slot of a phrase bounds it by document, better than the phrase's own bound.
      let others = order.filter { $0 != lead.state }
      ceiling = RestBounds(others, states, tileCount(from: first), arena).ceiling(0, base)
    }
    try runWhole(
      lead.state, isScore: lead.scores != nil, whole, ceiling, requiring: lists, first
    ) { () throws(FormatError) in try judge(order, rests, base: base) }
  }

  /// A list that is scored whole: its documents' bounds are computed at once, the best of them are
  /// judged first.
  ///
  /// - Parameters:
  ///   - number: its state.
  ///   - isScore: whether its scores are part of a document's; else they only bound it.
  ///   - ceiling: what else a document may get.
  ///   - lists: those that every match is in.
  ///   - judge: takes the batch.
  func runWhole(
    _ number: Int, isScore: Bool, _ whole: ScoredList, _ ceiling: Ceiling,
    requiring lists: [UnsafePointer<lede_ranged>], _ first: Int,
    judge: () throws(FormatError) -> Void
  ) throws(FormatError) {
    let base = UInt32(first << RangeOfDocuments.shift)
    let end = UInt32(clamping: (first + tileCount(from: first)) << RangeOfDocuments.shift)
    let slice = whole.gallop(to: base, from: 0)..<whole.gallop(to: end, from: 0)
    guard !slice.isEmpty else { return }
    let (docs, scores) = (whole.docs + slice.lowerBound, whole.scores + slice.lowerBound)
    let bounds = arena.allocate(Float.self, slice.count)
    let chosen = arena.allocate(UInt32.self, slice.count)
    let factor = Float(states[number].factor) * Self.leadInflation
    lede_candidate_bounds(
      docs, scores, slice.count, factor, ceiling.coarse, ceiling.fine, base, bounds)
    try forEachBest(bounds, slice.count, chosen) { (count) throws(FormatError) in
      var count = count
      // Whether it is there at all is cheaper to see than what it scores there.
      for list in lists where count > 0 {
        count = try checked(lede_ranged_filter_chosen(list, docs, chosen, count))
      }
      var next = 0
      while next < count {
        next = fillBatch(
          number, isScore, docs, scores, bounds, chosen, next, count, from: slice.lowerBound)
        try judge()
      }
    }
  }

  /// Covers the rounding of a float sum that is compared before the one in Double.
  private static var leadInflation: Float { 1 + 0x1p-20 }

  /// Takes candidates from `chosen`, places in the list from `first` on, until the batch is full;
  /// returns where to go on.
  private func fillBatch(
    _ number: Int, _ isScore: Bool, _ docs: UnsafePointer<UInt32>, _ scores: UnsafePointer<Float>,
    _ bounds: UnsafePointer<Float>, _ chosen: UnsafePointer<UInt32>, _ start: Int, _ count: Int,
    from first: Int
  ) -> Int {
    let factor = states[number].factor
    let row = states[number].row
    if isScore { states[number].isRowUsed = true }
    let least = leastBound
    var next = start
    while next < count, batch.count < Self.batchSize {
      let index = Int(chosen[next])
      next += 1
      // The threshold may have risen since the candidates were chosen.
      if bounds[index] < least { continue }
      if !isScore {
        leadPlaces?[batch.count] = UInt32(truncatingIfNeeded: first + index)
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
    if count > 4 * leading {
      let picked = best(leading, of: bounds, count, into: chosen)
      try body(picked)
      for index in 0..<picked { bounds[Int(chosen[index])] = -.infinity }
      rewind()
    }
    try body(lede_select_floats(bounds, count, leastBound, chosen))
  }

  /// A frequent lead: range by range, the documents that hold every frequent term are the batch.
  private func runRangedLead(
    _ order: [Int], _ rests: RestBounds, _ first: Int
  ) throws(FormatError) {
    let count = tileCount(from: first)
    let base = UInt32(first << RangeOfDocuments.shift)
    let sums = arena.allocate(Float.self, count)
    sums.update(from: rests.ceiling(0, base).coarse, count: count)
    let lists = rangedLists()
    let bits = arena.allocate(UInt64.self, Self.rangeSize / 64)
    let docs = arena.allocate(UInt32.self, Self.rangeSize)
    let settle = { () throws(FormatError) in try self.judge(order, rests, base: base) }
    try forEachRange(sums, count, from: first, settle: settle) { (range) throws(FormatError) in
      let range = UInt32(truncatingIfNeeded: first + range)
      _ = try checked(lede_ranged_bits(lists[0], range, bits))
      for list in lists.dropFirst() {
        if try checked(lede_ranged_and(list, range, bits)) == 0 { return }
      }
      let found = lede_range_docs(bits, range, docs)
      if batch.count + found > Self.rangeSize { try settle() }
      for index in 0..<found {
        batch.append(docs[index], place: UInt32(truncatingIfNeeded: batch.count), partial: 0)
      }
      if batch.count >= Self.batchSize / 4 { try settle() }
    }
  }

  /// The ranged lists that every match is in, shortest first.
  private func rangedLists() -> [UnsafePointer<lede_ranged>] {
    var lists: [(docFreq: Int, list: UnsafePointer<lede_ranged>)] = []
    for number in required {
      if let ranged = states[number].ranged {
        lists.append((states[number].docFreq, ranged))
      } else if states[number].phrase >= 0 {
        for slot in matchers[states[number].phrase].slots where slot.cursorCount == 1 {
          guard let ranged = slot.cursors[0].source.list.ranged else { continue }
          lists.append((slot.docFreq, UnsafePointer(arena.allocate(repeating: ranged, 1))))
        }
      }
    }
    return lists.sorted { $0.docFreq < $1.docFreq }.map(\.list)
  }
}
