import CLedeKernels
import LedeCodecs
import LedeModel

/// Runs a flat query over one segment with block-max pruning, offering documents to a shared heap.
///
/// Exact: a document is dropped only when a proven bound of its score is below the k-th best score,
/// strictly, and every survivor's score is summed anew in canonical order. Candidates come in batches,
/// from windows of up to 4,096 documents for unions (`FlatExecutor+Union`) or from blocks of the rarest
/// required list (`FlatExecutor+Conjunction`); each clause's scores stand in a row of its own, so the
/// canonical sum reads them in order without looking anything up again.
final class FlatExecutor {
  let plan: FlatPlan
  let postings: SegmentPostings
  let segment: SegmentReader
  let arena: ScratchArena
  /// The scoring clauses with postings here, in canonical order.
  let states: UnsafeMutableBufferPointer<ClauseState>
  /// States of required clauses.
  let required: [Int]
  var matchers: [PhraseMatcher] = []
  var heap: TopHeap
  var batch: CandidateBatch
  /// `BM25.cut` of the heap's threshold.
  var cut: Double
  private let exclusion: Exclusion
  private let table: CursorTable
  private let docLimit: UInt32
  /// Places in a row, and documents in a window: up to 4,096, fewer when there are many clauses.
  let rowSize: Int
  private static let maxRowSize = 4096
  /// Floats in all rows together: what a core's second-level cache holds well.
  private static let rowBudget = 1 << 18

  /// - Returns: nil when no document of the segment can match.
  init?(
    _ plan: FlatPlan, _ postings: SegmentPostings, options: SearchOptions, heap: TopHeap
  ) throws(FormatError) {
    guard plan.required.allSatisfy(postings.isPresent) else { return nil }
    let scoring = plan.counts.indices.filter { plan.counts[$0] > 0 && postings.isPresent($0) }
    guard !scoring.isEmpty else { return nil }
    self.plan = plan
    self.postings = postings
    self.heap = heap
    segment = postings.segment
    arena = postings.arena
    docLimit = UInt32(clamping: postings.segment.docCount)
    // Only unions have windows; the batches of a single term or a conjunction are blocks.
    let isSingleTerm =
      scoring.count == 1 && postings.query.bound.clauses[scoring[0]].kind != .phrase
    rowSize =
      plan.required.isEmpty && !isSingleTerm
      ? max(PostingsList.blockSize, min(Self.maxRowSize, Self.rowBudget / scoring.count) & ~63)
      : PostingsList.blockSize
    cut = BM25.cut(heap.threshold)
    exclusion = try Exclusion(plan.excluded, postings)
    table = CursorTable(capacity: postings.cursorCount(scoring))
    batch = CandidateBatch(capacity: rowSize, arena: postings.arena)
    states = UnsafeMutableBufferPointer(
      start: postings.arena.allocate(ClauseState.self, scoring.count), count: scoring.count)
    required = scoring.indices.filter { plan.required.contains(scoring[$0]) }
    for (place, clause) in scoring.enumerated() {
      let model = postings.query.model(clause, count: plan.counts[clause], options: options)
      self.states.initializeElement(at: place, to: try state(of: clause, model))
    }
  }

  private func state(of clause: Int, _ model: BM25) throws(FormatError) -> ClauseState {
    let definition = postings.query.bound.clauses[clause]
    var cursor: UnsafeMutablePointer<TermCursor>?
    var saturation: Float
    if definition.kind == .phrase {
      let matcher = try postings.phrase(clause, in: table)
      matchers.append(matcher)
      saturation = matcher.saturation(model)
    } else {
      let source = try postings.source(clause)
      saturation = model.saturation(source.impacts)
      cursor = table.add(TermCursor(source, arena: arena))
    }
    return ClauseState(
      clause: clause, isRequired: plan.required.contains(clause), model: model,
      field: definition.field, lengths: segment.lengths(definition.field).base,
      cursor: cursor, phrase: matchers.count - 1,
      row: arena.allocate(repeating: Float(0), rowSize),
      blockScores: arena.allocate(Float.self, PostingsList.blockSize),
      maxBound: model.contributionBound(saturation))
  }

  /// Offers every document of the segment that belongs to the best k.
  func run() throws(FormatError) {
    guard heap.capacity > 0, docLimit > 0 else { return }
    if !required.isEmpty {
      try runConjunction()
    } else if states.count == 1, states[0].cursor != nil {
      try runSingleTerm(docLimit: docLimit)
    } else {
      try runUnion(docLimit: docLimit)
    }
  }
}

// MARK: - Scoring

extension FlatExecutor {
  /// The exact length of a document.
  @inline(__always)
  func length(_ state: ClauseState, _ doc: UInt32) -> UInt32 {
    // Safe: every decoded document is below the segment's docCount, the size of the table.
    let short = state.lengths[Int(doc)]
    return short == .max ? segment.lengths(state.field).value(doc) : UInt32(short)
  }

