import CLedeKernels
import LedeCodecs
import LedeModel

/// Runs a flat query over one segment, offering documents to a shared heap.
///
/// Exact: a document is dropped only when a proven bound of its score is below the k-th best score,
/// strictly, and every survivor's score is summed anew in canonical order. Documents are divided into
/// ranges of 512, for each of which every clause has a bound; ranges whose bounds together stay below
/// the threshold are never looked at (`FlatExecutor+Bounds`). Inside a range, unions look at documents that
/// lack few enough lists, or follow MaxScore (`+Ranges`); conjunctions start from what their short lists
/// share (`+Lead`, `+Conjunction`), or where all lists are frequent from what these share in a range, and with
/// optional ones beside them from documents that lack few enough of those (`+Meeting`). Each clause's scores
/// stand in a row of its own, so the canonical sum reads them in order without looking anything up again.
///
/// Sources: Mackenzie, Petri and Moffat, "Anytime ranking on document-ordered indexes" (2022), and
/// Mallia, Suel and Tonellotto, "Faster learned sparse retrieval with block-max pruning" (2024), for
/// ranges and the order in which they are visited.
final class FlatExecutor {
  let postings: SegmentPostings
  let segment: SegmentReader
  let arena: ScratchArena
  let options: SearchOptions
  /// The scoring clauses with postings here, in canonical order.
  let states: UnsafeMutableBufferPointer<ClauseState>
  /// Rows and factors of the states, in their order.
  private let rows: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>
  private let factors: UnsafeMutablePointer<Double>
  /// States of required clauses.
  let required: ArenaList<Int>
  // One thread runs it, and no closure keeps any of these while it is changed: to check the access to
  // them at run time took a twentieth of the time of unions.
  @exclusivity(unchecked) var matchers: [PhraseMatcher] = []
  let heap: TopHeap
  @exclusivity(unchecked) var batch: CandidateBatch
  /// What a clause says of the batch's documents: their scores there, and whether it has them at all,
  /// 0 where not. At the end, their scores in all.
  let probed: (scores: UnsafeMutablePointer<Float>, found: UnsafeMutablePointer<UInt32>)
  /// By place in the rows, a document's place in the list that leads.
  let leadPlaces: UnsafeMutablePointer<UInt32>
  /// Below this, the score of a document is below the threshold: see `BM25.cut`.
  @exclusivity(unchecked) var cut: Double
  let exclusion: Exclusion
  /// Short lists, of whose first ones every document was judged before.
  @exclusivity(unchecked) var judgedLists = ArenaList<Int>()
  @exclusivity(unchecked) var judged = 0
  /// Which of the pending documents the batch begins with.
  @exclusivity(unchecked) var firstPending = 0
  let docLimit: UInt32
  /// Where a conjunction begins: what lies before it was offered by others. It begins a range where ranges lead.
  var firstDoc: UInt32 = 0

  /// Documents in a range, and places in a row.
  @inline(__always) static var rangeSize: Int { RangeOfDocuments.size }
  /// Documents that are looked up together, unless a range has more.
  static var batchSize: Int { 256 }

  /// - Returns: nil when no document of the segment can match.
  init?(
    _ plan: FlatPlan, _ postings: SegmentPostings, options: SearchOptions, heap: TopHeap
  ) throws(FormatError) {
    guard plan.required.allSatisfy(postings.isPresent) else { return nil }
    let scoring = postings.arena.filtered(plan.counts.indices) {
      plan.counts[$0] > 0 && postings.isPresent($0)
    }
    guard !scoring.isEmpty else { return nil }
    self.postings = postings
    self.options = options
    self.heap = heap
    segment = postings.segment
    arena = postings.arena
    docLimit = UInt32(clamping: postings.segment.docCount)
    precondition(PostingsList.rangeShift == Int(RangeOfDocuments.shift), "one size of ranges")
    cut = BM25.cut(heap.threshold)
    exclusion = try Exclusion(plan.excluded, postings)
    batch = CandidateBatch(capacity: Self.rangeSize, arena: postings.arena)
    probed = (
      postings.arena.allocate(Float.self, Self.rangeSize + CandidateBatch.spare),
      postings.arena.allocate(UInt32.self, Self.rangeSize + CandidateBatch.spare)
    )
    leadPlaces = postings.arena.allocate(UInt32.self, Self.rangeSize)
    states = UnsafeMutableBufferPointer(
      start: postings.arena.allocate(ClauseState.self, scoring.count), count: scoring.count)
    rows = postings.arena.allocate(UnsafeMutablePointer<Float>?.self, scoring.count)
    factors = postings.arena.allocate(Double.self, scoring.count)
    required = postings.arena.filtered(scoring.indices) { plan.required.contains(scoring[$0]) }
    for (place, clause) in scoring.enumerated() {
      let state = try state(of: clause, plan, isAlone: scoring.count == 1)
      self.states.initializeElement(at: place, to: state)
      rows[place] = state.row
      factors[place] = state.factor
    }
  }

