import LedeAnalysis
import LedeCodecs
import LedeStorage

/// What one search needs for itself and the next one can use again.
///
/// Handed from thread to thread, used by one at a time.
final class SearchContext {
  let analyzer: Analyzer
  /// The searcher's: copies, so that searches side by side do not count references to the same objects.
  let segments: [SegmentReader]
  /// What is known of the query.
  let queryArena: ScratchArena
  /// Binds in that arena.
  let binder: QueryBinder
  /// What one segment needs.
  let arena = ScratchArena()
  let heap = TopHeap(capacity: 0)

  init(_ analyzer: Analyzer, _ segments: [SegmentReader]) {
    self.analyzer = analyzer
    self.segments = segments.map { $0.copy() }
    queryArena = ScratchArena()
    binder = QueryBinder(analyzer: analyzer, segments: self.segments, arena: queryArena)
  }

  deinit {
    arena.deallocate()
    queryArena.deallocate()
  }
}

/// Idle contexts of one searcher.
final class SearchContextPool: Sendable {
  private let language: Language
  private let segments: [SegmentReader]
  private let idle = SlotPool<SearchContext>()

  init(language: Language, segments: [SegmentReader]) {
    self.language = language
    self.segments = segments
  }

  /// Runs `body` with a context of its own.
  func withContext<Result, Failure: Error>(
    _ body: (SearchContext) throws(Failure) -> Result, orElse fail: (AnalysisError) -> Failure
  ) throws(Failure) -> Result {
    let context: SearchContext
    if let known = idle.take() {
      context = known
    } else {
      do {
        context = SearchContext(try Analyzer(language: language), segments)
      } catch { throw fail(error) }
    }
    defer {
      context.arena.reset()
      context.queryArena.reset()
      idle.giveBack(context)
    }
    return try body(context)
  }
}
