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
        let all = try ExhaustiveSearch(query, segments: segments, options: options).run()
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
    let heap = TopHeap(capacity: capacity)
    if capacity > 0 {
      for number in segments.indices {
        try fill(heap, number, query, options, context)
        context.arena.reset()
      }
    }
    let entries = page(heap.sorted(), options)
    // A heap with room left has dropped nothing: it holds every match.
    if capacity > 0, !heap.isFull {
      return Answer(entries: entries, total: heap.count, relation: .equal)
    }
    if options.countsExactly || capacity == 0 {
      return Answer(entries: entries, total: try count(query, context), relation: .equal)
    }
    let (total, relation) = query.totalKnownBeforehand ?? (0, .atLeast)
    return total > heap.count
      ? Answer(entries: entries, total: total, relation: relation)
      : Answer(entries: entries, total: heap.count, relation: relation)
  }

  private func fill(
    _ heap: TopHeap, _ number: Int, _ query: WeightedQuery, _ options: SearchOptions,
    _ context: SearchContext
  ) throws(FormatError) {
    let postings = SegmentPostings(
      segment: segments[number], number: number, query: query, arena: context.arena)
    if let plan = query.flat {
      guard let executor = try FlatExecutor(plan, postings, options: options, heap: heap) else {
        return
      }
      try executor.run()
    } else {
      try TreeExecutor(postings, options: options).run(heap)
    }
  }

  /// Counts every match of every segment.
  func count(_ query: WeightedQuery, _ context: SearchContext) throws(SearchError) -> Int {
    var total = 0
    for (number, segment) in segments.enumerated() {
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

extension WeightedQuery {
  /// The total of a query of one term; at least the most frequent alternative's docFreq otherwise.
  var totalKnownBeforehand: (total: Int, relation: TotalRelation)? {
    guard let flat, flat.required.isEmpty || flat.required.count == 1, flat.excluded.isEmpty else {
      return nil
    }
    let deciding = flat.required + (flat.required.isEmpty ? flat.alternatives : [])
    let terms = deciding.filter { bound.clauses[$0].kind != .phrase }
    let most = terms.map { leastMatches[$0] }.max() ?? 0
    let isExact =
      deciding.count == 1 && terms.count == 1 && bound.clauses[terms[0]].slots[0].keys.count == 1
    return (most, isExact ? .equal : .atLeast)
  }
}
