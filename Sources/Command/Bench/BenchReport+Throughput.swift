/// What a report says beside the table: opening, floor and threads.
extension BenchReport {
  var remarks: [String] {
    var lines = ["opened in " + Numbers.microseconds(Double(opening)) + " us"]
    if !floors.isEmpty {
      let times = floors.map { "\($0.task) " + Numbers.microseconds($0.median) }
      lines.append("an absent word takes " + times.joined(separator: ", ") + " us (median)")
    }
    for (one, many) in zip(throughputs, throughputs.dropFirst())
    where one.task == many.task && one.threads == 1 {
      let ratio = one.queriesPerSecond > 0 ? many.queriesPerSecond / one.queriesPerSecond : 0
      lines.append(
        "\(many.task) by \(many.threads) threads: "
          + Numbers.fixed(many.queriesPerSecond, 0) + " queries per second, "
          + Numbers.fixed(ratio, 2) + " times one thread's "
          + Numbers.fixed(one.queriesPerSecond, 0) + "; mean "
          + Numbers.microseconds(many.latency.mean) + ", p99 "
          + Numbers.microseconds(Double(many.latency.p99)) + " us")
    }
    return lines
  }

  static func write(_ floor: Floor, into writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("command", floor.task.description)
      writer.member("min_ns", floor.minimum)
      writer.member("median_ns", floor.median)
    }
  }

  static func write(_ row: Throughput, into writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("command", row.task.description)
      writer.member("threads", row.threads)
      writer.member("queries", row.queries)
      writer.member("wall_ns", row.nanoseconds)
      writer.member("qps", row.queriesPerSecond)
      writer.key("latency")
      write(row.latency, into: &writer)
    }
  }
}
