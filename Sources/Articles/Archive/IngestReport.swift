import LedeModel

/// The account of a whole reading: it adds up to every input and every record seen.
public struct IngestReport: Sendable, Equatable {
  /// Inputs by what became of them.
  public struct Inputs: Sendable, Equatable {
    public var seen = 0
    public var read = 0
    public var damaged = 0
    public var skipped = 0
    public var failed = 0
    /// Not read, or only compared, since they are as they were when they were read before.
    public var unchanged = 0
  }

  /// Records by what became of them.
  public struct Records: Sendable, Equatable {
    public var seen = 0
    public var articles = 0
    public var refused = 0
  }

  /// `seen == read + damaged + skipped + failed + unchanged`
  public var inputs = Inputs()
  /// `seen == articles + refused`
  public var records = Records()
  public var skipped: [SkipReason: Int] = [:]
  /// Every problem, handed out or not.
  public var problems: [Problem.Kind: Int] = [:]
  public var warnings = 0
  public var errors = 0
  /// Inputs by the encoding of their text.
  public var encodings: [TextEncoding: Int] = [:]
  /// Bytes read from disk or standard input, compressed where the input is.
  public var bytesRead: UInt64 = 0
  /// Bytes of text after decompression.
  public var bytesDecoded: UInt64 = 0
  /// Articles in which the field could not be found.
  public var withoutTitle = 0
  public var withoutDate = 0
  public var withoutSource = 0

  public init() {}

  /// Whether every input and every record is accounted for; false would be a bug of the readers.
  public var addsUp: Bool {
    inputs.seen
      == inputs.read + inputs.damaged + inputs.skipped + inputs.failed + inputs.unchanged
      && records.seen == records.articles + records.refused
  }
}

extension IngestReport {
  mutating func count(_ article: Article) {
    records.seen += 1
    records.articles += 1
    if article.title.isEmpty { withoutTitle += 1 }
    if article.date == nil { withoutDate += 1 }
    if article.source == nil { withoutSource += 1 }
  }

  mutating func countRefusedRecord() {
    records.seen += 1
    records.refused += 1
  }

  mutating func count(_ problem: Problem) {
    problems[problem.kind, default: 0] += 1
    switch problem.severity {
    case .warning: warnings += 1
    case .error: errors += 1
    }
  }

  mutating func count(_ input: InputSummary) {
    inputs.seen += 1
    switch input.outcome {
    case .read: inputs.read += 1
    case .damaged: inputs.damaged += 1
    case .failed: inputs.failed += 1
    case .unchanged: inputs.unchanged += 1
    case .skipped(let reason):
      inputs.skipped += 1
      skipped[reason, default: 0] += 1
    }
    if let encoding = input.encoding { encodings[encoding, default: 0] += 1 }
  }
}
