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
    let meeting = meeting(order)
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
      guard let cursor = states[number].cursor else { continue }
      let list = cursor.pointee.source.list
      guard list.docFreq < (list.rangeBounds == nil ? 32 : 2) * leadCount else { continue }
      states[number].whole = try states[number].scorer.scored(cursor.pointee.source.list, arena)
    }
  }
}
