import Lede

/// Writes the answers of `lede search` in the chosen format.
struct ResultsPrinter {
  let format: SearchCommand.OutputFormat
  let color: Bool
  let quiet: Bool
  let offset: Int
  /// Whether several queries are answered: each JSON answer then names its query.
  let isBatch: Bool
  private var output = Output()

  init(
    format: SearchCommand.OutputFormat, color: Bool, quiet: Bool, offset: Int, isBatch: Bool
  ) {
    self.format = format
    self.color = color
    self.quiet = quiet
    self.offset = offset
    self.isBatch = isBatch
  }

  mutating func print(_ results: SearchResults, of line: QueryLine, milliseconds: Double) throws {
    switch format {
    case .json:
      try output.write(
        line: ResultsJSON.text(
          of: results, milliseconds: milliseconds, query: isBatch ? line : nil))
    case .jsonl:
      for hit in results.hits { try output.write(line: ResultsJSON.line(of: hit)) }
    case .text, .trec:
      try printForPeople(results, of: line, milliseconds: milliseconds)
    }
  }

  mutating func print(count: Int) throws { try output.write(line: String(count)) }

  mutating func print(trec ranked: RankedDocuments, of line: QueryLine) throws {
    for (index, hit) in ranked.hits.enumerated() {
      try output.write(
        line: TrecRun.line(
          topic: line.id, document: hit.key, rank: offset + index + 1, score: hit.score))
    }
  }

  mutating func finish() throws { try output.flush() }

  private mutating func printForPeople(
    _ results: SearchResults, of line: QueryLine, milliseconds: Double
  ) throws {
    let printer = HitPrinter(color: color)
    for (index, hit) in results.hits.enumerated() {
      try output.write(printer.text(of: hit, number: offset + index + 1))
    }
    try output.flush()
    if !quiet { Talk.say(closingLine(results, milliseconds: milliseconds)) }
    if !quiet, let hint = FieldHint.text(for: line.text) { Talk.say(PrintableText.of(hint)) }
  }

  private func closingLine(_ results: SearchResults, milliseconds: Double) -> String {
    let time = "\(Numbers.fixed(milliseconds, 1)) ms"
    guard results.total > 0 else {
      return "No match (\(time)). Fewer + and quotes, or other words, may find more."
    }
    let bound = results.relation == .atLeast ? "at least " : ""
    let total = bound + Numbers.counted(results.total, "match", "matches")
    guard !results.hits.isEmpty else {
      return "\(total), none shown from number \(offset + 1) on (\(time))"
    }
    let last = offset + results.hits.count
    return "\(offset + 1) to \(last) of \(total) (\(time))"
  }
}
