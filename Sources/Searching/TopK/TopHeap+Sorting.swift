import CLedeKernels

/// Sorting the entries of a heap: for the answer, and to take many at once.
///
/// Up to some hundreds all are compared with all, which vectors do fast, rather than sorted by heap.
extension TopHeap {
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
        // Safe: it was made with room for some.
        sort(entries, count, into: sorted.baseAddress.unsafelyUnwrapped)
      }
      sortedCount = count
    }
  }

  /// Writes `mostRanked` entries at most in the order of results. O(count^2), without a branch.
  private func sort(
    _ entries: UnsafePointer<RankedEntry>, _ count: Int,
    into sorted: UnsafeMutablePointer<RankedEntry>
  ) {
    for place in 0..<count { scores[place] = entries[place].score }
    lede_rank_floats(scores, count, ranks)
    for place in 0..<count { (sorted + Int(ranks[place])).initialize(to: entries[place]) }
    // Only equal scores may stand in the wrong order.
    for place in 1..<max(1, count) {
      var place = place
      while place > 0, RankedEntry.precedes(sorted[place], sorted[place - 1]) {
        swap(&sorted[place], &sorted[place - 1])
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
    var kept = 0
    for index in 0..<number {
      let entry = entry(index)
      guard count == 0 || RankedEntry.precedes(entry, entries[0]) else { continue }
      (spare + kept).initialize(to: entry)
      kept += 1
    }
    guard kept > 0 else { return }
    let sorted = spare + Self.mostRanked
    sort(spare, kept, into: sorted)
    merge(sorted, kept)
  }

  /// Takes entries in the order of results.
  private func merge(_ others: UnsafePointer<RankedEntry>, _ number: Int) {
    if state.pointee.room < capacity { reserve(capacity) }
    sortReversed()
    let (held, merged, count) = (entries, spare, min(capacity, count + number))
    var (own, other) = (self.count - 1, 0)
    for place in (0..<count).reversed() {
      let isOther = own < 0 || (other < number && RankedEntry.precedes(others[other], held[own]))
      (merged + place).initialize(to: isOther ? others[other] : held[own])
      if isOther { other += 1 } else { own -= 1 }
    }
    held.update(from: merged, count: count)
    state.pointee.count = count
    state.pointee.isSorted = true
    if isFull { state.pointee.threshold = entries[0].score }
  }

  /// Puts the entries in reverse order.
  private func sortReversed() {
    guard !state.pointee.isSorted, count > 0 else { return }
    sort(entries, count, into: spare)
    for place in 0..<count { entries[count - 1 - place] = spare[place] }
  }

  /// Entries from which on it pays to merge them.
  private static var fewestMerged: Int { 8 }
}
