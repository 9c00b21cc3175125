import Foundation
import TestSupport
import Testing

/// `lede optimize`, as a person or a script runs it.
@Suite struct OptimizeCommandTests {
  /// An index of several commits, with articles that came again: a quarter of a segment, which the
  /// merges after a commit leave alone.
  private func index(in scratch: TemporaryDirectory, _ options: [String] = []) throws -> String {
    let index = scratch.file("index")
    for round in 0..<4 {
      let file = try scratch.write(
        Archives.jsonLines(round == 3 ? 5 : 20, prefix: "\(round % 3)-"),
        to: "articles\(round).jsonl")
      let result = try LedeBinary.run(["index", file, "--index", index, "--quiet"] + options)
      try #require(result.status == 0, "\(result.errorText)")
    }
    return index
  }

  private func digests(_ index: String) throws -> [String] {
    try ["market", "alumina zurich", "+copper +market", "\"report 7\"", "cricket -zinc"].map {
      let answer = try JSONAnswer(
        try LedeBinary.run("search", $0, "--json", "--limit", "100", "--index", index))
      return "\($0): \(answer.total ?? -1) \(answer.object["rank_digest"] ?? "none")"
    }
  }

  @Test(arguments: [[], ["--no-store"]])
  func answersStayTheSame(options: [String]) throws {
    let scratch = try TemporaryDirectory()
    let index = try index(in: scratch, options)
    let before = try digests(index)
    let stats = try JSONAnswer(try LedeBinary.run("stats", "--json", "--index", index))
    #expect(stats.number("segments") == 4)
    let result = try LedeBinary.run("optimize", "--index", index, "--json")
    #expect(result.status == 0, "\(result.errorText)")
    #expect(result.errorText.contains("4 segments to 1"), "\(result.errorText)")
    let report = try JSONAnswer(result)
    #expect(report.number("documents") == 60 && report.number("purged") == 5)
    #expect(report.number("segments_before") == 4 && report.number("segments_after") == 1)
    #expect((report.number("bytes_after") ?? .max) < (report.number("bytes_before") ?? 0))
    #expect(try digests(index) == before)
    let merged = try JSONAnswer(try LedeBinary.run("stats", "--json", "--index", index))
    #expect(merged.number("segments") == 1 && merged.number("deleted") == 0)
    #expect(try LedeBinary.run("verify", "--index", index).status == 0)
    let again = try LedeBinary.run("optimize", "--index", index)
    #expect(again.status == 0 && again.errorText.contains("already"), "\(again.errorText)")
    let quiet = try LedeBinary.run("optimize", "--index", index, "--quiet")
    #expect(quiet.status == 0 && quiet.errors.isEmpty && quiet.output.isEmpty)
  }

  @Test func soManySegmentsAsAreAskedFor() throws {
    let scratch = try TemporaryDirectory()
    let index = try index(in: scratch)
    let before = try digests(index)
    let result = try LedeBinary.run("optimize", "--segments", "2", "--index", index)
    #expect(result.status == 0 && result.errorText.contains("4 segments to 2"))
    #expect(try digests(index) == before)
    // More articles may come after.
    let file = try scratch.write(Archives.jsonLines(5, prefix: "9-"), to: "more.jsonl")
    #expect(try LedeBinary.run("index", file, "--index", index, "--quiet").status == 0)
    #expect(try LedeBinary.run("optimize", "--index", index).errorText.contains("3 segments to 1"))
    #expect(try LedeBinary.run("verify", "--index", index).status == 0)
  }

  @Test(arguments: [[], ["--no-store"]])
  func reorderedAnswersStayTheSame(options: [String]) throws {
    let scratch = try TemporaryDirectory()
    let index = try index(in: scratch, options)
    let before = try digests(index)
    let result = try LedeBinary.run(
      "optimize", "--reorder", "--time-budget", "1m", "--index", index, "--json")
    #expect(result.status == 0, "\(result.errorText)")
    #expect(try JSONAnswer(result).number("segments_after") == 1)
    #expect(try digests(index) == before)
    #expect(try LedeBinary.run("verify", "--index", index).status == 0)
  }

  @Test func mistakesAreErrors() throws {
    let scratch = try TemporaryDirectory()
    let missing = try LedeBinary.run("optimize", "--index", scratch.file("none"))
    #expect(missing.status == 2 && missing.errorText.contains("no index"))
    #expect(try !scratch.list().contains("none"))
    let index = try index(in: scratch)
    #expect(try LedeBinary.run("optimize", "--index", index, "--segments", "0").status == 2)
    for time in ["-1s", "soon", "1d", "0x10", "1e400", ""] {
      let result = try LedeBinary.run(
        "optimize", "--index", index, "--reorder", "--time-budget", time)
      #expect(result.status == 2, "\(time)")
    }
    let alone = try LedeBinary.run("optimize", "--index", index, "--time-budget", "10m")
    #expect(alone.status == 2 && alone.errorText.contains("--reorder"), "\(alone.errorText)")
  }
}
