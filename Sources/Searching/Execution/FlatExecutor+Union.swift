import CLedeKernels
import LedeCodecs

/// A query of several clauses, any of which makes a match.
///
/// Short lists come first, whole: of each, the documents that its own score and the other clauses' bounds
/// in their range together bring to the threshold are looked up in the rest. What is in none of them
/// follows a range at a time, over the frequent terms and phrases alone: documents that lack so few terms that
/// they can enter, where those are few; elsewhere by MaxScore. Mostly there is little left by then, since rare
/// terms weigh more.
///
/// Source of the split into essential and non-essential lists: Turtle and Flood, "Query evaluation:
/// strategies and optimizations" (1995).
extension FlatExecutor {
  func runUnion() throws(FormatError) {
    var byWeight = ArenaList<Int>(capacity: states.count, arena)
    byWeight.append(contentsOf: states.indices, arena)
    byWeight.sort { states[$0].maximum > states[$1].maximum }
    let (short, long) = divided(byWeight)
    for number in short { states[number].isFine = true }
    judgedLists = short
    var order = ArenaList<Int>(capacity: states.count, arena)
    order.append(contentsOf: short, arena)
    order.append(contentsOf: long, arena)
    var split = RangeSplit(states, long, rangeCount: rangeCount, arena: arena)
    for first in tiles {
      for number in order.dropFirst(short.isEmpty ? 0 : 1) {
        setBounds(number, from: first, absent: 0)
      }
      // The bounds of the first short list are asked for nowhere.
      let rests = RestBounds(
        order, states, from: short.isEmpty ? 0 : 1, tileCount(from: first), arena)
      try runShort(order, short.count, rests, first)
      judged = short.count
      if !long.isEmpty { try runRanges(&split, order, short.count, rests, first) }
    }
  }

  /// The lists whose documents are judged one by one, and those that are summed range by range.
  ///
  /// A short list is of the latter when to look its documents up in all frequent lists would take longer
  /// than to walk those: 25 ns a look-up, as much for a list's postings in a range, 60 for the range.
  private func divided(
    _ states: ArenaList<Int>
  ) -> (short: ArenaList<Int>, long: ArenaList<Int>) {
    let frequent = states.count { self.states[$0].whole == nil }
    // Beside many others, bounds are so loose that nearly all documents are looked up nearly everywhere.
    let looseness = max(1, Double(frequent) / 6)
    let walk =
      2.4 * Double(rangeCount) * Double(25 * states.count + 60)
      / (looseness * looseness * looseness)
    var short = ArenaList<Int>(capacity: states.count, arena)
    var long = ArenaList<Int>(capacity: states.count, arena)
    for number in states {
      let count = self.states[number].whole?.count
      if let count, Double(25 * count * frequent) <= walk {
        short.append(number, arena)
      } else {
        long.append(number, arena)
      }
    }
    return (short, long)
  }

  /// The documents of the short lists: the best of each, then what is left.
  ///
  /// Each document is offered by the first list that has it.
  private func runShort(
    _ order: ArenaList<Int>, _ count: Int, _ rests: RestBounds, _ first: Int
  ) throws(FormatError) {
    let base = UInt32(first << RangeOfDocuments.shift)
    let judge = { (place: Int) throws(FormatError) in
      try self.judge(order, from: place + 1) { rests.ceiling($0, base) }
    }
    var left = ArenaList<(place: Int, candidates: ListCandidates)>()
    for place in 0..<count {
      judged = place
      guard let whole = states[order[place]].whole else { continue }
      let list = leadList(whole, of: order[place], isMember: true)
      rewind()
      guard
        let candidates = candidates(of: list, slice(list, first), rests.ceiling(place + 1, base))
      else { continue }
      if try judgeBest(
        of: candidates, requiring: ArenaList(),
        judge: { () throws(FormatError) in try judge(place) })
      {
        left.append((place, candidates), arena)
      }
    }
    for (place, candidates) in left {
      judged = place
      rewind()
      try judgeRest(of: candidates, requiring: ArenaList()) { () throws(FormatError) in
        try judge(place)
      }
    }
  }
}
