import Lede

/// What `lede optimize` did.
struct OptimizeReport {
  private let summary: OptimizeSummary
  private let directory: String
  private let seconds: Double

  init(_ summary: OptimizeSummary, directory: String, seconds: Double) {
    self.summary = summary
    self.directory = directory
    self.seconds = seconds
  }

  private var megabytesPerSecond: Double {
    seconds > 0 ? Double(summary.bytesWritten) / seconds / 1e6 : 0
  }

  /// The report for people.
  var text: String {
    if summary.bytesWritten == 0 && summary.purgedCount == 0 {
      return "\(directory) is merged already: "
        + Numbers.counted(summary.segmentsAfter, "segment") + ", nothing deleted"
    }
    var line =
      "\(Numbers.counted(summary.segmentsBefore, "segment")) to "
      + "\(Numbers.grouped(summary.segmentsAfter)), \(Numbers.bytes(summary.bytesBefore)) to "
      + "\(Numbers.bytes(summary.bytesAfter)) in \(Numbers.fixed(seconds, 1)) s, "
      + "\(Numbers.fixed(megabytesPerSecond, 1)) MB/s; \(directory) holds "
      + Numbers.counted(summary.documentCount, "document")
    if summary.purgedCount > 0 {
      line += ", \(Numbers.counted(summary.purgedCount, "deleted one")) gone for good"
    }
    return line
  }

  /// The report as one JSON object on one line.
  var json: String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("version", 1)
      writer.member("index", directory)
      let numbers: [(String, UInt64)] = [
        ("documents", UInt64(summary.documentCount)), ("purged", UInt64(summary.purgedCount)),
        ("segments_before", UInt64(summary.segmentsBefore)),
        ("segments_after", UInt64(summary.segmentsAfter)),
        ("bytes_before", summary.bytesBefore), ("bytes_after", summary.bytesAfter),
        ("bytes_written", summary.bytesWritten),
      ]
      for (name, number) in numbers {
        writer.member(name, number)
      }
      writer.member("seconds", (seconds * 1000).rounded() / 1000)
    }
    return writer.text
  }
}
