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
      probeWhole(number, before: before, after: after, isRequired: isRequired)
    } else if let cursor = states[number].cursor {
      try probeTerm(number, cursor, before: before, after: after, isRequired: isRequired)
    } else {
      try probePhrase(number, before: before, after: after, isRequired: isRequired)
    }
  }

  private func probeWhole(_ number: Int, before: Ceiling, after: Ceiling, isRequired: Bool) {
    guard let whole = states[number].whole else { return }
    let (row, factor) = (states[number].row, states[number].factor)
    let (batch, cut) = (batch, cut)
    var kept = 0
    var place = whole.place
    for index in 0..<batch.count {
      let doc = batch.docs[index]
      var partial = batch.partials[index]
      if partial + before[doc] < cut { continue }
      place = whole.gallop(to: doc, from: place)
      if place < whole.count, whole.docs[place] == doc {
        row[Int(batch.places[index])] = whole.scores[place]
        partial += factor * Double(whole.scores[place])
      } else if isRequired {
        continue
      }
      if partial + after[doc] < cut { continue }
      batch.keep(index, at: kept, partial: partial)
      kept += 1
    }
    states[number].whole?.place = place
    self.batch.count = kept
  }

  private func probeTerm(
    _ number: Int, _ cursor: UnsafeMutablePointer<TermCursor>, before: Ceiling, after: Ceiling,
    isRequired: Bool
  ) throws(FormatError) {
    let (row, factor, model) = (states[number].row, states[number].factor, states[number].model)
    let lengths = states[number].lengths
    let (batch, cut) = (batch, cut)
    var kept = 0
    for index in 0..<batch.count {
      let doc = batch.docs[index]
      var partial = batch.partials[index]
      if partial + before[doc] < cut { continue }
      if try cursor.pointee.advance(to: doc) == doc {
        // Safe: a decoded document is below the segment's docCount, the size of the column.
        let length = lengths[Int(doc)]
        let score = lede_bm25_score(
          model, try cursor.pointee.termFreq(),
          length == LengthsReader.escape ? states[number].scorer.lengths.value(doc) : UInt32(length)
        )
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

  private func probePhrase(
    _ number: Int, before: Ceiling, after: Ceiling, isRequired: Bool
  ) throws(FormatError) {
    let state = states[number]
    let matcher = matchers[state.phrase]
    let (batch, cut) = (batch, cut)
    var kept = 0
    for index in 0..<batch.count {
      let doc = batch.docs[index]
      var partial = batch.partials[index]
      if partial + before[doc] < cut { continue }
      let score = try phraseScore(
        matcher, state, doc, floor: cut - partial - after[doc])
      if score > 0 {
        state.row[Int(batch.places[index])] = score
        partial += state.factor * Double(score)
      }
      if (isRequired && score < 0) || partial + after[doc] < cut { continue }
      batch.keep(index, at: kept, partial: partial)
      kept += 1
    }
    self.batch.count = kept
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
