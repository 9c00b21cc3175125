import LedeAnalysis
import Synchronization

/// What one search needs for itself and the next one can use again.
///
/// Handed from thread to thread, used by one at a time.
final class SearchContext {
  let analyzer: Analyzer
  /// What is known of the query.
  let queryArena = ScratchArena()
  /// What one segment needs.
  let arena = ScratchArena()
  let analysis = AnalysisScratch()
  let heap = TopHeap(capacity: 0)

  init(_ analyzer: Analyzer) { self.analyzer = analyzer }
}

/// The tokens of the text being analysed and a form of a word: kept for their memory, not for what is in
/// them.
final class AnalysisScratch {
  // Used by one binder, which hands them to the analyzer alone: there is nothing to check.
  @exclusivity(unchecked) var tokens = TokenBatch()
  @exclusivity(unchecked) var form: [UInt8] = []
}

/// Idle contexts of one searcher.
final class SearchContextPool: Sendable {
  /// Safe: a context is in the pool or with one search, never both.
  private struct Idle: @unchecked Sendable { var contexts: [SearchContext] = [] }

  private let language: Language
  private let idle = Mutex(Idle())
  private static let keptContexts = 64

  init(language: Language) { self.language = language }

  /// Runs `body` with a context of its own; the lock is held for a push and a pop only.
  func withContext<Result, Failure: Error>(
    _ body: (SearchContext) throws(Failure) -> Result, orElse fail: (AnalysisError) -> Failure
  ) throws(Failure) -> Result {
    let context: SearchContext
    let taken = idle.withLock { idle in IdleBox(idle.contexts.popLast()) }
    if let known = taken.context {
      context = known
    } else {
      do { context = SearchContext(try Analyzer(language: language)) } catch { throw fail(error) }
    }
    defer {
      context.arena.reset()
      context.queryArena.reset()
      let box = IdleBox(context)
      idle.withLock { idle in
        if idle.contexts.count < Self.keptContexts, let context = box.context {
          idle.contexts.append(context)
        }
      }
    }
    return try body(context)
  }

  /// Carries a context over the lock's boundary.
  private struct IdleBox: @unchecked Sendable {
    let context: SearchContext?
    init(_ context: SearchContext?) { self.context = context }
  }
}
