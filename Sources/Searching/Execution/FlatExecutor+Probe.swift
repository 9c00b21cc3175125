import CLedeKernels
import LedeCodecs

/// Looks a batch of candidates up in a clause.
extension FlatExecutor {
  /// Adds a clause's contributions to the batch and drops who cannot enter.
  ///
  /// - Parameters:
  ///   - after: bounds of the clauses still to come.
  ///   - isRequired: whether documents without the clause are dropped.
  func probe(_ number: Int, after: Ceiling, isRequired: Bool) throws(FormatError) {
    guard batch.count > 0 else { return }
    states[number].isRowUsed = true
    if let whole = states[number].whole {
      probeWhole(number, whole)
    } else if let list = states[number].ranged, let met = states[number].met {
      lede_ranged_score_places(
        list, states[number].model, states[number].column, batch.docs, batch.places, batch.count,
        met + firstPending, probed.scores, probed.found)
    } else if let list = states[number].ranged {
      _ = try checked(
        lede_ranged_probe(
          list, states[number].model, states[number].column, batch.docs, batch.count,
          probed.scores, probed.found))
    } else if let cursor = states[number].cursor {
      try probeTerm(number, cursor)
    } else {
      try probePhrase(number, after: after)
    }
    settle(number, after: after, isRequired: isRequired)
  }

  /// Drops the documents that not even all that is still to come lifts to the threshold: it may have risen
  /// since they were chosen.
  func keepPromising(_ before: Ceiling) {
    batch.count = withUnsafePointer(to: before) { lede_batch_keep(&batch, $0, cut) }
  }

  /// Adds to each of the batch's documents what a clause scores there, and drops who cannot enter.
  func settle(_ number: Int, after: Ceiling, isRequired: Bool) {
    // An optional clause may be found or not.
    batch.count = withUnsafePointer(to: after) {
      lede_batch_settle(
        &batch, probed.scores, probed.found, isRequired ? 1 : 0, states[number].factor,
        states[number].row, $0, cut)
    }
  }

  private func probeWhole(_ number: Int, _ whole: ScoredList) {
    // Documents ascend within a batch, not from batch to batch.
    var place = whole.place
    if place > 0, whole.docs[place - 1] >= batch.docs[0] { place = 0 }
    if batch.count >= Self.fewest {
      return lede_list_scores(
        whole.docs, whole.count, whole.scores, batch.docs, batch.count, probed.scores,
        probed.found)
    }
    for index in 0..<batch.count {
      place = whole.gallop(to: batch.docs[index], from: place)
      let isThere = place < whole.count && whole.docs[place] == batch.docs[index]
      probed.scores[index] = isThere ? whole.scores[place] : 0
      probed.found[index] = isThere ? 1 : 0
    }
    states[number].whole?.place = place
  }

  /// Documents from which on it pays to search for all of them side by side.
  private static var fewest: Int { 5 }

  private func probeTerm(
    _ number: Int, _ cursor: UnsafeMutablePointer<TermCursor>
  ) throws(FormatError) {
    let (model, lengths) = (states[number].model, states[number].lengths)
    for index in 0..<batch.count {
      let doc = batch.docs[index]
      guard try cursor.pointee.advance(to: doc) == doc else {
        (probed.scores[index], probed.found[index]) = (0, 0)
        continue
      }
      // Safe: a decoded document is below the segment's docCount, the size of the column.
      let length = lengths[Int(doc)]
      probed.scores[index] = lede_bm25_score(
        model, try cursor.pointee.termFreq(),
        length == LengthsReader.escape ? states[number].scorer.lengths.value(doc) : UInt32(length))
      probed.found[index] = 1
    }
  }

  /// In three steps, each for the whole batch: which documents hold every slot, in which of them even
  /// the least of their termFreqs is too little, and how often the phrase is in the rest.
  private func probePhrase(_ number: Int, after: Ceiling) throws(FormatError) {
    let state = states[number]
    let matcher = matchers[state.phrase]
    let desk = matcher.desk(for: batch.count)
    desk.docs.update(from: batch.docs, count: batch.count)
    let isLed = (matcher.direct?.ledCount ?? 0) > 0
    if isLed {
      for index in 0..<batch.count { desk.numbers[index] = leadPlaces[Int(batch.places[index])] }
    }
    let held = try choosePhrase(matcher, state, isLed: isLed, after: after)
    var next = 0
    for index in 0..<batch.count {
      let doc = batch.docs[index]
      while next < held, desk.docs[next] < doc { next += 1 }
      let isThere = next < held && desk.docs[next] == doc && desk.frequencies[next] > 0
      probed.found[index] = isThere ? 1 : 0
      probed.scores[index] =
        isThere
        ? state.scorer.model.score(
          termFreq: desk.frequencies[next], length: state.scorer.lengths.value(doc)) : 0
    }
  }

  /// Keeps those documents on the matcher's desk that the phrase may raise to the threshold, with their
  /// frequencies; returns how many.
  ///
  /// - Parameter isLed: whether the desk's numbers are the documents' places in the list that leads.
  private func choosePhrase(
    _ matcher: PhraseMatcher, _ state: ClauseState, isLed: Bool, after: Ceiling
  ) throws(FormatError) -> Int {
    let (batch, cut, scorer) = (batch, cut, state.scorer)
    let desk = matcher.desk(for: batch.count)
    let held = try matcher.intersect(
      docs: desk.docs, count: batch.count, leadPlaces: isLed ? desk.numbers : nil)
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
