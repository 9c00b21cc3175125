import CLedeKernels

/// Sorting the entries of a heap: for the answer, and to take many at once.
///
/// Up to some hundreds all are compared with all, which vectors do fast, rather than sorted by heap.
extension TopHeap {
  /// Entries up to which that pays.
  private static var mostRanked: Int { 256 }

  /// The entries in the order of results but for the first `skipped`; the heap is empty after.
  func takeSorted(skipping skipped: Int) -> [RankedEntry] {
    if count <= Self.mostRanked {
      let sorted = ranked()
      return skipped == 0 ? sorted : Array(sorted.dropFirst(skipped))
    }
    if !isFull { makeHeap() }
    var end = count - 1
    while end > 0 {
      let entry = entries[end]
      entries[end] = entries[0]
      sink(entry, from: 0, within: end)
      end -= 1
    }
    let kept = max(0, count - skipped)
    defer { reset(capacity: capacity) }
    return Array(UnsafeBufferPointer(start: entries + (count - kept), count: kept))
  }

  private func ranked() -> [RankedEntry] {
    let (entries, count, isSorted) = (entries, count, state.pointee.isSorted)
    defer { reset(capacity: capacity) }
    // Made like the others, an empty array has its count written, which all threads' share.
    if count == 0 { return [] }
    return [RankedEntry](unsafeUninitializedCapacity: count) { sorted, sortedCount in
      if isSorted {
        for place in 0..<count {
          sorted.initializeElement(at: place, to: entries[count - 1 - place])
        }
      } else {
        Self.sort(entries, count, into: sorted)
      }
      sortedCount = count
    }
  }

  /// Writes entries in the order of results. O(count^2), without a branch.
  private static func sort(
    _ entries: UnsafePointer<RankedEntry>, _ count: Int,
    into sorted: UnsafeMutableBufferPointer<RankedEntry>
  ) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { scores in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: count) { ranks in
        for place in 0..<count { scores[place] = entries[place].score }
        lede_rank_floats(scores.baseAddress, count, ranks.baseAddress)
        for place in 0..<count {
          sorted.initializeElement(at: Int(ranks[place]), to: entries[place])
        }
        orderTies(sorted, count)
      }
    }
  }

  /// Sorts entries that are in order but for those of equal scores.
  private static func orderTies(_ entries: UnsafeMutableBufferPointer<RankedEntry>, _ count: Int) {
    for place in 1..<max(1, count) {
      var place = place
      while place > 0, RankedEntry.precedes(entries[place], entries[place - 1]) {
        entries.swapAt(place, place - 1)
        place -= 1
      }
    }
  }
}

// MARK: - Taking many at once

extension TopHeap {
  /// Offers some entries, by their numbers.
  ///
  /// Of many, those that belong to the best k are sorted and merged with what is held, which takes a fraction
  /// of the time of as many steps through the heap.
  func offer(_ number: Int, _ entry: (Int) -> RankedEntry) {
    guard number >= Self.fewestMerged, number <= Self.mostRanked,
      (1...Self.mostRanked).contains(capacity), isFull || (count == 0 && number > capacity)
    else {
      for index in 0..<number { offer(entry(index)) }
      return
    }
    withUnsafeTemporaryAllocation(of: RankedEntry.self, capacity: 2 * number) { room in
      // Safe: there is room for some.
      let chosen = room.baseAddress.unsafelyUnwrapped
      var kept = 0
      for index in 0..<number {
        let entry = entry(index)
        guard count == 0 || RankedEntry.precedes(entry, entries[0]) else { continue }
        (chosen + kept).initialize(to: entry)
        kept += 1
      }
      guard kept > 0 else { return }
      Self.sort(chosen, kept, into: UnsafeMutableBufferPointer(rebasing: room[number...]))
      merge(chosen + number, kept)
    }
  }

  /// Takes entries in the order of results.
  private func merge(_ others: UnsafePointer<RankedEntry>, _ number: Int) {
    if state.pointee.room < capacity { reserve(capacity) }
    sortReversed()
    let (held, count) = (entries, min(capacity, count + number))
    withUnsafeTemporaryAllocation(of: RankedEntry.self, capacity: count) { merged in
      var (own, other) = (self.count - 1, 0)
      for place in (0..<count).reversed() {
        let isOther =
          own < 0 || (other < number && RankedEntry.precedes(others[other], held[own]))
        merged.initializeElement(at: place, to: isOther ? others[other] : held[own])
        if isOther { other += 1 } else { own -= 1 }
      }
      // Safe: there is room for k.
      held.update(from: merged.baseAddress.unsafelyUnwrapped, count: count)
    }
    state.pointee.count = count
    state.pointee.isSorted = true
    if isFull { state.pointee.threshold = entries[0].score }
  }

  /// Puts the entries in reverse order.
  private func sortReversed() {
    guard !state.pointee.isSorted, count > 0 else { return }
    let (entries, count) = (entries, count)
    withUnsafeTemporaryAllocation(of: RankedEntry.self, capacity: count) { sorted in
      Self.sort(entries, count, into: sorted)
      for place in 0..<count { entries[count - 1 - place] = sorted[place] }
    }
  }

  /// Entries from which on it pays to merge them.
  private static var fewestMerged: Int { 8 }
}
