import Histogram

/// The times of one query under one command: one sample per round, in nanoseconds.
package struct QuerySamples {
  package private(set) var samples: [UInt64] = []

  package init() {}

  /// Adds the time of one round.
  package mutating func record(_ nanoseconds: UInt64) { samples.append(nanoseconds) }

  package var minimum: UInt64 { samples.min() ?? 0 }

  /// The middle sample, or the mean of the two in the middle.
  package var median: Double {
    guard !samples.isEmpty else { return 0 }
    let sorted = samples.sorted()
    let middle = sorted.count / 2
    guard sorted.count % 2 == 0 else { return Double(sorted[middle]) }
    return (Double(sorted[middle - 1]) + Double(sorted[middle])) / 2
  }
}

/// Mean, percentiles and rate of a set of times.
package struct LatencySummary: Equatable {
  package let count: Int
  package let mean: Double
  package let p50: UInt64
  package let p90: UInt64
  package let p99: UInt64
  package let max: UInt64

  package var queriesPerSecond: Double { mean > 0 ? 1e9 / mean : 0 }

  /// Values keep three significant digits, as the histogram does; the mean is exact.
  package init(of samples: some Sequence<UInt64>) {
    var histogram = Histogram<UInt64>(numberOfSignificantValueDigits: .three)
    var sum = 0.0
    for sample in samples {
      histogram.record(sample)
      sum += Double(sample)
    }
    count = Int(histogram.totalCount)
    mean = count > 0 ? sum / Double(count) : 0
    p50 = count > 0 ? histogram.valueAtPercentile(50) : 0
    p90 = count > 0 ? histogram.valueAtPercentile(90) : 0
    p99 = count > 0 ? histogram.valueAtPercentile(99) : 0
    max = count > 0 ? histogram.max : 0
  }
}
