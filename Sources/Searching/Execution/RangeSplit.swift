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
  /// Scores of a block.
  let scores: UnsafeMutablePointer<Float>
  /// Places chosen from a slice of postings.
  let chosen: UnsafeMutablePointer<UInt32>
  private let marks: UnsafeMutablePointer<UInt64>
  private let costs: UnsafeMutablePointer<Double>
  private let keys: UnsafeMutablePointer<Double>
  private let spare: UnsafeMutablePointer<Int>
  private(set) var count = 0
  private(set) var first = 0
  /// A bound of the non-essential clauses together.
  private(set) var rest = 0.0
  /// Whether documents enter whatever they score, so that a sum of 0 does not tell them from others.
  private(set) var needsMarks = false

  init(_ states: UnsafeMutableBufferPointer<ClauseState>, arena: ScratchArena) {
    let count = states.count
    order = arena.allocate(Int.self, count)
    spare = arena.allocate(Int.self, count)
    keys = arena.allocate(repeating: 0.0, count)
    costs = arena.allocate(repeating: 1.0, count)
    rests = arena.allocate(repeating: Float(0), count + 1)
    for index in 0..<count {
      // Finding a phrase costs about as much as its rarest lists; positions come on top.
      costs[index] = Double(max(1, states[index].docFreq))
    }
    sums = arena.allocate(repeating: Float(0), FlatExecutor.rangeSize)
    scores = arena.allocate(Float.self, PostingsList.blockSize)
    chosen = arena.allocate(UInt32.self, FlatExecutor.rangeSize)
    marks = arena.allocate(repeating: UInt64(0), FlatExecutor.rangeSize / 64)
  }

  /// Splits the clauses: non-essential ones cannot, even together, bring a document in.
  ///
  /// Cheap bounds on long lists come first, so that what is left to walk is short: a greedy knapsack.
  /// Returns false when no document of the range can enter.
  mutating func split(
    _ states: UnsafeMutableBufferPointer<ClauseState>, range: Int, cut: Double
  ) -> Bool {
    count = 0
    var total = 0.0
    for index in states.indices where states[index].bounds[range] > 0 {
      let bound = Double(states[index].bounds[range])
      total += bound
      keys[index] = bound / costs[index]
      insert(index)
    }
    guard total >= cut else { return false }
    first = 0
    rest = 0
    var essential = 0
    for place in 0..<count {
      let number = order[place]
      let bound = Double(states[number].bounds[range])
      if rest + bound < cut {
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
    needsMarks = cut - rest <= 0
    return true
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

  /// Notes that documents of a range that begins at `low` match.
  @inline(__always)
  func mark(_ docs: UnsafePointer<UInt32>, _ count: Int, _ low: UInt32) {
    lede_set_bits(docs, count, low, marks)
  }

  /// The places of the marks, ascending; how many.
  func marked(into places: UnsafeMutablePointer<UInt32>) -> Int {
    var found = 0
    for word in 0..<(FlatExecutor.rangeSize / 64) {
      var bits = marks[word]
      while bits != 0 {
        places[found] = UInt32(64 * word + bits.trailingZeroBitCount)
        found += 1
        bits &= bits - 1
      }
    }
    return found
  }

  func clear() {
    sums.update(repeating: 0, count: FlatExecutor.rangeSize)
    if needsMarks { marks.update(repeating: 0, count: FlatExecutor.rangeSize / 64) }
  }
}
