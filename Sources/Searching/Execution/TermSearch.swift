import CLedeKernels
import LedeCodecs
import LedeModel

/// A query of one term in one segment, without the machinery that several terms need.
///
/// The list's head holds the answer, unless what lies beyond may tie with its last document. A list without
/// a head, which is short, is scored whole.
struct TermSearch {
  private let segment: SegmentReader
  private let number: Int
  private let field: Field
  private let entries: UnsafeMutableBufferPointer<TermEntry>
  private let scorer: BlockScorer
  private let arena: ScratchArena

  enum Outcome {
    case done
    /// The list has to be walked; documents whose score is below the cut need not be looked at.
    case unfinished(cut: Double)
  }

  /// Nil unless one term of the query is all that the segment has of it.
  init?(
    _ plan: FlatPlan, _ query: WeightedQuery, _ segment: SegmentReader, number: Int,
    options: SearchOptions, arena: ScratchArena
  ) {
    guard let clause = query.onlyTerm(plan, in: number) else { return nil }
    self.segment = segment
    self.number = number
    self.arena = arena
    field = query.field(clause)
    entries = query.entries(clause, slot: 0, segment: number)
    scorer = BlockScorer(
      model: query.model(clause, count: plan.counts[clause], options: options),
      lengths: segment.lengths(field))
  }

  /// Offers the segment's documents to the heap.
  ///
  /// - Parameter statistics: of the query, like `options`: not kept, since a copy takes references.
  func run(
    _ heap: TopHeap, _ statistics: CollectionStatistics, _ options: SearchOptions
  ) throws(FormatError) -> Outcome {
    guard entries.count == 1 else { return .unfinished(cut: -.infinity) }
    let list = try segment.postings(entries[0])
    guard list.hasHead else {
      // A threshold from other segments rules ranges out, which costs less than to score them.
      if list.isRanged, heap.isFull { return .unfinished(cut: -.infinity) }
      offer(try scorer.scored(list, arena), to: heap)
      return .done
    }
    let before = heap.all
    let head = try scoredHead(list)
    let least = leastImpact(head)
    offer(head, to: heap)
    let cut = heap.isFull ? BM25.cut(heap.threshold) : -.infinity
    let rho = statistics.correction(field, in: segment, options)
    if residual(least, rho) < cut { return .done }
    // The documents of the head come again; what they showed about the threshold stays.
    heap.restore(before)
    return .unfinished(cut: cut)
  }

  /// The head of a list, scored.
  private func scoredHead(_ list: PostingsList) throws(FormatError) -> ScoredList {
    let docs = arena.allocate(UInt32.self, PostingsList.headSize)
    let freqs = arena.allocate(UInt32.self, PostingsList.headSize)
    let scores = arena.allocate(Float.self, PostingsList.headSize)
    let count = try list.decodeHead(docs: docs, freqs: freqs)
    scorer.score(docs, freqs, count, into: scores)
    return ScoredList(docs: docs, freqs: freqs, scores: scores, count: count)
  }

  /// A bound of the frozen q of any posting outside the head: at most the least of the head.
  private func leastImpact(_ head: ScoredList) -> Double {
    let frozen = BM25(FrozenImpact(averageLength: segment.frozenAverageLength(field)))
    let model = scorer.model.model
    if model.a == frozen.model.a, model.c == frozen.model.c, model.w > 0 {
      // The scores are w times q, rounded once more.
      return Double(least(head.scores, head.count)) / Double(model.w) * (1 + 0x1p-22)
    }
    let impacts = arena.allocate(Float.self, PostingsList.headSize)
    BlockScorer(model: frozen, lengths: scorer.lengths)
      .score(head.docs, head.freqs, head.count, into: impacts)
    return Double(least(impacts, head.count))
  }

  /// The least of some positive floats, infinity of none; they are ordered like their bits, of which several are
  /// compared at once.
  private func least(_ values: UnsafePointer<Float>, _ count: Int) -> Float {
    var bits = Float.infinity.bitPattern
    for index in 0..<count { bits = min(bits, values[index].bitPattern) }
    return Float(bitPattern: bits)
  }

  /// A bound of what any posting outside the head contributes.
  private func residual(_ leastImpact: Double, _ rho: Double) -> Double {
    let least = min(1, leastImpact * BM25.inflation)
    let today = least / (least + rho * (1 - least))
    return scorer.model.factor * Double(scorer.model.model.w) * today * BM25.inflation
  }

  /// Offers live documents whose contribution reaches the threshold.
  private func offer(_ list: ScoredList, to heap: TopHeap) {
    scorer.weigh(list.scores, list.count)
    let chosen = arena.allocate(UInt32.self, list.count)
    let count = choose(list, for: heap, into: chosen)
    heap.offer(count) { index in
      let doc = list.docs[Int(chosen[index])]
      return RankedEntry(
        score: list.scores[Int(chosen[index])], sequence: segment.sequence(of: doc), doc: doc,
        segment: UInt32(number))
    }
  }

  /// The places of the live documents that may enter; where all are live, of little more of the best than
  /// are wanted.
  private func choose(
    _ list: ScoredList, for heap: TopHeap, into chosen: UnsafeMutablePointer<UInt32>
  ) -> Int {
    let (scores, wanted) = (list.scores, heap.capacity)
    guard heap.count == 0, segment.live == nil, list.count > wanted else {
      var kept = 0
      for index in 0..<lede_select_floats(scores, list.count, heap.threshold, chosen)
      where segment.isLive(list.docs[Int(chosen[index])]) {
        chosen[kept] = chosen[index]
        kept += 1
      }
      return kept
    }
    let least = lede_upper_floats(scores, list.count, 0, wanted, wanted + wanted / 8)
    return lede_select_floats(scores, list.count, least, chosen)
  }
}

extension WeightedQuery {
  /// The term that is all that a segment has of the query; nil when it has more, or nothing.
  fileprivate func onlyTerm(_ plan: FlatPlan, in segment: Int) -> Int? {
    guard plan.required.isEmpty else { return nil }
    for clause in plan.excluded where isPresent(clause, in: segment) { return nil }
    var only: Int?
    for clause in plan.counts.indices where plan.counts[clause] > 0 {
      guard isPresent(clause, in: segment) else { continue }
      if only != nil || kind(clause) == .phrase { return nil }
      only = clause
    }
    return only
  }
}
