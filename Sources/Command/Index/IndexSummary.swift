import LedeArticles

/// What `lede index` did: the readers' report, and what became of the articles.
struct IndexSummary {
  var directory: String
  var report = IngestReport()
  var added = 0
  var replaced = 0
  /// Articles that the readers gave but the index refuses, such as one that is too large.
  var refused = 0
  /// Articles that took the place of one that another input gave, and pairs of such inputs.
  var overtaken = 0
  var overtakenPairs = 0
  /// Records refused when the inputs that are unchanged were read.
  var refusedBefore = 0
  /// Inputs that were gone, and the articles deleted since they, or their inputs, were.
  var missingInputs = 0
  var deleted = 0
  /// Articles that came back since another that had taken their place is gone.
  var restored = 0
  /// Roots of which nothing was deleted since they could not be read.
  var refusedRoots = 0
  /// Documents in the index after the commit.
  var documents = 0
  var seconds = 0.0

  /// Whether every input, record and article is accounted for.
  var addsUp: Bool { report.addsUp && report.records.articles == added + replaced + refused }

  /// Problems that cost at least one record.
  var errors: Int { report.errors + refused + refusedRoots }

  /// Whether there was anything to index.
  var foundSomething: Bool { added + replaced + deleted + report.inputs.unchanged > 0 }

  private var megabytesPerSecond: Double {
    seconds > 0 ? Double(report.bytesDecoded) / seconds / 1e6 : 0
  }

  /// The report for people.
  var text: String {
    var lines = [
      "\(Numbers.counted(added + replaced, "article")) in \(Numbers.fixed(seconds, 1)) s, "
        + "\(Numbers.bytes(report.bytesDecoded)), "
        + "\(Numbers.fixed(megabytesPerSecond, 1)) MB/s; \(directory) holds "
        + Numbers.counted(documents, "document"),
      row("inputs", report.inputs.seen, inputParts),
      row("records", report.records.seen, recordParts),
    ]
    if !report.skipped.isEmpty { lines.append("  skipped   " + skippedText) }
    if deleted + missingInputs > 0 {
      lines.append(
        "  gone      " + Numbers.counted(deleted, "article") + " deleted, "
          + Numbers.counted(missingInputs, "input") + " missing")
    }
    if restored > 0 {
      lines.append("  restored  " + Numbers.counted(restored, "article") + " with the same key")
    }
    if refusedBefore > 0 {
      lines.append(
        "  as before " + Numbers.counted(refusedBefore, "record")
          + " refused in unchanged inputs (--reread tells why)")
    }
    if overtakenPairs > 0 {
      lines.append(
        "  same key  " + Numbers.counted(overtaken, "article") + " replaced one of another input, "
          + Numbers.counted(overtakenPairs, "pair") + " of inputs")
    }
    let missing = missingText
    if !missing.isEmpty { lines.append("  without   " + missing) }
    if !report.problems.isEmpty { lines.append("  problems  " + problemText) }
    if report.encodings.count > 1 || report.encodings.keys.contains(where: { $0 != .utf8 }) {
      lines.append("  encodings " + encodingText)
    }
    return lines.joined(separator: "\n")
  }

  private func row(_ name: String, _ count: Int, _ parts: [(count: Int, name: String)]) -> String {
    "  \(Numbers.left(name, 9)) \(Numbers.grouped(count)): \(Shares.line(parts))"
  }

  private var inputParts: [(count: Int, name: String)] {
    let inputs = report.inputs
    return [
      (inputs.read, "read"), (inputs.damaged, "damaged"), (inputs.skipped, "skipped"),
      (inputs.failed, "failed"), (inputs.unchanged, "unchanged"),
    ]
  }

  private var recordParts: [(count: Int, name: String)] {
    [
      (added, "new"), (replaced, "replaced an earlier one with the same key"),
      (report.records.refused + refused, "refused"),
    ]
  }

  private var skippedText: String {
    SkipReason.allCases.compactMap { reason in
      report.skipped[reason].map { "\(Numbers.grouped($0)) \(reason.phrase)" }
    }.joined(separator: ", ")
  }

  private var missingText: String {
    let fields = [
      (report.withoutTitle, "title"), (report.withoutDate, "date"),
      (report.withoutSource, "source"),
    ]
    return fields.filter { $0.0 > 0 }.map { "\(Numbers.grouped($0.0)) \($0.1)" }
      .joined(separator: ", ")
  }

  private var problemText: String {
    let kinds = Problem.Kind.allCases.compactMap { kind in
      report.problems[kind].map { "\(Numbers.grouped($0)) \(kind.rawValue)" }
    }
    return kinds.joined(separator: ", ")
      + " (\(Numbers.counted(report.warnings, "warning")), "
      + "\(Numbers.counted(report.errors, "error")))"
  }

  private var encodingText: String {
    report.encodings.sorted { $0.key.rawValue < $1.key.rawValue }
      .map { "\(Numbers.grouped($0.value)) \($0.key.rawValue)" }.joined(separator: ", ")
  }

  /// The report as one JSON object on one line.
  var json: String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("version", 1)
      writer.member("index", directory)
      writer.member("documents", documents)
      writer.key("inputs")
      Self.write(inputParts, total: report.inputs.seen, into: &writer)
      writer.key("records")
      Self.write(
        [
          (added, "added"), (replaced, "replaced"), (report.records.refused + refused, "refused"),
        ], total: report.records.seen, into: &writer)
      for (name, counts) in [
        ("skipped", Self.named(report.skipped)), ("problems", Self.named(report.problems)),
        ("encodings", Self.named(report.encodings)),
      ] {
        writer.key(name)
        Self.write(counts, total: nil, into: &writer)
      }
      writer.member("deleted", deleted)
      writer.member("missing_inputs", missingInputs)
      writer.member("restored", restored)
      writer.member("overtaken", overtaken)
      writer.member("refused_before", refusedBefore)
      writer.member("warnings", report.warnings)
      writer.member("errors", errors)
      writer.member("bytes_read", report.bytesRead)
      writer.member("bytes_decoded", report.bytesDecoded)
      writer.member("seconds", (seconds * 1000).rounded() / 1000)
    }
    return writer.text
  }

  private static func named<Key: RawRepresentable<String>>(_ counts: [Key: Int])
    -> [(count: Int, name: String)]
  {
    counts.map { (count: $0.value, name: $0.key.rawValue) }.sorted { $0.name < $1.name }
  }

  private static func write(
    _ parts: [(count: Int, name: String)], total: Int?, into writer: inout JSONWriter
  ) {
    writer.object { writer in
      if let total {
        writer.member("seen", total)
      }
      for part in parts {
        writer.member(part.name, part.count)
      }
    }
  }
}

extension SkipReason {
  /// As the report says it.
  fileprivate var phrase: String {
    switch self {
    case .notAnArticleFormat: "of a format that is not read"
    case .hidden: "hidden"
    case .symbolicLink: "links to what is read in its own place"
    case .linkOutOfRoot: "links out of the folder"
    case .notRegular: "neither file nor folder"
    case .empty: "empty"
    case .excluded: "the index itself"
    }
  }
}
