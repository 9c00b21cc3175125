import CLedeKernels
import LedeCodecs

/// Frequent lists that meet range by range, and the documents that they share. Memory lies in the arena.
struct Meeting {
  let lists: UnsafeMutablePointer<UnsafePointer<lede_ranged>?>
  let count: Int
  /// By list, the places of the pending documents in it; nil for those behind the first LEDE_MET_PLACES.
  let places: UnsafeMutablePointer<UnsafeMutablePointer<UInt32>?>
  let pending: PendingDocs
  /// All terms, required ones first, where there are optional ones: of documents that hold what is required only
  /// those are judged that hold enough of the others.
  let reach: lede_reach?
}

extension FlatExecutor {
  /// Documents that are shared from which on they are judged: the threshold rises meanwhile.
  private static var mostPending: Int { 32 }

  func meeting(_ order: ArenaList<Int>) -> Meeting {
    let reach = reach(order)
    // What reaches tells of all lists.
    let lists = reach == nil ? rangedLists() : ArenaList()
    let meeting = Meeting(
      lists: arena.allocate(UnsafePointer<lede_ranged>?.self, lists.count), count: lists.count,
      places: arena.allocate(repeating: nil, lists.count), pending: PendingDocs(arena),
      reach: reach)
    for (number, list) in lists.enumerated() {
      meeting.lists[number] = list
      guard number < LEDE_MET_PLACES else { continue }
      let places = arena.allocate(UInt32.self, PendingDocs.room)
      meeting.places[number] = places
      for state in required where states[state].ranged == list { states[state].met = places }
    }
    return meeting
  }

  /// Nil where nothing is optional, or a clause is a phrase: what documents hold it is not known beforehand.
  private func reach(_ order: ArenaList<Int>) -> lede_reach? {
    guard order.contains(where: { !states[$0].isRequired }),
      order.allSatisfy({ states[$0].ranged != nil || states[$0].whole != nil })
    else { return nil }
    let terms = arena.allocate(lede_ranged_term.self, states.count)
    let numbers = arena.allocate(Int.self, order.count)
    for (place, number) in order.enumerated() {
      (numbers + place).initialize(to: number)
      (terms + number).initialize(to: states[number].term(ofRanges: rangeCount, arena))
    }
    return lede_reach(
      terms: terms, numbers: numbers, count: order.count, first: 0, doc_count: docLimit)
  }

  /// A frequent lead: range by range, the documents that hold every frequent term are the batch.
  func runRanges(
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
        done += try meet(meeting, first, chosen + done, picked - done, sums)
        try settle()
      }
    }
  }

  /// Makes documents of some ranges the pending ones, until there are enough; returns how many of the ranges are done.
  private func meet(
    _ meeting: Meeting, _ first: Int, _ chosen: UnsafePointer<UInt32>, _ count: Int,
    _ bounds: UnsafePointer<Float>
  ) throws(FormatError) -> Int {
    let (pending, first) = (meeting.pending, UInt32(truncatingIfNeeded: first))
    var next = 0
    if var reach = meeting.reach {
      reach.first = first
      pending.count = try checked(
        lede_ranged_reach(&reach, chosen, count, cut, Self.rangeSize, &next, pending.docs))
    } else {
      var ranges = lede_met_ranges(
        numbers: chosen, count: count, first: first, bounds: bounds, least: leastBound)
      pending.count = try checked(
        lede_ranged_meet_chosen(
          &ranges, meeting.lists, meeting.count, Self.mostPending, &next, pending.docs,
          meeting.places))
    }
    return next
  }

  /// The ranged lists that every match is in, shortest first.
  func rangedLists() -> ArenaList<UnsafePointer<lede_ranged>> {
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