  /// Scores the loaded block of a state's cursor into its `blockScores`.
  func scoreBlock(
    _ state: inout ClauseState, _ cursor: UnsafeMutablePointer<TermCursor>
  ) throws(FormatError) {
    guard state.scoredBlock != cursor.pointee.block else { return }
    try cursor.pointee.loadFreqs()
    let (docs, freqs) = (cursor.pointee.docs, cursor.pointee.freqs)
    let count = cursor.pointee.count
    let escapes = lede_bm25_score_block(
      state.model.model, state.lengths, docs, freqs, count, state.blockScores)
    if escapes > 0 {
      for index in 0..<count where state.lengths[Int(docs[index])] == .max {
        state.blockScores[index] = state.model.score(
          termFreq: freqs[index], length: length(state, docs[index]))
      }
    }
    state.scoredBlock = cursor.pointee.block
  }

  /// The canonical score of the row place: each clause's contribution in order, in Double, rounded
  /// once. A clause that the document lacks has a zero there, which adds nothing.
  @inline(__always)
  func canonicalScore(_ place: Int) -> Float {
    var sum = 0.0
    for state in states { sum += state.model.factor * Double(state.row[place]) }
    return Float(sum)
  }
}

// MARK: - Batches

extension FlatExecutor {
  /// Looks the batch's documents up in one clause, adds its contributions and drops who cannot enter.
  ///
  /// - Parameters:
  ///   - rest: a bound of the clauses still to come.
  ///   - isRequired: whether documents without the clause are dropped.
  func probe(_ number: Int, rest: Double, isRequired: Bool) throws(FormatError) {
    guard batch.count > 0 else { return }
    states[number].isRowUsed = true
    if let cursor = states[number].cursor {
      try probeTerm(number, cursor, rest: rest, isRequired: isRequired)
    } else {
      try probePhrase(number, rest: rest, isRequired: isRequired)
    }
  }

  private func probeTerm(
    _ number: Int, _ cursor: UnsafeMutablePointer<TermCursor>, rest: Double, isRequired: Bool
  ) throws(FormatError) {
    let state = states[number]
    let factor = state.model.factor
    var kept = 0
    var boundBlock = -1
    var ceiling = rest
    for index in 0..<batch.count {
      let doc = batch.docs[index]
      var partial = batch.partials[index]
      cursor.pointee.seekBlock(doc)
      if cursor.pointee.isAtEnd {
        if isRequired || partial + rest < cut { continue }
      } else {
        if boundBlock != cursor.pointee.block {
          boundBlock = cursor.pointee.block
          ceiling =
            rest + state.model.contributionBound(cursor.pointee.blockSaturation(state.model))
        }
        if partial + ceiling < cut { continue }
        if try cursor.pointee.advance(to: doc) == doc {
          let score = state.model.score(
            termFreq: try cursor.pointee.termFreq(), length: length(state, doc))
          state.row[Int(batch.places[index])] = score
          partial += factor * Double(score)
        } else if isRequired {
          continue
        }
        if partial + rest < cut { continue }
      }
      batch.keep(index, at: kept, partial: partial)
      kept += 1
    }
    batch.count = kept
  }

  private func probePhrase(
    _ number: Int, rest: Double, isRequired: Bool
  ) throws(FormatError) {
    let state = states[number]
    let matcher = matchers[state.phrase]
    var kept = 0
    for index in 0..<batch.count {
      let doc = batch.docs[index]
      var partial = batch.partials[index]
      if partial + state.bound + rest < cut { continue }
      let score = try phraseScore(matcher, state, doc, floor: cut - partial - rest)
      if score > 0 {
        state.row[Int(batch.places[index])] = score
        partial += state.model.factor * Double(score)
      }
      if (isRequired && score < 0) || partial + rest < cut { continue }
      batch.keep(index, at: kept, partial: partial)
      kept += 1
    }
    batch.count = kept
  }

  /// The score of a phrase in a document; negative when the phrase is not there, or when even the
  /// least termFreq of its slots would give a contribution below `floor`.
  func phraseScore(
    _ matcher: PhraseMatcher, _ state: ClauseState, _ doc: UInt32, floor: Double
  ) throws(FormatError) -> Float {
    guard try matcher.holds(doc) else { return -1 }
    let length = length(state, doc)
    let most = state.model.score(termFreq: try matcher.leastTermFreq(doc), length: length)
    if state.model.factor * Double(most) * BM25.inflation < floor { return -1 }
    let frequency = try matcher.frequency(doc)
    return frequency > 0 ? state.model.score(termFreq: frequency, length: length) : -1
  }

  /// Offers what is left of the batch to the heap, and raises the threshold.
  func finishBatch() throws(FormatError) {
    for index in 0..<batch.count {
      let score = canonicalScore(Int(batch.places[index]))
      let doc = batch.docs[index]
      guard heap.mayEnter(score), try !exclusion.excludes(doc) else { continue }
      heap.offer(
        RankedEntry(
          score: score, sequence: segment.sequence(of: doc), doc: doc,
          segment: UInt32(postings.number)))
    }
    batch.count = 0
    cut = BM25.cut(heap.threshold)
  }
}
