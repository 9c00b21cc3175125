import CLedeKernels
import LedeCodecs

/// Documents that hold every required clause: what the short lists share leads, or ranges do where every
/// list is frequent.
///
/// Score first: a document of the lead is looked up elsewhere only while its own score and the other
/// clauses' bounds in its range together reach the threshold.
extension FlatExecutor {
  func runConjunction() throws(FormatError) {
    guard let lead = try chooseLead() else { return }
    let order = probeOrder(lead)
    guard let list = lead.list else {
      try scoreShortLists(order, leadCount: lead.leastRanged)
      return try runTiles(order)
    }
    if list.count <= Self.fewDocuments { return try runFew(list, order) }
    if order.isEmpty {
      let nothing = Ceiling(0, arena)
      let start = ScoredList.gallop(list.docs, list.count, to: firstDoc, from: 0)
      return try judge(list, start..<list.count, nothing, requiring: ArenaList()) {
        () throws(FormatError) in
        try judge(order) { _ in nothing }
      }
    }
    try scoreShortLists(order, leadCount: list.count)
    try runTiles(order, lead, list)
  }

  /// Documents of the lead up to which no bounds are worth making: each takes a look-up a clause of 20 ns,
  /// bounds a microsecond or two.
  private static var fewDocuments: Int { 96 }

  private func runFew(_ list: LeadList, _ order: ArenaList<Int>) throws(FormatError) {
    for place in ScoredList.gallop(list.docs, list.count, to: firstDoc, from: 0)..<list.count {
      leadPlaces[batch.count] = UInt32(truncatingIfNeeded: place)
      batch.append(
        list.docs[place], place: UInt32(truncatingIfNeeded: batch.count), partial: 0)
    }
    for number in list.members { addMember(number) }
    let unlimited = Ceiling(.infinity, arena)
    try judge(order) { _ in unlimited }
  }

  /// A list leads.
  private func runTiles(_ order: ArenaList<Int>, _ lead: Lead, _ list: LeadList) throws(FormatError)
  {
    let lists = rangedLists()
    for number in order where states[number].whole != nil { states[number].isFine = true }
    for first in tiles {
      setBounds(order, from: first)
      let base = UInt32(first << RangeOfDocuments.shift)
      let rests = RestBounds(order, states, tileCount(from: first), arena)
      var ceiling = rests.ceiling(0, base)
      if !lead.bounded.isEmpty {
        // The lead bounds a phrase by document, better than the phrase's own bounds.
        var others = ArenaList<Int>(capacity: order.count, arena)
        for number in order where !lead.bounded.contains(number) { others.append(number, arena) }
        ceiling = RestBounds(others, states, tileCount(from: first), arena).ceiling(0, base)
      }
      try judge(list, slice(list, first), ceiling, requiring: lists) { () throws(FormatError) in
        try judge(order) { rests.ceiling($0, base) }
      }
    }
  }

  /// Judges the documents of a list in a tile.
  private func judge(
    _ list: LeadList, _ slice: Range<Int>, _ ceiling: Ceiling,
    requiring lists: ArenaList<UnsafePointer<lede_ranged>>, judge: () throws(FormatError) -> Void
  ) throws(FormatError) {
    guard let candidates = candidates(of: list, slice, ceiling),
      try judgeBest(of: candidates, requiring: lists, judge: judge)
    else { return }
    rewind()
    try judgeRest(of: candidates, requiring: lists, judge: judge)
  }

  /// Every required list is frequent: ranges lead.
  private func runTiles(_ order: ArenaList<Int>) throws(FormatError) {
    let meeting = meeting()
    for first in tiles {
      setBounds(order, from: first)
      let rests = RestBounds(order, states, tileCount(from: first), arena)
      try runRanges(meeting, order, rests, first)
    }
  }

  private func setBounds(_ order: ArenaList<Int>, from first: Int) {
    for number in order {
      setBounds(number, from: first, absent: states[number].isRequired ? -.infinity : 0)
    }
  }

  /// Looks the batch up in the clauses of an order, from a place on, and offers what is left.
  ///
  /// - Parameters:
  ///   - isStale: whether the threshold may have risen since the batch was chosen.
  ///   - ceiling: bounds of the clauses from a place in the order on.
  func judge(
    _ order: ArenaList<Int>, from start: Int = 0, isStale: Bool = false, _ ceiling: (Int) -> Ceiling
  ) throws(FormatError) {
    // Before any is dropped: who is left keeps its place in the rows.
    let places = batch.count
    guard places > 0 else { return }
    if isStale { keepPromising(ceiling(start)) }
    for place in start..<order.count where batch.count > 0 {
      let number = order[place]
      try probe(number, after: ceiling(place + 1), isRequired: states[number].isRequired)
    }
    try finishBatch()
    clearRows(upTo: places)
  }

