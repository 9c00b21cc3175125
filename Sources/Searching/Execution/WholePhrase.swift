import CLedeKernels
import LedeCodecs

/// Ranks the documents of a phrase that is all of a query in one pass over all of them, and can count them.
///
/// Where every match is to be counted, the positions of every candidate are read anyway: what is left to
/// do for the ranking is to score the matches. Where candidates are few, to read them all costs less than
/// to find out which of them need not be.
struct WholePhrase {
  /// Candidates up to which no bounds are worth making.
  private static let fewDocuments = 128

  private let phrase: DirectPhrase
  private let scorer: BlockScorer
  private let segment: SegmentReader
  private let number: Int
  private let scores: UnsafeMutablePointer<Float>

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
    scores = postings.arena.allocate(Float.self, PostingsList.longBlockSize)
  }

  /// The phrase that is all of a query, if one is: a phrase alone is required.
  static func clause(of plan: FlatPlan, _ query: WeightedQuery) -> Int? {
    guard plan.counts.count == 1, plan.excluded.isEmpty, let clause = plan.required.first,
      query.kind(clause) == .phrase
    else { return nil }
    return clause
  }

  /// Offers every match to the heap and returns how many there are.
  func run(_ heap: TopHeap) throws(FormatError) -> Int { try run(heap, limit: nil) ?? 0 }

  /// Offers every match to the heap if few documents hold all slots of the phrase; false if not, and
  /// nothing was offered then.
  func runFew(_ heap: TopHeap) throws(FormatError) -> Bool {
    try run(heap, limit: Self.fewDocuments) != nil
  }

  private func run(_ heap: TopHeap, limit: Int?) throws(FormatError) -> Int? {
    var total = 0
    let isDone = try phrase.forEachMatch(limit: limit) { docs, freqs, count in
      for start in stride(from: 0, to: count, by: PostingsList.longBlockSize) {
        let size = min(PostingsList.longBlockSize, count - start)
        total += offer(docs + start, freqs + start, size, to: heap)
      }
    }
    return isDone ? total : nil
  }

  /// Returns how many of the documents are live.
  private func offer(
    _ docs: UnsafePointer<UInt32>, _ freqs: UnsafePointer<UInt32>, _ count: Int, to heap: TopHeap
  ) -> Int {
    scorer.score(docs, freqs, count, into: scores)
    var liveCount = 0
    for index in 0..<count where segment.isLive(docs[index]) {
      liveCount += 1
      // As the canonical sum has it.
      let score = Float(scorer.model.factor * Double(scores[index]))
      guard heap.mayEnter(score) else { continue }
      heap.offer(
        RankedEntry(
          score: score, sequence: segment.sequence(of: docs[index]), doc: docs[index],
          segment: UInt32(number)))
    }
    return liveCount
  }
}
