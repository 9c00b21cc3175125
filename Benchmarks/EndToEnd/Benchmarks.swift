import Benchmark
import Foundation
import Lede
import _LedeBenchmarkSupport

/// How long does a query take, by its shape and by how much is wanted; and how fast is indexing?
///
/// Data: a synthetic Zipf archive of 100,000 articles (LEDE_BENCHMARK_DOCUMENTS changes the number),
/// some 17 million words, made and indexed by the first benchmark that needs it; 100 queries of each shape, run one
/// after the other in each iteration. Seeds: 20200701 (archive), 7 (queries).
/// Command: `swift package --package-path Benchmarks --disable-sandbox benchmark --target EndToEnd`
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock], warmupIterations: 2, maxDuration: .seconds(2),
    maxIterations: 10_000)
  let environment = ProcessInfo.processInfo.environment
  let documents = environment["LEDE_BENCHMARK_DOCUMENTS"].flatMap { Int($0) } ?? 100_000
  // Opened on the first use: listing the benchmarks must not index anything.
  let shared = SharedIndex(documents: documents)
  queryBenchmarks(shared)
  indexingBenchmark()
}

/// The index that all query benchmarks share.
///
/// Each benchmark runs in a process of its own, so the index is kept in the folder for temporary
/// files: one, which belongs to this build of the program and is made anew for the next.
final class SharedIndex: @unchecked Sendable {
  private let documents: Int
  private var opened: SyntheticIndex?

  init(documents: Int) { self.documents = documents }

  func index() throws -> SyntheticIndex {
    if let opened { return opened }
    let archive = SyntheticArchive(documentCount: documents)
    let home = FileManager.default.temporaryDirectory.appendingPathComponent("lede-benchmark-index")
    let folder = home.appendingPathComponent("\(documents)-\(try Self.buildStamp())")
    if !FileManager.default.fileExists(atPath: folder.path) {
      try? FileManager.default.removeItem(at: home)
      try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
      // Made aside and renamed: what was interrupted is not taken for an index.
      let aside = home.appendingPathComponent("unfinished")
      try SyntheticIndex.build(archive, in: aside.path)
      try FileManager.default.moveItem(at: aside, to: folder)
    }
    let index = try SyntheticIndex(of: archive, in: folder.path)
    opened = index
    return index
  }

  /// What tells one build of this program from another.
  private static func buildStamp() throws -> String {
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().path
    let attributes = try FileManager.default.attributesOfItem(atPath: program)
    let built = attributes[.modificationDate] as? Date ?? .distantPast
    return String(Int(built.timeIntervalSince1970 * 1000))
  }
}

/// How long do 100 queries of one shape take, to rank ten, to rank 100, to count, to show ten?
func queryBenchmarks(_ shared: SharedIndex) {
  for shape in SyntheticIndex.Shape.allCases {
    for (name, limit) in [("TOP_10", 10), ("TOP_100", 100)] {
      Benchmark("100 queries, \(shape.rawValue), \(name)") { benchmark in
        let index = try shared.index()
        let queries = try index.queries(shape, count: 100)
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
          for query in queries { blackHole(try index.rank(query, limit: limit)) }
        }
      }
    }
    Benchmark("100 queries, \(shape.rawValue), COUNT") { benchmark in
      let index = try shared.index()
      let queries = try index.queries(shape, count: 100)
      benchmark.startMeasurement()
      for _ in benchmark.scaledIterations {
        for query in queries { blackHole(try index.count(query)) }
      }
    }
  }
  // What do the stored text and the snippets cost on top of the ranking?
  Benchmark("100 queries, union, ten hits with snippets") { benchmark in
    let index = try shared.index()
    let queries = try index.queries(.union, count: 100)
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations {
      for query in queries { blackHole(try index.search(query, limit: 10)) }
    }
  }
}

/// How long does it take to index and commit 5,000 articles, generation of their text included?
func indexingBenchmark() {
  Benchmark("index 5000 articles", configuration: .init(maxDuration: .seconds(5))) { benchmark in
    let archive = SyntheticArchive(documentCount: 5000)
    for _ in benchmark.scaledIterations {
      let folder = try TemporaryFolder()
      benchmark.startMeasurement()
      try SyntheticIndex.build(archive, in: folder.path + "/index")
      benchmark.stopMeasurement()
    }
  }
}

/// A fresh folder that goes away with its last reference.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("lede-benchmark-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
