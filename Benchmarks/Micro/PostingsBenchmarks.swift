import Benchmark
import Foundation
import _LedeBenchmarkSupport

/// How fast are one term's postings decoded, scored and selected from?
///
/// Data: a million synthetic documents of 20 to 620 tokens; terms in 1 of 2 (bitset blocks), 1 of 20
/// and 1 of 500 documents (packed blocks). Seed: 3 (postings), 4 (scores to select from).
/// Command: `… benchmark --target Micro --filter "postings.*"`; the number in the name, divided by the
/// time, is postings a second.
func postingsBenchmarks() {
  for (name, density) in [("dense", 0.5), ("medium", 0.05), ("sparse", 0.002)] {
    let path = temporaryPath(name)
    guard let work = try? PostingsWork(documentCount: 1_000_000, density: density, path: path)
    else { fatalError("cannot write \(path)") }
    // The mapping stays; the name is not needed any more.
    try? FileManager.default.removeItem(atPath: path)
    let size = "\(name), \(work.docFreq)"

    // How fast do blocks become document numbers?
    Benchmark("postings, decode documents, \(size)") { benchmark in
      for _ in benchmark.scaledIterations { blackHole(try work.decodeDocs()) }
    }
    // What do the frequencies cost on top?
    Benchmark("postings, decode documents and frequencies, \(size)") { benchmark in
      for _ in benchmark.scaledIterations { blackHole(try work.decodeAll()) }
    }
    // What does BM25 cost on top of decoding?
    Benchmark("postings, decode and score, \(size)") { benchmark in
      for _ in benchmark.scaledIterations { blackHole(try work.score()) }
    }
    // How fast are the positions of one document in 128 reached?
    Benchmark("postings, positions of a document a block, \(size)") { benchmark in
      for _ in benchmark.scaledIterations { blackHole(try work.decodePositions()) }
    }
  }
  let selection = SelectionWork(scoreCount: 1_000_000)
  for limit in [10, 1000] {
    // What does it cost to pass a score by, and to keep the best?
    Benchmark("top \(limit) of \(selection.scoreCount) scores") { benchmark in
      for _ in benchmark.scaledIterations { blackHole(selection.run(limit: limit)) }
    }
  }
}
