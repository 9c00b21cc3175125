import CLedeKernels
import LedeCodecs

/// All documents of a phrase.
extension DirectPhrase {
  /// Takes some of them, ascending, how often the phrase occurs in each, and the share of all candidates that
  /// was looked at or passed by then. Whether it wants more.
  typealias Body = (
    UnsafePointer<UInt32>, _ freqs: UnsafePointer<UInt32>, _ count: Int, _ share: Double
  ) throws(FormatError) -> Bool

  /// Documents that are met at once.
  static var batchSize: Int { 256 }
  /// Documents that are looked at together, at most.
  static var mostAtOnce: Int { orderedSize + batchSize + Int(LEDE_MET_ROOM) }

  /// In how many documents the phrase occurs.
  func matchCount() throws(FormatError) -> Int {
    var total = 0
    _ = try forEachMatch(sieve: OpenSieve()) { (_, _, count, _) in
      total += count
      return true
    }
    return total
  }

  /// Hands out the documents in which the phrase occurs, some at a time.
  ///
  /// - Parameters:
  ///   - firstSize: documents that are met first of all, about.
  ///   - sieve: says which documents matter.
  /// - Returns: the first document that was not looked at; nil where all were.
  func forEachMatch(
    firstSize: Int = .max, sieve: some PhraseSieve, _ body: Body
  ) throws(FormatError) -> UInt32? {
    let firstSize = min(firstSize, Self.batchSize)
    if let lead = slots[0].ranged { return try forEachMatch(lead, firstSize, sieve, body) }
    let lead = try meetShortSlots()
    try self.lead(by: lead)
    let isOrderable = isOrderable && !sieve.isOpen
    let room = isOrderable ? Self.mostAtOnce : Self.batchSize
    let chosen = arena.allocate(UInt32.self, room)
    let batch = arena.allocate(UInt32.self, room)
    var end = 0
    while end < lead.count {
      let wanted = isOrderable ? sieve.wanted : 0
      var count = 0
      repeat {
        let start = end
        end = min(lead.count, start + (start == 0 ? firstSize : Self.batchSize))
        count += try choose(start..<end, of: lead, sieve, into: chosen + count)
      } while count < Self.orderedSize(wanted) && end < lead.count
      for index in 0..<count { batch[index] = lead.docs[Int(chosen[index])] }
      let share = Double(end) / Double(lead.count)
      guard
        try match(batch, count, leadPlaces: chosen, inOrder: wanted > 0, share, sieve, body)
      else { return end < lead.count ? lead.docs[end] : nil }
    }
    return nil
  }

  /// The places of those documents of the lead that are chosen and that frequent slots hold; returns how many.
  private func choose(
    _ places: Range<Int>, of lead: SharedDocs, _ sieve: some PhraseSieve,
    into chosen: UnsafeMutablePointer<UInt32>
  ) throws(FormatError) -> Int {
    var count = places.count
    chosen.number(count)
    if !sieve.isOpen {
      reserve(count)
      least.update(repeating: .max, count: count)
      for place in 0..<ledCount { slots[place].lessen(least, by: places) }
      count = sieve.choose(lead.docs + places.lowerBound, least, count, chosen) ?? count
    }
    let first = UInt32(truncatingIfNeeded: places.lowerBound)
    for index in 0..<count { chosen[index] &+= first }
    let leastCode = sieve.leastCode
    for place in shortCount..<slots.count where count > 0 {
      guard let list = slots[place].ranged,
        !isCommon(slots[place].list.docFreq, list.pointee.doc_count)
      else { continue }
      count = pass(leastCode, list, lead, chosen, count)
      count = try checked(lede_ranged_filter_chosen(list, lead.docs, chosen, count))
    }
    return count
  }

  /// Keeps the places of documents in ranges whose code in a list is high enough; returns how many.
  private func pass(
    _ leastCode: UInt8, _ list: UnsafePointer<lede_ranged>, _ lead: SharedDocs,
    _ chosen: UnsafeMutablePointer<UInt32>, _ count: Int
  ) -> Int {
    guard leastCode > 1, let codes = list.pointee.codes else { return count }
    let (docs, shift) = (lead.docs, UInt32(PostingsList.rangeShift))
    var kept = 0
    for index in 0..<count {
      let place = chosen[index]
      chosen[kept] = place
      // Safe: a list has a code for each range of the segment.
      kept &+= codes[Int(docs[Int(place)] >> shift)] >= leastCode ? 1 : 0
    }
    return kept
  }

