import Foundation
import Lede
import TestSupport
import Testing

/// Writes the golden index and its expected answers anew:
///
///     LEDE_WRITE_GOLDEN=1 swift test --filter GoldenIndexGenerator
///
/// Only for a new format version, in a folder of its own: a golden index that changes proves nothing.
@Suite struct GoldenIndexGenerator {
  @Test(.enabled(if: environment("LEDE_WRITE_GOLDEN") == "1"))
  func write() throws {
    let files = FileManager.default
    try? files.removeItem(atPath: GoldenIndex.folder)
    try GoldenIndex.write(to: GoldenIndex.folder)
    try files.removeItem(atPath: GoldenIndex.folder + "/lock")
    let searcher = try Searcher.open(directory: GoldenIndex.folder)
    let lines = try GoldenIndex.queries.map { query in
      let answer = try GoldenAnswer(query, searcher, .exhaustive)
      return answer.line
    }
    try (lines.joined(separator: "\n") + "\n").write(
      toFile: GoldenIndex.expected, atomically: true, encoding: .utf8)
  }
}

/// What a query finds: count, and the first ten with the bits of their scores.
struct GoldenAnswer: Equatable, CustomStringConvertible {
  let query: String
  let line: String

  init(_ query: String, _ searcher: Searcher, _ strategy: SearchOptions.Strategy) throws {
    var options = SearchOptions(limit: 10, countsExactly: true)
    options.strategy = strategy
    let ranked = try searcher.rank(QueryParser.parse(query), options: options)
    let hits = ranked.hits.map { "\($0.key):\(String($0.score.bitPattern, radix: 16))" }
    self.query = query
    line = ([query, "\(ranked.total)"] + hits).joined(separator: "\t")
  }

  /// A line of the file of expected answers.
  init(line: String) {
    self.line = line
    query = String(line.prefix { $0 != "\t" })
  }

  var description: String { line }
}
