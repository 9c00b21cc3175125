import CLedeKernels
import LedeCodecs

/// Documents of a list in a tile, with bounds of their scores.
struct ListCandidates {
  let list: LeadList
  let slice: Range<Int>
  /// By place in the slice; minus infinity for those that were judged.
  let bounds: UnsafeMutablePointer<Float>
  /// Places of those to be judged next.
  let chosen: UnsafeMutablePointer<UInt32>

  var docs: UnsafePointer<UInt32> { list.docs + slice.lowerBound }
}

/// Ascending documents of some ranges that are to be judged together. Memory lies in the arena.
struct PendingDocs {
  /// Room for fewer than a range's, and what others add to them at once.
  static var room: Int { FlatExecutor.rangeSize + Int(LEDE_REACH_ROOM) }
  let docs: UnsafeMutablePointer<UInt32>
  private let number: UnsafeMutablePointer<Int>
  var count: Int {
    get { number.pointee }
    nonmutating set { number.pointee = newValue }
  }

  init(_ arena: ScratchArena) {
    docs = arena.allocate(UInt32.self, Self.room)
    number = arena.allocate(repeating: 0, 1)
  }
}

/// Judging the documents of a list that leads: the best of them first, which raises the threshold.
extension FlatExecutor {
  /// The places of a list's documents in a tile.
  func slice(_ list: LeadList, _ first: Int) -> Range<Int> {
    let base = max(firstDoc, UInt32(first << RangeOfDocuments.shift))
    let end = UInt32(clamping: (first + tileCount(from: first)) << RangeOfDocuments.shift)
    let start = ScoredList.gallop(list.docs, list.count, to: base, from: 0)
    return start..<ScoredList.gallop(list.docs, list.count, to: end, from: start)
  }

  /// The documents of a list in a tile; nil where it has none there.
  ///
  /// - Parameter ceiling: what a document may get beyond what the list tells.
  func candidates(
    of list: LeadList, _ slice: Range<Int>, _ ceiling: Ceiling
  ) -> ListCandidates? {
    guard !slice.isEmpty else { return nil }
    let candidates = ListCandidates(
      list: list, slice: slice, bounds: arena.allocate(Float.self, slice.count),
      chosen: arena.allocate(UInt32.self, slice.count))
    lede_candidate_bounds(
      candidates.docs, list.sums + slice.lowerBound, slice.count, list.factor, ceiling,
      candidates.bounds)
    return candidates
  }

  /// Judges the best of many candidates, or all of a few: a few more than are asked for, to have a threshold, and
  /// where too few of them match, as many more as should.
  ///
  /// - Parameters:
  ///   - lists: those that every match is in.
  ///   - judge: takes the batch.
  /// - Returns: whether there are others.
  func judgeBest(
    of candidates: ListCandidates, requiring lists: ArenaList<UnsafePointer<lede_ranged>>,
    judge: () throws(FormatError) -> Void
  ) throws(FormatError) -> Bool {
    let (bounds, count) = (candidates.bounds, candidates.slice.count)
    var (leading, left) = (heap.capacity + 14, count)
    guard left > 4 * leading else {
      try judgeRest(of: candidates, requiring: lists, judge: judge)
      return false
    }
    repeat {
      let before = heap.count
      let picked = best(leading, of: bounds, count, into: candidates.chosen)
      // Who is chosen is compacted to who holds what is required.
      let all = arena.allocate(UInt32.self, picked)
      all.update(from: candidates.chosen, count: picked)
      try judgeChosen(of: candidates, picked, requiring: lists, judge: judge)
      for index in 0..<picked { bounds[Int(all[index])] = -.infinity }
      rewind()
      left -= picked
      // As many as fill the heap and a quarter more, if they match as often as these did.
      let gained = heap.count - before
      guard gained > 0 else { break }
      let perMatch = Double(picked) / Double(gained)
      leading = Int(1.25 * perMatch * Double(heap.capacity - heap.count))
    } while !heap.isFull && left > 3 * leading
    return true
  }

  /// Judges the candidates that were not judged before and whose bound reaches the threshold.
  func judgeRest(
    of candidates: ListCandidates, requiring lists: ArenaList<UnsafePointer<lede_ranged>>,
    judge: () throws(FormatError) -> Void
  ) throws(FormatError) {
    let count = lede_select_floats(
      candidates.bounds, candidates.slice.count, leastBound, candidates.chosen)
    try judgeChosen(of: candidates, count, requiring: lists, judge: judge)
  }

  private func judgeChosen(
    of candidates: ListCandidates, _ count: Int,
    requiring lists: ArenaList<UnsafePointer<lede_ranged>>,
    judge: () throws(FormatError) -> Void
  ) throws(FormatError) {
    let (docs, chosen) = (candidates.docs, candidates.chosen)
    var count = count
    // Whether it is there at all is cheaper to see than what it scores there.
    for required in lists where count > 0 {
      count = try checked(lede_ranged_filter_chosen(required, docs, chosen, count))
    }
    var next = 0
    while next < count {
      // The threshold may have risen since the candidates were chosen. A phrase may score less than its
      // slots: of other clauses than the members nothing is known for certain.
      next += lede_batch_fill(
        &batch, Self.batchSize, docs, candidates.bounds, chosen + next, count - next, leastBound,
        UInt32(truncatingIfNeeded: candidates.slice.lowerBound), leadPlaces)
      for number in candidates.list.members { addMember(number) }
      try judge()
    }
  }

  /// Adds what a member of the lead scores in the batch's documents.
  func addMember(_ number: Int) {
    guard let whole = states[number].whole else { return }
    states[number].isRowUsed = true
    lede_batch_add(&batch, whole.scores, leadPlaces, states[number].factor, states[number].row)
  }

  /// Judges pending documents by the clauses of an order from a place on.
  func judge(
    _ pending: PendingDocs, _ order: ArenaList<Int>, from start: Int, _ rests: RestBounds,
    _ base: UInt32
  ) throws(FormatError) {
    // Ascending, since phrases go forward only.
    for first in stride(from: 0, to: pending.count, by: Self.rangeSize) {
      firstPending = first
      batch.fill(pending.docs + first, min(pending.count - first, Self.rangeSize))
      try judge(order, from: start, isStale: true) { rests.ceiling($0, base) }
    }
    pending.count = 0
  }
}