  /// Whether a word is in so many documents that to look which of them lack it costs more than to find that out
  /// with its positions.
  private func isCommon(_ docFreq: Int, _ docCount: UInt32) -> Bool { 2 * docFreq > Int(docCount) }

  /// Meets the slots that are not frequent with each other.
  private func meetShortSlots() throws(FormatError) -> SharedDocs {
    var shared = SharedDocs(try slots[0].docs(arena), most: slots.count, arena: arena)
    for place in 1..<max(1, shortCount) where shared.count > 0 {
      shared.meet(try slots[place].docs(arena))
    }
    return shared
  }

  /// Has the slots that met lead.
  private func lead(by shared: SharedDocs) throws(FormatError) {
    beginLead()
    guard shared.count > 0 else { return }
    for place in 0..<shared.listCount {
      let places = shared.places(in: place)
      lead(
        by: try slots[place].docs(arena),
        try arena.freqs(of: slots[place].list, at: places, shared.count), at: places)
    }
  }

  /// Where every slot is frequent: range by range, the documents that are in all.
  private func forEachMatch(
    _ lead: UnsafePointer<lede_ranged>, _ firstSize: Int, _ sieve: some PhraseSieve, _ body: Body
  ) throws(FormatError) -> UInt32? {
    let lists = arena.allocate(UnsafePointer<lede_ranged>?.self, slots.count)
    for place in slots.indices { lists[place] = slots[place].ranged }
    let met = metCount(lead.pointee.doc_count)
    let isOrderable = isOrderable && !sieve.isOpen
    let batch = arena.allocate(UInt32.self, Self.mostAtOnce)
    let shift = UInt64(PostingsList.rangeShift)
    let ranges = UInt32((UInt64(lead.pointee.doc_count) + (1 << shift) - 1) >> shift)
    var (range, size) = (0 as UInt32, firstSize)
    while range < ranges {
      let wanted = isOrderable ? sieve.wanted : 0
      size = max(size, Self.orderedSize(wanted))
      let count = try checked(
        lede_ranged_meet_ranges(
          lists, met, sieve.leastCode, &range, ranges, size, batch))
      let share = Double(range) / Double(ranges)
      guard try match(batch, count, inOrder: wanted > 0, share, sieve, body) else {
        return range < ranges ? range << UInt32(shift) : nil
      }
      size = Self.batchSize
    }
    return nil
  }

  /// How many of the rarest slots are met range by range: where these leave few documents of a range, two and more,
  /// without what nearly every document holds.
  private func metCount(_ docCount: UInt32) -> Int {
    let count = slots.prefix { !isCommon($0.list.docFreq, docCount) }.count
    let areFew = Self.sharesOfFew * slots[0].list.docFreq < Int(docCount)
    return count < 2 || !areFew ? slots.count : count
  }

  /// A word is in few documents of a range that is in less than one in so many: 21 of 512.
  private static var sharesOfFew: Int { 24 }

  /// Hands out those of some documents in which the phrase occurs.
  private func match(
    _ batch: UnsafeMutablePointer<UInt32>, _ count: Int, leadPlaces: UnsafePointer<UInt32>? = nil,
    inOrder: Bool, _ share: Double, _ sieve: some PhraseSieve, _ body: Body
  ) throws(FormatError) -> Bool {
    guard count > 0 else { return true }
    guard !inOrder else {
      return try matchInOrder(batch, count, leadPlaces: leadPlaces, share, sieve, body)
    }
    let held = try intersect(
      batch, count, leadPlaces: leadPlaces, wantsAll: true, sieve: sieve)
    let numbers = slots[0].numbers
    numbers.number(held)
    try frequencies(numbers, held, into: least)
    let (docs, freqs) = (docs, least)
    var kept = 0
    for number in 0..<held {
      // Read before it is written: no document waits for the one before.
      let freq = freqs[number]
      (docs[kept], freqs[kept]) = (docs[number], freq)
      kept &+= freq > 0 ? 1 : 0
    }
    return kept == 0 ? true : try body(docs, freqs, kept, share)
  }

  private func checked(_ count: Int) throws(FormatError) -> Int {
    guard count < PostingsList.damaged else { throw damage.corruptCount }
    return count
  }
}
