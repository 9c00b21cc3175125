import Benchmark
import _LedeBenchmarkSupport

/// How fast does text become terms, a word its class, and a stored block its text again?
///
/// Data: Zipf text of a synthetic vocabulary. Seeds: 1 (text), 2 (blocks), 20200701 (vocabulary).
/// Command: `… benchmark --target Micro --filter "text.*"`; the number in the name, divided by the
/// time, is bytes or words a second.
func textBenchmarks() {
  do {
    // How fast is the path for plain ASCII?
    let ascii = try TokenizingWork(byteCount: 1 << 20)
    Benchmark("text, tokenise ASCII, \(ascii.byteCount) bytes") { benchmark in
      for _ in benchmark.scaledIterations { blackHole(ascii.run()) }
    }
    // What do accents cost, in about one letter of fifty as in French?
    let accented = try TokenizingWork(byteCount: 1 << 20, accents: 2)
    Benchmark("text, tokenise with accents, \(accented.byteCount) bytes") { benchmark in
      for _ in benchmark.scaledIterations { blackHole(accented.run()) }
    }
    // What does a distinct word cost when a segment is written?
    let stemming = try StemmingWork(wordCount: 10_000)
    Benchmark("text, stem and fold \(stemming.wordCount) words") { benchmark in
      for _ in benchmark.scaledIterations { blackHole(stemming.run()) }
    }
    // What does reading stored articles cost, by the size of their blocks?
    for size in [16_384, 32_768, 65_536] {
      let inflating = try InflatingWork(blockCount: 16, blockSize: size)
      Benchmark("text, inflate \(inflating.byteCount) bytes in blocks of \(size)") { benchmark in
        for _ in benchmark.scaledIterations { blackHole(try inflating.run()) }
      }
    }
  } catch {
    fatalError("the data of the text benchmarks cannot be made: \(error)")
  }
}
