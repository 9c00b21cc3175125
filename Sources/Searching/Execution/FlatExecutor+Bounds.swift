import CLedeKernels
import LedeCodecs
import LedeModel

/// Bounds of each clause's contribution, by range of documents.
extension FlatExecutor {
  /// The ranges of a tile: their numbers in the segment.
  var tiles: StrideTo<Int> { stride(from: 0, to: rangeCount, by: options.rangesPerTile) }

  func tileCount(from first: Int) -> Int { min(options.rangesPerTile, rangeCount - first) }

  /// Computes the bounds of a state in the tile from range `first` on.
  ///
  /// - Parameter absent: the bound where the clause has no document.
  func setBounds(_ number: Int, from first: Int, absent: Float) {
    let count = tileCount(from: first)
    let bounds = states[number].bounds
    if states[number].whole != nil {
      setExactBounds(number, from: first, absent: absent)
    } else if let ranged = states[number].ranged {
      setBounds(bounds, ranged.pointee.codes, states[number], from: first, count, absent: absent)
    } else if let cursor = states[number].cursor {
      let codes = cursor.pointee.source.list.rangeBounds
      setBounds(bounds, codes, states[number], from: first, count, absent: absent)
    } else {
      setPhraseBounds(number, from: first, count, absent: absent)
    }
  }

  /// From the codes of a list, or without any: q is below 1.
  private func setBounds(
    _ bounds: UnsafeMutablePointer<Float>, _ codes: UnsafePointer<UInt8>?, _ state: ClauseState,
    from first: Int, _ count: Int, absent: Float
  ) {
    let scale = contributionScale(state)
    guard let codes else {
      return bounds.update(repeating: scale, count: count)
    }
    let model = lede_range_model(rho: rho(state), scale: scale, absent: absent)
    // Safe: a list with codes has one for each range of the segment.
    lede_range_bounds(model, codes + first, count, bounds)
  }

  private func setExactBounds(_ number: Int, from first: Int, absent: Float) {
    guard let whole = states[number].whole else { return }
    let isFine = states[number].isFine
    let count = tileCount(from: first)
    let bounds = states[number].bounds
    lede_fill_floats(bounds, isFine ? count * RangeOfDocuments.finePerRange : count, absent)
    let factor = Float(states[number].factor) * Self.inflation(clauses: states.count)
    let base = UInt32(first << RangeOfDocuments.shift)
    let end = UInt32(clamping: (first + count) << RangeOfDocuments.shift)
    let start = whole.gallop(to: base, from: 0)
    lede_exact_bounds(
      whole.docs + start, whole.scores + start, whole.gallop(to: end, from: start) - start, factor,
      base, isFine ? RangeOfDocuments.fineShift : RangeOfDocuments.shift, bounds)
  }

  /// A phrase is no more frequent in a document than any of its slots.
  private func setPhraseBounds(_ number: Int, from first: Int, _ count: Int, absent: Float) {
    let bounds = states[number].bounds
    bounds.update(repeating: contributionScale(states[number]), count: count)
    let slotBounds = arena.allocate(Float.self, count)
    // termFreqs of several surfaces add up, which no bound of one of them covers.
    for slot in matchers[states[number].phrase].slots where slot.cursorCount == 1 {
      guard let codes = slot.cursors[0].source.list.rangeBounds else { continue }
      setBounds(slotBounds, codes, states[number], from: first, count, absent: absent)
      lede_lessen_floats(bounds, slotBounds, count)
    }
  }

  /// What q = 1 would contribute, inflated for the rounding of what follows: a normal float, as products below
  /// those would lose more than that.
  private func contributionScale(_ state: ClauseState) -> Float {
    max(
      Float(state.factor) * state.model.w * Self.inflation(clauses: states.count),
      .leastNormalMagnitude)
  }

  /// Covers the roundings of a bound's few operations and of the float sum over the clauses, at most
  /// 2^-24 each, and those of the score itself (see ``BM25/cut(_:)``).
  private static func inflation(clauses: Int) -> Float { 1 + 0x1p-18 + Float(clauses) * 0x1p-22 }

  /// How the codes of a field, frozen when the segment was written, turn into bounds today.
  private func rho(_ state: ClauseState) -> Float {
    Float(correction(postings.query.field(state.clause)) * (1 - 0x1p-20))
  }

  /// rho of ``FrozenImpact`` for a field.
  func correction(_ field: Field) -> Double {
    postings.query.statistics.correction(field, in: segment, options)
  }
}

// MARK: - The order of ranges

extension FlatExecutor {
  func rewind() {
    for matcher in matchers { matcher.rewind() }
    for index in states.indices {
      states[index].cursor?.pointee.rewind()
      states[index].whole?.place = 0
    }
  }

  /// Visits the ranges of a tile whose bound reaches the threshold: a few of the best first, which
  /// raise it, some of the next best, and so on, then what is left, ascending.
  ///
  /// - Parameters:
  ///   - sums: bounds by range; spoilt.
  ///   - settle: called before cursors go back and at the end, for what was put off.
  ///   - body: takes ascending numbers of ranges, whose bounds may have fallen below the threshold.
  func forEachTurn(
    _ sums: UnsafeMutablePointer<Float>, _ count: Int,
    settle: () throws(FormatError) -> Void,
    _ body: (UnsafePointer<UInt32>, Int) throws(FormatError) -> Void
  ) throws(FormatError) {
    let chosen = arena.allocate(UInt32.self, count)
    var leading = Self.leadingRanges + heap.capacity / 8
    for _ in 0..<Self.leadingTurns where count > 2 * leading {
      let picked = best(leading, of: sums, count, into: chosen)
      try body(chosen, picked)
      for index in 0..<picked { sums[Int(chosen[index])] = -.infinity }
      try settle()
      rewind()
      leading *= 4
    }
    try body(chosen, lede_select_floats(sums, count, leastBound, chosen))
    try settle()
  }

  /// The same, one range after the other, with what comes next on its way from memory.
  func forEachRange(
    _ sums: UnsafeMutablePointer<Float>, _ count: Int, from first: Int,
    _ body: (Int) throws(FormatError) -> Void
  ) throws(FormatError) {
    try forEachTurn(sums, count, settle: {}) { (chosen, picked) throws(FormatError) in
      for index in 0..<picked {
        if index + 2 < picked { prefetch(first + Int(chosen[index + 2])) }
        if sums[Int(chosen[index])] >= leastBound { try body(Int(chosen[index])) }
      }
    }
  }

  /// Has what the frequent terms hold of a range fetched from memory.
  private func prefetch(_ range: Int) {
    for index in 0..<states.count {
      if let list = states[index].ranged {
        lede_ranged_prefetch(list, UInt32(truncatingIfNeeded: range))
      }
    }
  }

  /// Ranges visited before all others; then four times as many, and again.
  private static var leadingRanges: Int { 6 }
  private static var leadingTurns: Int { 3 }

  /// The numbers of about `wanted` of the largest values, ascending.
  func best(
    _ wanted: Int, of values: UnsafePointer<Float>, _ count: Int,
    into chosen: UnsafeMutablePointer<UInt32>
  ) -> Int {
    let least = lede_upper_floats(values, count, leastBound, wanted, 2 * wanted)
    return lede_select_floats(values, count, least, chosen)
  }
}