  /// Required clauses by ascending length, terms before phrases; then the others. What the lead tells all
  /// about is left out.
  private func probeOrder(_ lead: Lead) -> ArenaList<Int> {
    var order = ArenaList<Int>(capacity: states.count, arena)
    for number in required
    where states[number].phrase < 0 && lead.list?.members.contains(number) != true {
      order.append(number, arena)
    }
    order.sort { states[$0].docFreq < states[$1].docFreq }
    for number in required where states[number].phrase >= 0 { order.append(number, arena) }
    let others = order.count
    for number in states.indices where !states[number].isRequired { order.append(number, arena) }
    order.sort(from: others) { states[$0].model.w > states[$1].model.w }
    return order
  }

  /// Decodes those short lists whole that the lead will look up often enough.
  private func scoreShortLists(_ order: ArenaList<Int>, leadCount: Int) throws(FormatError) {
    for number in order {
      guard let cursor = states[number].cursor, cursor.pointee.source.list.rangeBounds == nil,
        cursor.pointee.source.docFreq < 32 * leadCount
      else { continue }
      states[number].whole = try states[number].scorer.scored(cursor.pointee.source.list, arena)
    }
  }
}

// MARK: - Ranges that lead

/// Frequent lists that meet range by range, and the documents that they share. Memory lies in the arena.
private struct Meeting {
  let lists: UnsafeMutablePointer<UnsafePointer<lede_ranged>?>
  let count: Int
  /// By list, the places of the pending documents in it; nil for those behind the first LEDE_MET_PLACES.
  let places: UnsafeMutablePointer<UnsafeMutablePointer<UInt32>?>
  let pending: PendingDocs
}

extension FlatExecutor {
  /// Documents that are shared from which on they are judged: the threshold rises meanwhile.
  private static var mostPending: Int { 32 }

  private func meeting() -> Meeting {
    let lists = rangedLists()
    let meeting = Meeting(
      lists: arena.allocate(UnsafePointer<lede_ranged>?.self, lists.count), count: lists.count,
      places: arena.allocate(repeating: nil, lists.count), pending: PendingDocs(arena))
    for (number, list) in lists.enumerated() {
      meeting.lists[number] = list
      guard number < LEDE_MET_PLACES else { continue }
      let places = arena.allocate(UInt32.self, PendingDocs.room)
      meeting.places[number] = places
      for state in required where states[state].ranged == list { states[state].met = places }
    }
    return meeting
  }

  /// A frequent lead: range by range, the documents that hold every frequent term are the batch.
  private func runRanges(
    _ meeting: Meeting, _ order: ArenaList<Int>, _ rests: RestBounds, _ first: Int
  ) throws(FormatError) {
    let count = tileCount(from: first)
    let base = UInt32(first << RangeOfDocuments.shift)
    let sums = arena.allocate(Float.self, count)
    sums.update(from: rests.ceiling(0, base).coarse, count: count)
    let judged = max(0, Int(firstDoc >> RangeOfDocuments.shift) - first)
    sums.update(repeating: -.infinity, count: min(count, judged))
    let pending = meeting.pending
    let settle = { () throws(FormatError) in
      try self.judge(pending, order, from: 0, rests, base)
    }
    try forEachTurn(sums, count, settle: settle) { (chosen, picked) throws(FormatError) in
      var done = 0
      while done < picked {
        var ranges = lede_met_ranges(
          numbers: chosen + done, count: picked - done, first: UInt32(truncatingIfNeeded: first),
          bounds: sums, least: leastBound)
        var next = 0
        pending.count += try checked(
          lede_ranged_meet_chosen(
            &ranges, meeting.lists, meeting.count, Self.mostPending - pending.count, &next,
            pending.docs + pending.count, meeting.places, pending.count))
        done += next
        if pending.count >= Self.mostPending { try settle() }
      }
    }
  }

  /// The ranged lists that every match is in, shortest first.
  private func rangedLists() -> ArenaList<UnsafePointer<lede_ranged>> {
    var lists = ArenaList<(docFreq: Int, list: UnsafePointer<lede_ranged>)>()
    for number in required {
      if let ranged = states[number].ranged {
        lists.append((states[number].docFreq, ranged), arena)
      } else if states[number].phrase >= 0 {
        for slot in matchers[states[number].phrase].slots where slot.cursorCount == 1 {
          guard let ranged = slot.cursors[0].source.list.ranged else { continue }
          lists.append(
            (slot.docFreq, UnsafePointer(arena.allocate(repeating: ranged, 1))), arena)
        }
      }
    }
    lists.sort { $0.docFreq < $1.docFreq }
    var sorted = ArenaList<UnsafePointer<lede_ranged>>(capacity: lists.count, arena)
    for (_, list) in lists { sorted.append(list, arena) }
    return sorted
  }
}
