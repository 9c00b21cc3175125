import LedeCommand
import TestSupport
import Testing

@Suite struct BenchTests {
  @Test func readsCommands() throws {
    let tasks = try BenchTask.list("TOP_10,top_100_count,COUNT,TOP_10")
    #expect(tasks.map(\.description) == ["TOP_10", "TOP_100_COUNT", "COUNT"])
  }

  @Test(arguments: ["", ",", "TOP", "TOP_0", "TOP_10001", "TOP_x", "TOP_10_COUNT_X", "COUNT_1"])
  func refusesOthers(text: String) {
    #expect(throws: CommandFailure.self) { try BenchTask.list(text) }
  }

  @Test(arguments: testSeeds(3, 4))
  func percentilesAreThoseOfTheSortedSamples(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let samples = (0..<5000).map { _ in UInt64(1 + random.below(10_000_000)) }
    let sorted = samples.sorted()
    let summary = LatencySummary(of: samples)
    #expect(summary.count == samples.count)
    let mean = samples.map { Double($0) }.reduce(0, +) / Double(samples.count)
    #expect(abs(summary.mean - mean) < 1e-6 * mean, "seed \(seed)")
    for (value, share) in [(summary.p50, 0.5), (summary.p90, 0.9), (summary.p99, 0.99)] {
      let exact = Double(sorted[Int((Double(sorted.count) * share).rounded(.up)) - 1])
      #expect(abs(Double(value) - exact) <= exact / 500, "seed \(seed), share \(share)")
    }
    let greatest = Double(sorted[sorted.count - 1])
    #expect(abs(Double(summary.max) - greatest) <= greatest / 500)
  }

  @Test func emptyAndSingleSamples() {
    let none = LatencySummary(of: [])
    #expect(none.count == 0 && none.mean == 0 && none.max == 0 && none.queriesPerSecond == 0)
    let one = LatencySummary(of: [1000])
    #expect(one.p50 == one.p99 && one.queriesPerSecond == 1e6)
  }

  @Test func medianAndMinimumOfRounds() {
    var samples = QuerySamples()
    #expect(samples.minimum == 0 && samples.median == 0)
    for value: UInt64 in [9, 1, 5, 4] { samples.record(value) }
    #expect(samples.minimum == 1)
    #expect(samples.median == 4.5)
    samples.record(7)
    #expect(samples.median == 5)
  }

  @Test func trecFieldsHoldNoSpaces() {
    #expect(
      TrecRun.line(topic: "301", document: "a b%c", rank: 1, score: 1.5)
        == "301 Q0 a%20b%25c 1 1.5 lede")
  }

  @Test func misspeltFieldsAreNoticed() {
    #expect(FieldHint.text(for: "+titel:budget")?.contains("title:budget") == true)
    #expect(FieldHint.text(for: "title:budget http://x 12:30") == nil)
  }
}
