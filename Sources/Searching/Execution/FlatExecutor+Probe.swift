import CLedeKernels
import LedeCodecs

/// Looks a batch of candidates up in a clause.
extension FlatExecutor {
  /// Adds a clause's contributions to the batch and drops who cannot enter.
  ///
  /// - Parameters:
  ///   - before: bounds of this clause and those still to come, together.
  ///   - after: bounds of those still to come.
  ///   - isRequired: whether documents without the clause are dropped.
  func probe(
    _ number: Int, before: Ceiling, after: Ceiling, isRequired: Bool
  ) throws(FormatError) {
    guard batch.count > 0 else { return }
    states[number].isRowUsed = true
    if states[number].whole != nil {
      try probeWhole(number, before: before, after: after, isRequired: isRequired)
    } else if let list = states[number].ranged {
      try probeRanged(number, list, before: before, after: after, isRequired: isRequired)
    } else if let cursor = states[number].cursor {
      try probeTerm(number, cursor, before: before, after: after, isRequired: isRequired)
    } else {
      try probePhrase(number, before: before, after: after, isRequired: isRequired)
    }
  }

  /// Adds to each of the batch's documents what a clause scores there, nil where it is absent.
  ///
  /// - Parameter score: of a document, and of its place in the batch.
  @inline(__always)
  func sift(
    _ number: Int, before: Ceiling, after: Ceiling, isRequired: Bool,
    _ score: (_ doc: UInt32, _ index: Int) throws(FormatError) -> Float?
  ) throws(FormatError) {
    let (row, factor) = (states[number].row, states[number].factor)
    let (batch, cut) = (batch, cut)
    var kept = 0
    for index in 0..<batch.count {
      let doc = batch.docs[index]
      var partial = batch.partials[index]
      if partial + before[doc] < cut { continue }
      if let score = try score(doc, index) {
        row[Int(batch.places[index])] = score
        partial += factor * Double(score)
      } else if isRequired {
        continue
      }
      if partial + after[doc] < cut { continue }
      batch.keep(index, at: kept, partial: partial)
      kept += 1
    }
    self.batch.count = kept
  }

  /// A frequent term: those that it may still lift are found by one call.
  private func probeRanged(
    _ number: Int, _ list: UnsafePointer<lede_ranged>, before: Ceiling, after: Ceiling,
    isRequired: Bool
  ) throws(FormatError) {
    let (old, cut) = (batch, cut)
    var wanted = 0
    for index in 0..<old.count where old.partials[index] + before[old.docs[index]] >= cut {
      old.keep(index, at: wanted, partial: old.partials[index])
      wanted += 1
    }
    batch.count = wanted
    guard wanted > 0 else { return }
    let (scores, freqs) = (probed.scores, probed.freqs)
    _ = try checked(
      lede_ranged_probe(
        list, states[number].model, states[number].column, batch.docs, wanted, scores, freqs))
    try sift(number, before: before, after: after, isRequired: isRequired) { _, index in
      freqs[index] > 0 ? scores[index] : nil
    }
  }

  private func probeWhole(
    _ number: Int, before: Ceiling, after: Ceiling, isRequired: Bool
  ) throws(FormatError) {
    guard let whole = states[number].whole else { return }
    // Documents ascend within a batch, not from batch to batch.
    var place = whole.place
    if place > 0, whole.docs[place - 1] >= batch.docs[0] { place = 0 }
    try sift(number, before: before, after: after, isRequired: isRequired) {
      (doc, _) throws(FormatError) in
      place = whole.gallop(to: doc, from: place)
      return place < whole.count && whole.docs[place] == doc ? whole.scores[place] : nil
    }
    states[number].whole?.place = place
  }

  private func probeTerm(
    _ number: Int, _ cursor: UnsafeMutablePointer<TermCursor>, before: Ceiling, after: Ceiling,
    isRequired: Bool
  ) throws(FormatError) {
    let (model, lengths) = (states[number].model, states[number].lengths)
    try sift(number, before: before, after: after, isRequired: isRequired) {
      (doc, _) throws(FormatError) in
      guard try cursor.pointee.advance(to: doc) == doc else { return nil }
      // Safe: a decoded document is below the segment's docCount, the size of the column.
      let length = lengths[Int(doc)]
      return lede_bm25_score(
        model, try cursor.pointee.termFreq(),
        length == LengthsReader.escape ? states[number].scorer.lengths.value(doc) : UInt32(length))
    }
  }

  /// In three steps, each for the whole batch: which documents hold every slot, in which of them even
  /// the least of their termFreqs is too little, and how often the phrase is in the rest.
  private func probePhrase(
    _ number: Int, before: Ceiling, after: Ceiling, isRequired: Bool
  ) throws(FormatError) {
    let state = states[number]
    let matcher = matchers[state.phrase]
    let desk = matcher.desk(for: batch.count)
    var wanted = 0
    for index in 0..<batch.count where batch.partials[index] + before[batch.docs[index]] >= cut {
      desk.docs[wanted] = batch.docs[index]
      wanted += 1
    }
    let found = try choosePhrase(matcher, state, wanted, after: after)
    var next = 0
    try sift(number, before: before, after: after, isRequired: isRequired) {
      (doc, _) throws(FormatError) in
      while next < found, desk.docs[next] < doc { next += 1 }
      guard next < found, desk.docs[next] == doc, desk.frequencies[next] > 0 else { return nil }
      return state.scorer.model.score(
        termFreq: desk.frequencies[next], length: state.scorer.lengths.value(doc))
    }
  }

  /// Keeps those documents on the matcher's desk that the phrase may raise to the threshold, with their
  /// frequencies; returns how many.
  private func choosePhrase(
    _ matcher: PhraseMatcher, _ state: ClauseState, _ wanted: Int, after: Ceiling
  ) throws(FormatError) -> Int {
    let (batch, cut, scorer) = (batch, cut, state.scorer)
    let desk = matcher.desk(for: wanted)
    let held = try matcher.intersect(docs: desk.docs, count: wanted)
    let least = matcher.leastTermFreqs
    var (chosen, index) = (0, 0)
    for number in 0..<held {
      let doc = desk.docs[number]
      // Safe: documents on the desk are some of the batch's, in the same order.
      while batch.docs[index] != doc { index += 1 }
      let most = scorer.model.score(termFreq: least[number], length: scorer.lengths.value(doc))
      let floor = cut - batch.partials[index] - after[doc]
      if state.factor * Double(most) * BM25.inflation < floor { continue }
      desk.docs[chosen] = doc
      desk.numbers[chosen] = UInt32(truncatingIfNeeded: number)
      chosen += 1
    }
    try matcher.frequencies(ofCandidates: desk.numbers, count: chosen, into: desk.frequencies)
    return chosen
  }

  /// The score of a phrase in a document; negative when the phrase is not there, or when even the
  /// least termFreq of its slots would give a contribution below `floor`.
  func phraseScore(
    _ matcher: PhraseMatcher, _ state: ClauseState, _ doc: UInt32, floor: Double
  ) throws(FormatError) -> Float {
    guard try matcher.holds(doc) else { return -1 }
    let length = state.scorer.lengths.value(doc)
    let most = state.scorer.model.score(termFreq: try matcher.leastTermFreq(doc), length: length)
    if state.factor * Double(most) * BM25.inflation < floor { return -1 }
    let frequency = try matcher.frequency(doc)
    return frequency > 0 ? state.scorer.model.score(termFreq: frequency, length: length) : -1
  }
}
