import LedeCodecs

/// The documents of an answer, before anything is read about them.
struct Answer {
  var entries: [RankedEntry]
  var total: Int
  var relation: TotalRelation
}

extension Searcher {
  /// Ranks by the strategy asked for.
  func run(
    _ query: WeightedQuery, _ options: SearchOptions, _ context: SearchContext
  ) throws(SearchError) -> Answer {
    do {
      switch options.strategy {
      case .exhaustive:
        let all = try ExhaustiveSearch(query, segments: context.segments, options: options).run()
        return Answer(entries: page(all, options), total: all.count, relation: .equal)
      case .pruned:
        return try runPruned(query, options, context)
      }
    } catch let error as FormatError {
      throw .index(error)
    } catch let error as SearchError {
      throw error
    } catch { preconditionFailure("no other error is thrown") }
  }

  private func page(_ entries: [RankedEntry], _ options: SearchOptions) -> [RankedEntry] {
    Array(entries.dropFirst(options.offset).prefix(options.limit))
  }

  private func runPruned(
    _ query: WeightedQuery, _ options: SearchOptions, _ context: SearchContext
  ) throws -> Answer {
    let capacity = options.limit == 0 ? 0 : options.offset + options.limit
    let heap = context.heap
    heap.reset(capacity: capacity)
    if options.countsExactly, capacity > 0, let total = try countPhrase(query, options, context) {
      return Answer(
        entries: heap.takeSorted(skipping: options.offset), total: total, relation: .equal)
    }
    if capacity > 0 {
      for number in context.segments.indices {
        try fill(heap, number, query, options, context)
        context.arena.reset()
      }
    }
    // A heap with room left has dropped nothing: it holds every match.
    let (found, isComplete) = (heap.count, capacity > 0 && !heap.isFull)
    let entries = heap.takeSorted(skipping: options.offset)
    if isComplete { return Answer(entries: entries, total: found, relation: .equal) }
    if options.countsExactly || capacity == 0 {
      return Answer(entries: entries, total: try count(query, context), relation: .equal)
    }
    let (total, relation) = query.totalKnownBeforehand ?? (0, .atLeast)
    return Answer(entries: entries, total: max(total, found), relation: relation)
  }

  /// Ranks and counts in one pass where the query is a phrase; nil where it is not.
  private func countPhrase(
    _ query: WeightedQuery, _ options: SearchOptions, _ context: SearchContext
  ) throws(FormatError) -> Int? {
    guard let plan = query.flat, let clause = WholePhrase.clause(of: plan, query) else {
      return nil
    }
    var total = 0
    for (number, segment) in context.segments.enumerated() where query.isPresent(clause, in: number)
    {
      let postings = SegmentPostings(
        segment: segment, number: number, query: query, arena: context.arena)
      defer { context.arena.reset() }
      guard let phrase = try WholePhrase(clause, plan, postings, options: options) else {
        // It begins again, in two passes.
        context.heap.reset(capacity: context.heap.capacity)
        return nil
      }
      total += try phrase.count(context.heap)
    }
    return total
  }

  private func fill(
    _ heap: TopHeap, _ number: Int, _ query: WeightedQuery, _ options: SearchOptions,
    _ context: SearchContext
  ) throws(FormatError) {
    let segment = context.segments[number]
    guard let plan = query.flat else {
      let postings = SegmentPostings(
        segment: segment, number: number, query: query, arena: context.arena)
      return try TreeExecutor(postings, options: options).run(heap)
    }
    var cut = -Double.infinity
    if let term = TermSearch(
      plan, query, segment, number: number, options: options, arena: context.arena)
    {
      guard case .unfinished(let known) = try term.run(heap, query.statistics, options) else {
        return
      }
      cut = known
    }
    let postings = SegmentPostings(
      segment: segment, number: number, query: query, arena: context.arena)
    var first: UInt32 = 0
    if let clause = WholePhrase.clause(of: plan, query), postings.isPresent(clause),
      let phrase = try WholePhrase(clause, plan, postings, options: options)
    {
      guard let next = try phrase.rank(heap) else { return }
      first = next
    }
    guard let executor = try FlatExecutor(plan, postings, options: options, heap: heap) else {
      return
    }
    executor.cut = max(executor.cut, cut)
    executor.firstDoc = first
    try executor.run()
  }

  /// Counts every match of every segment.
  func count(_ query: WeightedQuery, _ context: SearchContext) throws(SearchError) -> Int {
    if let known = query.totalKnownBeforehand, known.relation == .equal { return known.total }
    var total = 0
    for (number, segment) in context.segments.enumerated() {
      let postings = SegmentPostings(
        segment: segment, number: number, query: query, arena: context.arena)
      do {
        if let plan = query.flat {
          var counter = Counter(plan, postings)
          total += try counter.count()
        } else {
          total += try TreeExecutor(postings, options: SearchOptions()).count()
        }
      } catch { throw .index(error) }
      context.arena.reset()
    }
    return total
  }
}
