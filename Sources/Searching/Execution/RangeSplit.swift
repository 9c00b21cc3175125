import CLedeKernels
import LedeCodecs

/// The split of a range's clauses, and the sums of its documents. Memory lies in the arena.
struct RangeSplit {
  /// States with documents in the range: non-essential ones, from `first` on essential ones.
  let order: UnsafeMutablePointer<Int>
  /// rests[i]: bounds of order[0..<i] together, rounded up.
  let rests: UnsafeMutablePointer<Float>
  /// Float sums of the essential contributions, by place in the range.
  let sums: UnsafeMutablePointer<Float>
  /// Documents of a range, and their scores.
  let docs: UnsafeMutablePointer<UInt32>
  let scores: UnsafeMutablePointer<Float>
  /// Documents that the batch of the range began with.
  let batchSize: UnsafeMutablePointer<Int>
  /// A bound that drops nothing.
  private let infinity: UnsafePointer<Float>
  private let zeros: UnsafePointer<Float>
  /// Places chosen from a slice of postings.
  let chosen: UnsafeMutablePointer<UInt32>
  /// By state: ranged lists, and how they score.
  let terms: UnsafeMutablePointer<lede_ranged_term>
  /// Whether no clause is a phrase. Phrases go forward only: where there are any, no document can be looked up
  /// later than those of the next ranges.
  let areLists: Bool
  private let costs: UnsafeMutablePointer<Double>
  /// By state: 1 / cost.
  private let cheapness: UnsafeMutablePointer<Double>
  /// Postings that a list needs at least to be looked up in instead of walked: up to some dozens a range
  /// are summed in the time that two or three look-ups take, and leave fewer documents to look up.
  private let cheapest: Double
  private let keys: UnsafeMutablePointer<Double>
  private let spare: UnsafeMutablePointer<Int>
  /// The states that are split.
  private let members: UnsafeMutableBufferPointer<Int>
  /// States of the order, and where essential ones begin.
  private(set) var count = 0
  private(set) var first = 0
  /// A bound of the non-essential clauses together.
  private(set) var rest = 0.0
  /// Postings a range from which on a list may be looked up in.
  private static var cheapDensity: Int { 64 }

  init(
    _ states: UnsafeMutableBufferPointer<ClauseState>, _ members: ArenaList<Int>, rangeCount: Int,
    arena: ScratchArena
  ) {
    let count = states.count
    self.members = UnsafeMutableBufferPointer(
      start: arena.allocate(Int.self, members.count), count: members.count)
    _ = self.members.initialize(fromContentsOf: members)
    cheapest = Double(Self.cheapDensity * rangeCount)
    order = arena.allocate(Int.self, count)
    spare = arena.allocate(Int.self, count)
    keys = arena.allocate(repeating: 0.0, count)
    costs = arena.allocate(repeating: 1.0, count)
    cheapness = arena.allocate(repeating: 1.0, count)
    terms = arena.allocate(lede_ranged_term.self, count)
    areLists = members.allSatisfy { states[$0].phrase < 0 }
    rests = arena.allocate(repeating: Float(0), count + 1)
    for index in 0..<count {
      // Finding a phrase costs about as much as its rarest lists; positions come on top.
      costs[index] = Double(max(1, states[index].docFreq))
      cheapness[index] = 1 / costs[index]
      (terms + index).initialize(to: states[index].term)
    }
    for index in members { terms[index] = states[index].term(ofRanges: rangeCount, arena) }
    sums = arena.allocate(repeating: Float(0), FlatExecutor.rangeSize)
    batchSize = arena.allocate(repeating: 0, 1)
    infinity = UnsafePointer(arena.allocate(repeating: Float.infinity, 1))
    zeros = UnsafePointer(arena.allocate(repeating: Float(0), 1))
    docs = arena.allocate(UInt32.self, FlatExecutor.rangeSize)
    scores = arena.allocate(Float.self, FlatExecutor.rangeSize)
    chosen = arena.allocate(UInt32.self, FlatExecutor.rangeSize)
  }

  /// Splits the clauses of a range, unless none of its documents can enter; returns whether any can.
  ///
  /// Non-essential clauses cannot, even together, bring a document in. Cheap bounds on long lists come first, so
  /// that what is left to walk is short: a greedy knapsack.
  mutating func split(
    _ states: UnsafeMutableBufferPointer<ClauseState>, range: Int, cut: Double
  ) -> Bool {
    var total = 0.0
    for index in members { total += max(0, Double(states[index].bounds[range])) }
    guard total >= cut else { return false }
    count = 0
    for index in members {
      guard states[index].bounds[range] > 0 else { continue }
      let bound = Double(states[index].bounds[range])
      keys[index] = bound * cheapness[index]
      insert(index)
    }
    first = 0
    rest = 0
    var essential = 0
    for place in 0..<count {
      let number = order[place]
      let bound = Double(states[number].bounds[range])
      if rest + bound < cut, costs[number] >= cheapest {
        rest += bound
        order[first] = number
        first += 1
        rests[first] = Float(rest).nextUp
      } else {
        spare[essential] = number
        essential += 1
      }
    }
    for index in 0..<essential { order[first + index] = spare[index] }
    return true
  }

  /// What a kernel needs to find documents of a tile.
  func reach(_ first: Int, docCount: UInt32) -> lede_reach {
    lede_reach(
      terms: terms, numbers: members.baseAddress, count: members.count,
      first: UInt32(truncatingIfNeeded: first),
      doc_count: docCount)
  }

  /// Insertion by key: there are a few clauses only.
  private mutating func insert(_ number: Int) {
    var place = count
    while place > 0, keys[order[place - 1]] > keys[number] {
      order[place] = order[place - 1]
      place -= 1
    }
    order[place] = number
    count += 1
  }

  /// For documents of the range: what the first states of the order add at most.
  @inline(__always)
  func rest(_ place: Int, _ low: UInt32) -> Ceiling { ceiling(rests + place, low) }

  @inline(__always)
  func unlimited(_ low: UInt32) -> Ceiling { ceiling(infinity, low) }

  /// One bound for all documents of the range that begins at `low`.
  @inline(__always)
  private func ceiling(_ bound: UnsafePointer<Float>, _ low: UInt32) -> Ceiling {
    Ceiling(
      coarse: bound, fine: zeros, base: low, coarse_shift: RangeOfDocuments.shift,
      fine_shift: RangeOfDocuments.shift)
  }
}
