import LedeAnalysis
import LedeStorage

/// Analyzers of one language, one for every thread that needs one at the same time.
// Sendable: an analyzer is used by the one thread that took it out under the lock.
final class AnalyzerPool: @unchecked Sendable {
  private let free: Monitor<[Analyzer]>

  init(language: Language, count: Int) throws(AnalysisError) {
    var analyzers: [Analyzer] = []
    for _ in 0..<count { analyzers.append(try Analyzer(language: language)) }
    free = Monitor(analyzers)
  }

  /// Runs `body` with an analyzer, which it must not keep; waits while all are in use.
  func withAnalyzer<Result>(_ body: (Analyzer) -> Result) -> Result {
    // Safe: taken out of the list until it is put back.
    nonisolated(unsafe) let analyzer = free.wait { $0.popLast() }
    defer { free.change { $0.append(analyzer) } }
    return body(analyzer)
  }
}
