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
      writer.key("version")
      writer.number(1)
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
          writer.key("answers")
          writer.number(check.queries)
          writer.key("differences")
          writer.array(check.differences) { $0.string($1) }
        }
      }
    }
    return writer.text
  }

  private func header(into writer: inout JSONWriter) {
    writer.key("query_file")
    writer.string(queryFile)
    writer.key("query_file_hash")
    writer.string(hexadecimal(queryFileHash))
    writer.key("query_count")
    writer.number(queries)
    writer.key("skipped")
    writer.array(skipped) { $0.string($1) }
    writer.key("rounds")
    writer.number(rounds)
    writer.key("warmup")
    writer.number(warmup)
    writer.key("pinned_to")
    if let processor { writer.number(processor) } else { writer.null() }
    writer.key("rank_digest")
    writer.string(hexadecimal(rankDigest))
    writer.key("rank_digest_k")
    writer.number(digestLimit)
    writer.key("open_ns")
    writer.number(opening)
    writer.key("floor")
    writer.array(floors) { writer, floor in Self.write(floor, into: &writer) }
  }

  private static func write(_ row: Row, into writer: inout JSONWriter) {
    writer.object { writer in
      writer.key("command")
      writer.string(row.task.description)
      writer.key("tag")
      writer.string(row.tag)
      writer.key("queries")
      writer.number(row.queries)
      for (name, summary) in [("all", row.all), ("best", row.best)] {
        writer.key(name)
        write(summary, into: &writer)
      }
    }
  }

  static func write(_ summary: LatencySummary, into writer: inout JSONWriter) {
    writer.object { writer in
      writer.key("mean_ns")
      writer.number(summary.mean)
      for (name, value) in [
        ("p50_ns", summary.p50), ("p90_ns", summary.p90), ("p99_ns", summary.p99),
        ("max_ns", summary.max),
      ] {
        writer.key(name)
        writer.number(value)
      }
      writer.key("qps")
      writer.number(summary.queriesPerSecond)
    }
  }

  private static func write(_ row: QueryRow, into writer: inout JSONWriter) {
    writer.object { writer in
      writer.key("command")
      writer.string(row.task.description)
      writer.key("id")
      writer.string(row.query.id)
      writer.key("query")
      writer.string(row.query.text)
      writer.key("tags")
      writer.array(row.query.tags) { $0.string($1) }
      writer.key("min_ns")
      writer.number(row.minimum)
      writer.key("median_ns")
      writer.number(row.median)
      writer.key("count")
      if let count = row.count { writer.number(count) } else { writer.null() }
      writer.key("relation")
      writer.string(row.count == nil ? nil : row.countIsExact ? "eq" : "gte")
      writer.key("top")
      writer.array(row.top) { writer, hit in
        writer.object { writer in
          writer.key("id")
          writer.string(hit.id)
          writer.key("score")
          writer.number(hit.score)
        }
      }
    }
  }
}