  private func state(
    of clause: Int, _ plan: FlatPlan, isAlone: Bool
  ) throws(FormatError) -> ClauseState {
    let isPhrase = postings.query.kind(clause) == .phrase
    let scorer = BlockScorer(
      model: postings.query.model(clause, count: plan.counts[clause], options: options),
      lengths: segment.lengths(postings.query.field(clause)))
    var cursor: UnsafeMutablePointer<TermCursor>?
    var ranged: UnsafePointer<lede_ranged>?
    var whole: ScoredList?
    var docFreq = 0
    if isPhrase {
      matchers.append(try postings.phrase(clause))
    } else if let list = try postings.onlyList(clause) {
      docFreq = list.docFreq
      if !isAlone, let kernel = list.ranged {
        ranged = UnsafePointer(arena.allocate(repeating: kernel, 1))
      } else if isAlone && (list.rangeBounds != nil || list.hasHead) || !plan.required.isEmpty {
        // A conjunction decides later which short lists it decodes whole.
        cursor = arena.cursor(BlockSource(list))
      } else {
        whole = try scorer.scored(list, arena)
      }
    } else {
      let merged = try scorer.scored(merging: try postings.lists(clause, slot: 0), arena)
      (whole, docFreq) = (merged, merged.count)
    }
    return ClauseState(
      clause: clause, isRequired: plan.required.contains(clause), scorer: scorer, ranged: ranged,
      cursor: cursor, whole: whole, phrase: isPhrase ? matchers.count - 1 : -1,
      found: isPhrase && plan.required.isEmpty
        ? arena.allocate(repeating: Float(0), Self.rangeSize) : nil,
      docFreq: docFreq, row: arena.allocate(repeating: Float(0), Self.rangeSize),
      bounds: arena.allocate(
        Float.self,
        min(rangeCount, options.rangesPerTile) * (ranged == nil ? RangeOfDocuments.finePerRange : 1)
      ))
  }

  /// Ranges of the segment.
  var rangeCount: Int { (Int(docLimit) + Self.rangeSize - 1) / Self.rangeSize }

  /// Offers every document of the segment that belongs to the best k.
  func run() throws(FormatError) {
    guard heap.capacity > 0, docLimit > 0 else { return }
    if states.count == 1, states[0].phrase < 0 {
      try runSingleTerm()
    } else if !required.isEmpty {
      try runConjunction()
    } else {
      try runUnion()
    }
  }
}

// MARK: - Results

extension FlatExecutor {
  /// Offers what is left of the batch to the heap, by its canonical scores, and raises the threshold.
  func finishBatch() throws(FormatError) {
    lede_batch_scores(&batch, rows, factors, states.count, probed.scores)
    let count = try entering()
    heap.offer(count) { self.entry(batch.docs[$0], probed.scores[$0]) }
    batch.count = 0
    raiseCut()
  }

  /// Puts those documents of the batch at its front, with their scores, that may enter, were not judged
  /// before, and are not ruled out; returns how many.
  private func entering() throws(FormatError) -> Int {
    let scores = probed.scores
    guard let docs = batch.docs else { return 0 }
    var count = 0
    for index in 0..<batch.count where heap.mayEnter(scores[index]) {
      (docs[count], scores[count]) = (docs[index], scores[index])
      count += 1
    }
    for place in 0..<judged where count > 0 {
      guard let whole = states[judgedLists[place]].whole else { continue }
      count = lede_list_without(whole.docs, whole.count, docs, scores, count)
    }
    guard !exclusion.isEmpty else { return count }
    var kept = 0
    for index in 0..<count where try !exclusion.excludes(docs[index]) {
      (docs[kept], scores[kept]) = (docs[index], scores[index])
      kept += 1
    }
    return kept
  }

  @inline(__always)
  func offer(_ doc: UInt32, _ score: Float) throws(FormatError) {
    guard heap.mayEnter(score), try !exclusion.excludes(doc) else { return }
    heap.offer(entry(doc, score))
  }

  private func entry(_ doc: UInt32, _ score: Float) -> RankedEntry {
    RankedEntry(
      score: score, sequence: segment.sequence(of: doc), doc: doc,
      segment: UInt32(postings.number))
  }

  func raiseCut() { cut = max(cut, BM25.cut(heap.threshold)) }

  /// The least bound that is worth a look, as a Float: rounded down, and above the bound of ranges
  /// where a required clause is absent.
  var leastBound: Float { max(Float(cut).nextDown, -.greatestFiniteMagnitude) }

  /// Sets the first `count` places of the rows back to zeros.
  func clearRows(upTo count: Int) {
    for index in states.indices where states[index].isRowUsed {
      states[index].row.update(repeating: 0, count: count)
      states[index].isRowUsed = false
    }
  }

  /// A kernel's count, unless it says that there is damage.
  @inline(__always)
  func checked(_ count: Int) throws(FormatError) -> Int {
    guard count < PostingsList.damaged else { throw segment.corruptPostings }
    return count
  }
}
