import CLedeKernels
import LedeCodecs

/// Block-max MaxScore, a window at a time.
///
/// Sources: Turtle and Flood, "Query evaluation: strategies and optimizations" (1995), for the split
/// into essential and non-essential lists; Ding and Suel (2011) for bounds per block; the window,
/// instead of the document, as the unit: Mackenzie, Petri and Moffat, "Anytime ranking on
/// document-ordered indexes" (2022), for bounds over ranges of documents.
extension FlatExecutor {
  /// A query of one term: blocks whose bound reaches the threshold are scored, the rest skipped.
  func runSingleTerm(docLimit: UInt32) throws(FormatError) {
    guard let cursor = states[0].cursor else { return }
    let model = states[0].model
    while !cursor.pointee.isAtEnd {
      if model.contributionBound(cursor.pointee.blockSaturation(model)) < cut {
        cursor.pointee.nextBlock()
        continue
      }
      try collectBlock(0, cursor, from: 0, to: docLimit, rest: 0)
      fillRow(0)
      try finishBatch()
      cursor.pointee.nextBlock()
    }
  }

  /// A query of several clauses, any of which makes a match.
  func runUnion(docLimit: UInt32) throws(FormatError) {
    var window = UnionWindow(states, rowSize: rowSize, arena: arena)
    var low: UInt32 = 0
    while low < docLimit {
      let high = setBounds(from: low, docLimit: docLimit)
      window.low = low
      guard window.split(states, cut: cut) else {
        low = nextWindow(after: high, docLimit: docLimit)
        continue
      }
      if window.first == states.count - 1, let cursor = states[window.order[window.first]].cursor {
        try runEssentialBlocks(window, cursor, low, high)
      } else {
        try scatterEssential(window, low, high)
        gather(window)
        try probeOthers(window)
        clearRows(window)
      }
      low = high
    }
  }

  /// Moves every cursor to `low`, picks the window's end and bounds each clause inside.
  private func setBounds(from low: UInt32, docLimit: UInt32) -> UInt32 {
    let high = min(docLimit, low &+ UInt32(rowSize))
    for index in states.indices {
      states[index].bound = windowBound(&states[index], low, through: high - 1)
    }
    return high
  }

  /// A bound of a clause's contribution in the documents `low` to `last`.
  func windowBound(
    _ state: inout ClauseState, _ low: UInt32, through last: UInt32
  ) -> Double {
    let saturation: Float
    if let cursor = state.cursor {
      cursor.pointee.seekBlock(low)
      saturation = cursor.pointee.saturation(through: last, state.model)
    } else {
      let matcher = matchers[state.phrase]
      matcher.seekBlock(low)
      saturation = matcher.saturation(through: last, state.model)
    }
    return state.model.contributionBound(saturation)
  }

  /// After a window that no document of can enter: as long as every clause stays in its block, the
  /// bounds stay the same too.
  private func nextWindow(after high: UInt32, docLimit: UInt32) -> UInt32 {
    var next = docLimit
    for state in states {
      guard let cursor = state.cursor else { return high }
      if cursor.pointee.isAtEnd { continue }
      if cursor.pointee.blockLast < high { return high }
      next = min(next, cursor.pointee.blockLast &+ 1)
    }
    return max(high, next)
  }

  /// One essential term: its blocks are the batches.
  private func runEssentialBlocks(
    _ window: UnionWindow, _ cursor: UnsafeMutablePointer<TermCursor>, _ low: UInt32,
    _ high: UInt32
  ) throws(FormatError) {
    let number = window.order[window.first]
    let model = states[number].model
    while !cursor.pointee.isAtEnd {
      let bound = model.contributionBound(cursor.pointee.blockSaturation(model))
      if bound + window.rest >= cut {
        try collectBlock(number, cursor, from: low, to: high, rest: window.rest)
        if batch.count > 0 {
          fillRow(number)
          try probeOthers(window)
          // A block's places; dropped candidates have left scores behind too.
          clearRows(upTo: PostingsList.blockSize)
        }
      }
      if cursor.pointee.blockLast >= high - 1 { return }
      cursor.pointee.nextBlock()
    }
  }

  /// Makes the documents in `from..<to` of a cursor's block the batch, dropping who cannot enter.
  func collectBlock(
    _ number: Int, _ cursor: UnsafeMutablePointer<TermCursor>, from: UInt32, to: UInt32,
    rest: Double
  ) throws(FormatError) {
    try cursor.pointee.loadDocs()
    try scoreBlock(&states[number], cursor)
    let (docs, count) = (cursor.pointee.docs, cursor.pointee.count)
    let scores = states[number].blockScores
    let factor = states[number].model.factor
    let first = from <= docs[0] ? 0 : lede_lower_bound(docs, count, from)
    let end = cursor.pointee.blockLast < to ? count : lede_lower_bound(docs, count, to)
    guard first < end else {
      batch.count = 0
      return
    }
    // Rounded down: what the comparison in Double would keep, this keeps too.
    let least = Float((cut - rest) / factor).nextDown
    let threshold = least.isNaN ? -Float.infinity : least
    batch.count = lede_filter_scores(scores + first, end - first, threshold, batch.places)
    for index in 0..<batch.count {
      let place = batch.places[index] &+ UInt32(first)
      batch.places[index] = place
      batch.docs[index] = docs[Int(place)]
      batch.partials[index] = factor * Double(scores[Int(place)])
    }
  }

