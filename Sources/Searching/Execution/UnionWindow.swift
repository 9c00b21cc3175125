import LedeCodecs

/// The split of a window's clauses, and the marks of its documents. Memory lies in the arena.
struct UnionWindow {
  /// States in the order of the split: non-essential ones, from `first` on essential ones.
  let order: UnsafeMutablePointer<Int>
  /// sums[i]: bounds of order[0...i] together.
  let sums: UnsafeMutablePointer<Double>
  /// Documents of the window, as offsets from `low`.
  let bits: UnsafeMutablePointer<UInt64>
  let wordCount: Int
  /// The places of the candidates that were gathered, and how many.
  let places: UnsafeMutablePointer<UInt32>
  let kept: UnsafeMutablePointer<Int>
  /// Rows and factors of the essential clauses, for the kernel that adds them up.
  let rows: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>
  let factors: UnsafeMutablePointer<Double>
  private let costs: UnsafeMutablePointer<Double>
  private let keys: UnsafeMutablePointer<Double>
  private let spare: UnsafeMutablePointer<Int>
  private(set) var first = 0
  /// A bound of the non-essential clauses together.
  private(set) var rest = 0.0
  var low: UInt32 = 0

  init(
    _ states: UnsafeMutableBufferPointer<ClauseState>, rowSize: Int, arena: ScratchArena
  ) {
    let count = states.count
    order = arena.allocate(Int.self, count)
    for index in 0..<count { order[index] = index }
    spare = arena.allocate(Int.self, count)
    sums = arena.allocate(repeating: 0.0, count)
    keys = arena.allocate(repeating: 0.0, count)
    costs = arena.allocate(repeating: 1.0, count)
    for index in 0..<count {
      // Finding a phrase costs about as much as its rarest lists; positions come on top.
      if let cursor = states[index].cursor { costs[index] = Double(cursor.pointee.source.docFreq) }
    }
    wordCount = rowSize / 64
    bits = arena.allocate(repeating: UInt64(0), wordCount)
    places = arena.allocate(UInt32.self, rowSize)
    kept = arena.allocate(repeating: 0, 1)
    rows = arena.allocate(repeating: nil, count)
    factors = arena.allocate(repeating: 0.0, count)
  }

  /// Splits the clauses: non-essential ones cannot, even together, bring a document in.
  ///
  /// Cheap bounds on long lists come first, so that what is left to walk is short: a greedy knapsack.
  /// Returns false when no document of the window can enter.
  mutating func split(_ states: UnsafeMutableBufferPointer<ClauseState>, cut: Double) -> Bool {
    let count = states.count
    for index in 0..<count { keys[index] = states[index].bound / costs[index] }
    sortOrder(count)
    var total = 0.0
    var others = 0.0
    var kept = 0
    var essential = 0
    for index in 0..<count {
      let number = order[index]
      total += states[number].bound
      if others + states[number].bound < cut {
        others += states[number].bound
        order[kept] = number
        sums[kept] = others
        kept += 1
      } else {
        spare[essential] = number
        essential += 1
      }
    }
    for index in 0..<essential { order[kept + index] = spare[index] }
    first = kept
    rest = others
    return total >= cut
  }

  /// Insertion sort by key: from window to window the order hardly changes.
  private func sortOrder(_ count: Int) {
    for index in 1..<max(1, count) {
      let number = order[index]
      var place = index
      while place > 0, keys[order[place - 1]] > keys[number] {
        order[place] = order[place - 1]
        place -= 1
      }
      order[place] = number
    }
  }
}
