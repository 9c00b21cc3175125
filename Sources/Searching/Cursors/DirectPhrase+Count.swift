import CLedeKernels
import LedeCodecs

/// All documents of a phrase.
extension DirectPhrase {
  /// Takes some of them, ascending, and how often the phrase occurs in each.
  typealias Body = (
    UnsafePointer<UInt32>, _ freqs: UnsafePointer<UInt32>, _ count: Int
  ) throws(FormatError) -> Void

  /// Documents that are met at once.
  private static var batchSize: Int { 256 }
  /// Documents of the lead, of which it is quickly told whether frequent slots hold them, for each that may
  /// have its positions read.
  private static var leadPerMatch: Int { 16 }

  /// In how many documents the phrase occurs.
  func matchCount() throws(FormatError) -> Int {
    var total = 0
    _ = try forEachMatch { _, _, count in total += count }
    return total
  }

  /// Hands out the documents in which the phrase occurs, some at a time.
  ///
  /// - Parameter limit: how many documents may have their positions read; nil for any number.
  /// - Returns: false where more documents than that hold all slots, or may; then nothing was handed out.
  func forEachMatch(limit: Int? = nil, _ body: Body) throws(FormatError) -> Bool {
    if let lead = slots[0].ranged {
      guard limit == nil else { return false }
      try forEachMatch(lead, body)
      return true
    }
    let lead = try meetShortSlots()
    let most = limit ?? .max
    guard lead.count / (shortCount < slots.count ? Self.leadPerMatch : 1) <= most else {
      return false
    }
    let room = Self.batchSize + (limit ?? 0)
    let chosen = arena.allocate(UInt32.self, room)
    let batch = arena.allocate(UInt32.self, room)
    // With a limit all are chosen before any is read.
    var chosenCount = 0
    if limit == nil { try self.lead(by: lead) }
    for start in stride(from: 0, to: lead.count, by: Self.batchSize) {
      let end = min(lead.count, start + Self.batchSize)
      chosenCount += try choose(start..<end, of: lead, into: chosen + chosenCount)
      if limit == nil {
        try match(lead, chosen, chosenCount, batch, body)
        chosenCount = 0
      } else if chosenCount > most {
        return false
      }
    }
    if limit != nil, chosenCount > 0 { try self.lead(by: lead) }
    try match(lead, chosen, chosenCount, batch, body)
    return true
  }

  /// The places of those documents of the lead that all frequent slots hold; returns how many.
  private func choose(
    _ places: Range<Int>, of lead: SharedDocs, into chosen: UnsafeMutablePointer<UInt32>
  ) throws(FormatError) -> Int {
    var count = places.count
    for index in 0..<count {
      chosen[index] = UInt32(truncatingIfNeeded: places.lowerBound + index)
    }
    for place in shortCount..<slots.count where count > 0 {
      guard let list = slots[place].ranged else { continue }
      count = try checked(lede_ranged_filter_chosen(list, lead.docs, chosen, count))
    }
    return count
  }

  private func match(
    _ lead: SharedDocs, _ chosen: UnsafePointer<UInt32>, _ count: Int,
    _ batch: UnsafeMutablePointer<UInt32>, _ body: Body
  ) throws(FormatError) {
    for index in 0..<count { batch[index] = lead.docs[Int(chosen[index])] }
    try match(batch, count, leadPlaces: chosen, body)
  }

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
    _ lead: UnsafePointer<lede_ranged>, _ body: Body
  ) throws(FormatError) {
    let lists = arena.allocate(UnsafePointer<lede_ranged>?.self, slots.count)
    for place in slots.indices { lists[place] = slots[place].ranged }
    let batch = arena.allocate(UInt32.self, Self.batchSize + Int(LEDE_MET_ROOM))
    var count = 0
    let ranges = (UInt64(lead.pointee.doc_count) + 511) >> UInt64(PostingsList.rangeShift)
    for range in 0..<UInt32(truncatingIfNeeded: ranges) where lead.pointee.codes[Int(range)] > 0 {
      count += try checked(lede_ranged_meet(lists, slots.count, range, batch + count))
      if count >= Self.batchSize {
        try match(batch, count, body)
        count = 0
      }
    }
    try match(batch, count, body)
  }

  /// Hands out those of some documents in which the phrase occurs.
  private func match(
    _ batch: UnsafeMutablePointer<UInt32>, _ count: Int, leadPlaces: UnsafePointer<UInt32>? = nil,
    _ body: Body
  ) throws(FormatError) {
    guard count > 0 else { return }
    let held = try intersect(batch, count, leadPlaces: leadPlaces, wantsAll: true)
    guard held > 0 else { return }
    let numbers = slots[0].numbers
    for number in 0..<held { numbers[number] = UInt32(truncatingIfNeeded: number) }
    try frequencies(numbers, held, into: least)
    var kept = 0
    for number in 0..<held {
      (docs[kept], least[kept]) = (docs[number], least[number])
      kept += least[kept] > 0 ? 1 : 0
    }
    if kept > 0 { try body(docs, least, kept) }
  }

  private func checked(_ count: Int) throws(FormatError) -> Int {
    guard count < PostingsList.damaged else { throw damage.corruptCount }
    return count
  }
}