  /// Puts the batch's scores of the clause that gave it into its row.
  func fillRow(_ number: Int) {
    states[number].isRowUsed = true
    for index in 0..<batch.count {
      let place = Int(batch.places[index])
      states[number].row[place] = states[number].blockScores[place]
    }
  }

  /// Looks the batch up in the non-essential clauses and offers what is left.
  private func probeOthers(_ window: UnionWindow) throws(FormatError) {
    for place in stride(from: window.first - 1, through: 0, by: -1) {
      let rest = place > 0 ? window.sums[place - 1] : 0
      try probe(window.order[place], rest: rest, isRequired: false)
    }
    try finishBatch()
  }

  func clearRows(upTo count: Int) {
    for index in states.indices where states[index].isRowUsed {
      states[index].row.update(repeating: 0, count: count)
      states[index].isRowUsed = false
    }
  }
}

// MARK: - Several essential clauses

extension FlatExecutor {
  /// Puts the scores of the essential clauses' documents into their rows, and marks the documents.
  private func scatterEssential(
    _ window: UnionWindow, _ low: UInt32, _ high: UInt32
  ) throws(FormatError) {
    var total = 0.0
    for state in states { total += state.bound }
    for place in window.first..<states.count {
      let number = window.order[place]
      states[number].isRowUsed = true
      if let cursor = states[number].cursor {
        let others = total - states[number].bound
        try scatterTerm(window, number, cursor, low, high, others: others)
      } else {
        try scatterPhrase(window, number, low, high)
      }
    }
  }

  /// - Parameter others: a bound of all other clauses in the window, up to the error of a double sum.
  private func scatterTerm(
    _ window: UnionWindow, _ number: Int, _ cursor: UnsafeMutablePointer<TermCursor>,
    _ low: UInt32, _ high: UInt32, others: Double
  ) throws(FormatError) {
    let model = states[number].model
    while !cursor.pointee.isAtEnd {
      // A block none of whose documents can enter is left out; where another clause brings one of
      // them in, its sum is too low, and it is dropped, as its true score would have it.
      let bound = model.contributionBound(cursor.pointee.blockSaturation(model))
      if bound + others >= cut {
        try cursor.pointee.loadDocs()
        let (docs, count) = (cursor.pointee.docs, cursor.pointee.count)
        let from = lede_lower_bound(docs, count, low)
        let to = cursor.pointee.blockLast < high ? count : lede_lower_bound(docs, count, high)
        if from < to {
          try scoreBlock(&states[number], cursor)
          // Safe: the documents from..<to lie in the window, whose rows and bits hold rowSize places.
          lede_scatter_scores(
            docs + from, states[number].blockScores + from, to - from, low, states[number].row,
            window.bits)
        }
      }
      if cursor.pointee.blockLast >= high - 1 { return }
      cursor.pointee.nextBlock()
    }
  }

  private func scatterPhrase(
    _ window: UnionWindow, _ number: Int, _ low: UInt32, _ high: UInt32
  ) throws(FormatError) {
    let state = states[number]
    let matcher = matchers[state.phrase]
    var doc = try matcher.advance(to: low)
    while doc < high {
      let score = try phraseScore(matcher, state, doc, floor: -.infinity)
      if score >= 0 {
        let place = Int(doc - low)
        state.row[place] = score
        window.bits[place >> 6] |= 1 << UInt64(place & 63)
      }
      doc = try matcher.advance(to: doc + 1)
    }
  }

  /// Makes the marked documents the batch, dropping who cannot enter; clears the marks.
  private func gather(_ window: UnionWindow) {
    let essential = states.count - window.first
    for index in 0..<essential {
      let state = states[window.order[window.first + index]]
      window.rows[index] = state.row
      window.factors[index] = state.model.factor
    }
    let request = lede_window(
      rows: window.rows, factors: window.factors, count: essential, least: cut - window.rest,
      base: window.low)
    // Safe: the marks are below rowSize, the size of rows and batch.
    batch.count = lede_gather_window(
      request, window.bits, window.wordCount, batch.docs, batch.places, batch.partials)
    window.places.update(from: batch.places, count: batch.count)
    window.kept.pointee = batch.count
  }

  /// Sets the rows back to zeros at the candidates' places; the others are zeros already.
  private func clearRows(_ window: UnionWindow) {
    for index in states.indices where states[index].isRowUsed {
      let row = states[index].row
      for place in 0..<window.kept.pointee { row[Int(window.places[place])] = 0 }
      states[index].isRowUsed = false
    }
  }
}
