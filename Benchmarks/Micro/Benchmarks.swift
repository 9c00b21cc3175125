import Benchmark
import Foundation
import _LedeBenchmarkSupport

/// Every micro-benchmark of the engine's inner loops.
///
/// Command: `swift package --package-path Benchmarks --disable-sandbox benchmark --target Micro`
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock], warmupIterations: 3, maxDuration: .seconds(1),
    maxIterations: 100_000)
  postingsBenchmarks()
  textBenchmarks()
}

/// A path in the folder for temporary files that no other run uses.
func temporaryPath(_ name: String) -> String {
  FileManager.default.temporaryDirectory
    .appendingPathComponent("lede-micro-\(ProcessInfo.processInfo.processIdentifier)-\(name)").path
}
