/// What `lede bench` found: one row per command and tag, and what makes the figures repeatable.
struct BenchReport {
  struct Row {
    let task: BenchTask
    /// nil for all queries together.
    let tag: String?
    let queries: Int
    /// Over every round of every query.
    let all: LatencySummary
    /// Over the fastest round of each query: what the machine can do undisturbed.
    let best: LatencySummary
  }

  /// One query's share.
  struct QueryRow {
    let task: BenchTask
    let query: QueryLine
    let minimum: UInt64
    let median: Double
    /// Matches; `isExact` false when counting stopped early, nil when the task does not count.
    let count: Int?
    let countIsExact: Bool
    let top: [(id: String, score: Float)]
  }

  /// The time of a query that finds nothing.
  struct Floor {
    let task: BenchTask
    let minimum: UInt64
    let median: Double
  }

  struct Check {
    var queries = 0
    var differences: [String] = []
  }

  var queryFile: String
  var queryFileHash: UInt64
  var queries: Int
  var skipped: [String]
  var rounds: Int
  var warmup: Int
  var processor: Int?
  var digestLimit: Int
  var rankDigest: UInt64
  var rows: [Row]
  var queryRows: [QueryRow]
  var floors: [Floor]
  var throughputs: [Throughput]
  /// Nanoseconds that opening the index took.
  var opening: UInt64 = 0
  var check: Check?

  /// A table for people; times in microseconds.
  var table: String {
    let headings = ["mean", "p50", "p90", "p99", "max", "QPS", "best mean"]
    let width = max(3, rows.map { ($0.tag ?? "all").count }.max() ?? 0)
    let taskWidth = max(7, rows.map { $0.task.description.count }.max() ?? 0)
    var lines = [
      Numbers.left("command", taskWidth) + "  " + Numbers.left("tag", width) + "  "
        + Numbers.right("queries", 7)
        + headings.map { "  " + Numbers.right($0, 9) }.joined()
    ]
    for row in rows {
      let times =
        [row.all.mean, Double(row.all.p50), Double(row.all.p90), Double(row.all.p99)]
        + [Double(row.all.max)]
      let cells =
        times.map(Numbers.microseconds) + [
          Numbers.fixed(row.all.queriesPerSecond, 0), Numbers.microseconds(row.best.mean),
        ]
      lines.append(
        Numbers.left(row.task.description, taskWidth) + "  " + Numbers.left(row.tag ?? "all", width)
          + "  " + Numbers.right(String(row.queries), 7)
          + cells.map { "  " + Numbers.right($0, 9) }.joined())
    }
    lines.append(
      "times in microseconds, \(Numbers.counted(rounds, "round")) after \(warmup) of warm-up")
    lines += remarks
    lines.append(
      "rank digest \(hexadecimal(rankDigest)) (top \(digestLimit) of \(queries) queries, "
        + "file \(hexadecimal(queryFileHash)))")
    if let check {
      lines.append(
        "check: \(Numbers.counted(check.queries, "answer")) against the exhaustive path, "
          + Numbers.counted(check.differences.count, "difference"))
    }
    return lines.joined(separator: "\n")
  }

  /// The same as one JSON object; times in nanoseconds.
  func json(perQuery: Bool) -> String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("version", 1)
      header(into: &writer)
      writer.key("results")
      writer.array(rows) { writer, row in Self.write(row, into: &writer) }
      if perQuery {
        writer.key("queries")
        writer.array(queryRows) { writer, row in Self.write(row, into: &writer) }
      }
      writer.key("throughput")
      writer.array(throughputs) { writer, row in Self.write(row, into: &writer) }
      if let check {
        writer.key("check")
        writer.object { writer in
          writer.member("answers", check.queries)
          writer.key("differences")
          writer.array(check.differences) { $0.string($1) }
        }
      }
    }
    return writer.text
  }

  private func header(into writer: inout JSONWriter) {
    writer.member("query_file", queryFile)
    writer.member("query_file_hash", hexadecimal(queryFileHash))
    writer.member("query_count", queries)
    writer.key("skipped")
    writer.array(skipped) { $0.string($1) }
    writer.member("rounds", rounds)
    writer.member("warmup", warmup)
    writer.member("pinned_to", processor)
    writer.member("rank_digest", hexadecimal(rankDigest))
    writer.member("rank_digest_k", digestLimit)
    writer.member("open_ns", opening)
    writer.key("floor")
    writer.array(floors) { writer, floor in Self.write(floor, into: &writer) }
  }

  private static func write(_ row: Row, into writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("command", row.task.description)
      writer.member("tag", row.tag)
      writer.member("queries", row.queries)
      for (name, summary) in [("all", row.all), ("best", row.best)] {
        writer.key(name)
        write(summary, into: &writer)
      }
    }
  }

  static func write(_ summary: LatencySummary, into writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("mean_ns", summary.mean)
      for (name, value) in [
        ("p50_ns", summary.p50), ("p90_ns", summary.p90), ("p99_ns", summary.p99),
        ("max_ns", summary.max),
      ] {
        writer.member(name, value)
      }
      writer.member("qps", summary.queriesPerSecond)
    }
  }

  private static func write(_ row: QueryRow, into writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("command", row.task.description)
      writer.member("id", row.query.id)
      writer.member("query", row.query.text)
      writer.key("tags")
      writer.array(row.query.tags) { $0.string($1) }
      writer.member("min_ns", row.minimum)
      writer.member("median_ns", row.median)
      writer.member("count", row.count)
      writer.member("relation", row.count == nil ? nil : row.countIsExact ? "eq" : "gte")
      writer.key("top")
      writer.array(row.top) { writer, hit in
        writer.object { writer in
          writer.member("id", hit.id)
          writer.member("score", hit.score)
        }
      }
    }
  }
}
