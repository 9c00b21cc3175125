import CLedeKernels
import LedeCodecs

/// Ranks the documents of a phrase that is all of a query in one pass over all of them, and can count them.
///
/// Where every match is to be counted, the positions of every candidate are read anyway: what is left to
/// do for the ranking is to score the matches. Where matches are few, to go through the candidates once, passing
/// what cannot enter, costs less than to visit ranges by their bounds.
struct WholePhrase {
  private let phrase: DirectPhrase
  private let scorer: BlockScorer
  private let segment: SegmentReader
  private let number: Int
  private let scores: UnsafeMutablePointer<Float>
  private let chosen: UnsafeMutablePointer<UInt32>
  private let matchesPerHit: Int
  /// See ``FrozenImpact``.
  private let rho: Double

  /// - Parameter clause: a phrase, the plan's ``clause(of:_:)``, with postings in the segment.
  /// - Returns: nil when a slot of the phrase has several surfaces, or positions of one make no sense.
  init?(
    _ clause: Int, _ plan: FlatPlan, _ postings: SegmentPostings, options: SearchOptions
  ) throws(FormatError) {
    let matcher = try postings.phrase(clause)
    postings.keep(matcher, of: clause)
    guard let phrase = matcher.direct else { return nil }
    self.phrase = phrase
    segment = postings.segment
    number = postings.number
    scorer = BlockScorer(
      model: postings.query.model(clause, count: plan.counts[clause], options: options),
      lengths: segment.lengths(postings.query.field(clause)))
    matchesPerHit = options.matchesPerHit
    rho = postings.query.statistics.correction(postings.query.field(clause), in: segment, options)
    scores = postings.arena.allocate(Float.self, DirectPhrase.mostAtOnce)
    chosen = postings.arena.allocate(UInt32.self, PostingsList.longBlockSize)
  }

  /// The phrase that is all of a query, if one is: a phrase alone is required.
  static func clause(of plan: FlatPlan, _ query: WeightedQuery) -> Int? {
    guard plan.counts.count == 1, plan.excluded.isEmpty, let clause = plan.required.first,
      query.kind(clause) == .phrase
    else { return nil }
    return clause
  }

  /// Offers every match to the heap and returns how many there are.
  func count(_ heap: TopHeap) throws(FormatError) -> Int {
    var total = 0
    _ = try phrase.forEachMatch(sieve: OpenSieve()) { (docs, freqs, count, _) in
      total += offer(docs, freqs, count, to: heap)
      return true
    }
    return total
  }

  /// Offers the matches that may enter to the heap, until they prove to be many.
  ///
  /// - Returns: the first document that was not looked at, all matches before which were offered; nil where none
  ///   is left.
  func rank(_ heap: TopHeap) throws(FormatError) -> UInt32? {
    // The more words, the less do bounds of each say of all of them.
    let others = phrase.slots.count - 1
    let many = Double(matchesPerHit * others * others * heap.capacity)
    var (total, isKnown) = (0, false)
    let next = try phrase.forEachMatch(
      firstSize: 4 * heap.capacity,
      sieve: HeapSieve(heap: heap, scorer: scorer, rho: rho, scores: scores)
    ) { (docs, freqs, count, share) in
      _ = offer(docs, freqs, count, to: heap)
      total += count
      guard !isKnown, total >= 2 * heap.capacity else { return true }
      isKnown = true
      return Double(total) < many * share
    }
    phrase.beginLead()
    return next
  }

  /// Returns how many of the documents are live.
  private func offer(
    _ docs: UnsafePointer<UInt32>, _ freqs: UnsafePointer<UInt32>, _ count: Int, to heap: TopHeap
  ) -> Int {
    var liveCount = 0
    for start in stride(from: 0, to: count, by: PostingsList.longBlockSize) {
      let size = min(PostingsList.longBlockSize, count - start)
      liveCount += offerSome(docs + start, freqs + start, size, to: heap)
    }
    return liveCount
  }

  private func offerSome(
    _ docs: UnsafePointer<UInt32>, _ freqs: UnsafePointer<UInt32>, _ count: Int, to heap: TopHeap
  ) -> Int {
    scorer.score(docs, freqs, count, into: scores)
    scorer.weigh(scores, count)
    for place in 0..<lede_select_floats(scores, count, heap.threshold, chosen) {
      let index = Int(chosen[place])
      guard segment.isLive(docs[index]), heap.mayEnter(scores[index]) else { continue }
      heap.offer(
        RankedEntry(
          score: scores[index], sequence: segment.sequence(of: docs[index]), doc: docs[index],
          segment: UInt32(number)))
    }
    guard segment.live != nil else { return count }
    var liveCount = 0
    for index in 0..<count { liveCount += segment.isLive(docs[index]) ? 1 : 0 }
    return liveCount
  }
}
