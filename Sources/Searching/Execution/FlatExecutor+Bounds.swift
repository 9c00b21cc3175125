import CLedeKernels
import LedeCodecs
import LedeModel

/// Bounds of each clause's contribution, by range of documents.
extension FlatExecutor {
  /// The ranges of a tile: their numbers in the segment.
  var tiles: StrideTo<Int> { stride(from: 0, to: rangeCount, by: Self.tileSize) }

  func tileCount(from first: Int) -> Int { min(Self.tileSize, rangeCount - first) }

  /// Computes the bounds of a state in the tile from range `first` on.
  ///
  /// - Parameter absent: the bound where the clause has no document.
  func setBounds(_ number: Int, from first: Int, absent: Float) {
    let count = tileCount(from: first)
    let bounds = states[number].bounds
    if states[number].whole != nil {
      setExactBounds(number, from: first, absent: absent)
    } else if let cursor = states[number].cursor {
      let list = cursor.pointee.source.list
      setBounds(bounds, list, states[number], from: first, count, absent: absent)
    } else {
      setPhraseBounds(number, from: first, count, absent: absent)
    }
  }

  /// From the codes of a list, or without any: q is below 1.
  private func setBounds(
    _ bounds: UnsafeMutablePointer<Float>, _ list: PostingsList, _ state: ClauseState,
    from first: Int, _ count: Int, absent: Float
  ) {
    let scale = contributionScale(state)
    guard let codes = list.rangeBounds else {
      return bounds.update(repeating: scale, count: count)
    }
    let model = lede_range_model(rho: rho(state), scale: scale, absent: absent)
    // Safe: a list with codes has one for each range of the segment.
    lede_range_bounds(model, codes + first, count, bounds)
  }

  private func setExactBounds(_ number: Int, from first: Int, absent: Float) {
    guard let whole = states[number].whole else { return }
    let count = tileCount(from: first)
    let bounds = states[number].bounds
    bounds.update(repeating: absent, count: count)
    let factor = Float(states[number].factor) * Self.inflation(clauses: states.count)
    let end = UInt32(clamping: (first + count) << RangeOfDocuments.shift)
    let base = UInt32(first << RangeOfDocuments.shift)
    var place = whole.gallop(to: base, from: 0)
    while place < whole.count, whole.docs[place] < end {
      let range = Int((whole.docs[place] - base) >> RangeOfDocuments.shift)
      let bound = max(factor * whole.scores[place], .leastNormalMagnitude)
      if bound > bounds[range] { bounds[range] = bound }
      place += 1
    }
  }

  /// A phrase is no more frequent in a document than any of its slots.
  private func setPhraseBounds(_ number: Int, from first: Int, _ count: Int, absent: Float) {
    let bounds = states[number].bounds
    bounds.update(repeating: contributionScale(states[number]), count: count)
    let slotBounds = arena.allocate(Float.self, count)
    // termFreqs of several surfaces add up, which no bound of one of them covers.
    for slot in matchers[states[number].phrase].slots where slot.cursorCount == 1 {
      let list = slot.cursors[0].source.list
      guard list.rangeBounds != nil else { continue }
      setBounds(slotBounds, list, states[number], from: first, count, absent: absent)
      lede_lessen_floats(bounds, slotBounds, count)
    }
  }

  /// What q = 1 would contribute, inflated for the rounding of what follows.
  private func contributionScale(_ state: ClauseState) -> Float {
    Float(state.factor) * state.model.w * Self.inflation(clauses: states.count)
  }

  /// Covers the roundings of a bound's few operations and of the float sum over the clauses, at most
  /// 2^-24 each, and those of the score itself (see ``BM25/cut(_:)``).
  private static func inflation(clauses: Int) -> Float { 1 + 0x1p-18 + Float(clauses) * 0x1p-22 }

  /// How the codes of a field, frozen when the segment was written, turn into bounds today.
  private func rho(_ state: ClauseState) -> Float {
    Float(correction(postings.query.bound.clauses[state.clause].field) * (1 - 0x1p-20))
  }

  /// rho of ``FrozenImpact`` for a field.
  func correction(_ field: Field) -> Double {
    postings.query.statistics.correction(field, in: segment, options)
  }
}

// MARK: - The order of ranges

extension FlatExecutor {
  /// Whether cursors may go back: what must-not clauses look up goes forward only.
  var canRewind: Bool { exclusion.onlyDeletes }

  func rewind() {
    for matcher in matchers { matcher.rewind() }
    for index in states.indices {
      states[index].cursor?.pointee.rewind()
      states[index].whole?.place = 0
    }
  }

  /// Visits the ranges of a tile whose bound reaches the threshold: a few of the best first, which
  /// raise it, then what is left, ascending.
  ///
  /// - Parameters:
  ///   - sums: bounds by range; spoilt.
  ///   - lead: a cursor that belongs to no state, to go back with the others.
  ///   - settle: called before cursors go back and at the end, for what was put off.
  func forEachRange(
    _ sums: UnsafeMutablePointer<Float>, _ count: Int,
    alsoRewinding lead: UnsafeMutablePointer<TermCursor>? = nil,
    settle: () throws(FormatError) -> Void = {},
    _ body: (Int) throws(FormatError) -> Void
  ) throws(FormatError) {
    let chosen = arena.allocate(UInt32.self, count)
    if canRewind, count > 2 * Self.leadingRanges {
      let leading = min(count, Self.leadingRanges + heap.capacity / 8)
      let picked = best(leading, of: sums, count, into: chosen)
      for index in 0..<picked where sums[Int(chosen[index])] >= leastBound {
        try body(Int(chosen[index]))
        sums[Int(chosen[index])] = -.infinity
      }
      try settle()
      rewind()
      lead?.pointee.rewind()
    }
    let kept = lede_select_floats(sums, count, leastBound, chosen)
    for index in 0..<kept where sums[Int(chosen[index])] >= leastBound {
      try body(Int(chosen[index]))
    }
    try settle()
  }

  /// Ranges visited before all others.
  private static var leadingRanges: Int { 6 }

  /// The numbers of about `wanted` of the largest values, ascending: those in the uppermost of 64
  /// equal steps between the least that counts and the largest.
  func best(
    _ wanted: Int, of values: UnsafePointer<Float>, _ count: Int,
    into chosen: UnsafeMutablePointer<UInt32>
  ) -> Int {
    var most = -Float.infinity
    var least = Float.infinity
    let floor = leastBound
    for index in 0..<count where values[index] >= floor {
      most = max(most, values[index])
      least = min(least, values[index])
    }
    guard least < most else { return 0 }
    let steps: Float = 64
    let scale = (steps - 1) / (most - least)
    // Sparse at the top: a few of the highest steps are enough.
    return withUnsafeTemporaryAllocation(of: Int32.self, capacity: Int(steps)) { histogram in
      histogram.initialize(repeating: 0)
      for index in 0..<count where values[index] >= least {
        histogram[Int((values[index] - least) * scale)] += 1
      }
      var step = Int(steps) - 1
      var found = Int(histogram[step])
      while found < wanted, step > 0 {
        step -= 1
        found += Int(histogram[step])
      }
      return lede_select_floats(values, count, least + Float(step) / scale, chosen)
    }
  }
}
