import CLedeKernels
import LedeCodecs

/// Counting the documents of a phrase.
extension DirectPhrase {
  /// Documents that are met at once.
  private static var batchSize: Int { 256 }

  /// In how many documents the phrase occurs.
  func matchCount() throws(FormatError) -> Int {
    let batch = arena.allocate(UInt32.self, Self.batchSize + PostingsList.blockSize)
    if let lead = slots[0].ranged { return try matchCount(lead, batch) }
    let lead = try leadByShortSlots()
    let chosen = arena.allocate(UInt32.self, Self.batchSize)
    var total = 0
    for start in stride(from: 0, to: lead.count, by: Self.batchSize) {
      var count = min(Self.batchSize, lead.count - start)
      for index in 0..<count { chosen[index] = UInt32(truncatingIfNeeded: start + index) }
      for place in ledCount..<slots.count where count > 0 {
        guard let list = slots[place].ranged else { continue }
        count = try checked(lede_ranged_filter_chosen(list, lead.docs, chosen, count))
      }
      for index in 0..<count { batch[index] = lead.docs[Int(chosen[index])] }
      total += try matchCount(batch, count, leadPlaces: chosen)
    }
    return total
  }

  /// Meets the slots that are not frequent with each other: they lead.
  private func leadByShortSlots() throws(FormatError) -> SharedDocs {
    var lists: [UnsafeMutableBufferPointer<UInt32>] = [try arena.docs(of: slots[0].list)]
    var shared = SharedDocs(lists[0], most: slots.count, arena: arena)
    for place in 1..<max(1, shortCount) {
      lists.append(try arena.docs(of: slots[place].list))
      shared.meet(lists[place])
    }
    beginLead()
    for (place, docs) in lists.enumerated() {
      let places = shared.places(in: place)
      lead(by: docs, try arena.freqs(of: slots[place].list, at: places, shared.count), at: places)
    }
    return shared
  }

  /// Where every slot is frequent: range by range, the documents that are in all.
  private func matchCount(
    _ lead: UnsafePointer<lede_ranged>, _ batch: UnsafeMutablePointer<UInt32>
  ) throws(FormatError) -> Int {
    let bits = arena.allocate(UInt64.self, PostingsList.blockSize / 64)
    var (total, count) = (0, 0)
    let ranges = (UInt64(lead.pointee.doc_count) + 511) >> UInt64(PostingsList.rangeShift)
    for range in 0..<UInt32(truncatingIfNeeded: ranges) where lead.pointee.codes[Int(range)] > 0 {
      guard try holders(of: range, bits) else { continue }
      count += lede_range_docs(bits, range, batch + count)
      if count >= Self.batchSize {
        total += try matchCount(batch, count)
        count = 0
      }
    }
    return total + (try matchCount(batch, count))
  }

  /// Sets the bits of a range to the documents that all frequent slots hold; false when there are none.
  private func holders(
    of range: UInt32, _ bits: UnsafeMutablePointer<UInt64>
  ) throws(FormatError) -> Bool {
    var isFirst = true
    for place in slots.indices {
      guard let list = slots[place].ranged else { continue }
      if isFirst {
        _ = try checked(lede_ranged_bits(list, range, bits))
      } else if try checked(lede_ranged_and(list, range, bits)) == 0 {
        return false
      }
      isFirst = false
    }
    return !isFirst
  }

  private func matchCount(
    _ batch: UnsafeMutablePointer<UInt32>, _ count: Int, leadPlaces: UnsafePointer<UInt32>? = nil
  ) throws(FormatError) -> Int {
    guard count > 0 else { return 0 }
    let held = try intersect(batch, count, leadPlaces: leadPlaces, wantsAll: true)
    guard held > 0 else { return 0 }
    let numbers = slots[0].numbers
    for number in 0..<held { numbers[number] = UInt32(truncatingIfNeeded: number) }
    try frequencies(numbers, held, into: least)
    var total = 0
    for number in 0..<held where least[number] > 0 { total += 1 }
    return total
  }

  private func checked(_ count: Int) throws(FormatError) -> Int {
    guard count < PostingsList.damaged else { throw damage.corruptCount }
    return count
  }
}
