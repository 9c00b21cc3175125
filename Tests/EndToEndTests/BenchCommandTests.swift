import Foundation
import TestSupport
import Testing

@Suite struct BenchCommandTests {
  private static let lines = """
    {"query": "market", "tags": ["term"]}
    {"query": "+alumina +report", "tags": ["intersection", "global"]}
    {"query": "\\"traders in zürich\\"", "tags": ["phrase"]}
    {"query": "alumina copper zinc", "tags": ["union", "global"]}
    {"query": "!!!", "tags": ["none"]}

    """

  private func bench(_ options: [String], packed: Bool = false) throws -> Subprocess.Result {
    let scratch = try TemporaryDirectory()
    let index = try Archives.index(40, in: scratch)
    var file = try scratch.write(Self.lines, to: "queries.jsonl")
    if packed {
      let bytes = try Subprocess.run("/usr/bin/env", ["gzip", "-c", file]).output
      file = try scratch.write(bytes, to: "queries.jsonl.gz")
    }
    return try LedeBinary.run(["bench", file, "--index", index] + options)
  }

  @Test func reportsEveryCommandAndTag() throws {
    let result = try bench([
      "--commands", "TOP_10,TOP_100,COUNT,TOP_10_COUNT", "--rounds", "3", "--json", "--per-query",
      "--check",
    ])
    #expect(result.status == 0, "\(result.errorText)")
    #expect(result.errorText.contains("skipped: query 5"), "\(result.errorText)")
    let answer = try JSONAnswer(result)
    let rows = try #require(answer.object["results"] as? [[String: Any]])
    // Four commands, each for all queries and for five tags.
    #expect(rows.count == 4 * 6)
    for row in rows {
      for part in ["all", "best"] {
        let summary = try #require(row[part] as? [String: Any])
        let p50 = try #require(summary["p50_ns"] as? Int)
        let p99 = try #require(summary["p99_ns"] as? Int)
        let max = try #require(summary["max_ns"] as? Int)
        #expect(0 < p50 && p50 <= p99 && p99 <= max)
        #expect(summary["qps"] as? Double ?? 0 > 0)
      }
    }
    let queries = try #require(answer.object["queries"] as? [[String: Any]])
    #expect(queries.count == 4 * 4)
    let union = try #require(
      queries.first { $0["command"] as? String == "TOP_10_COUNT" && $0["id"] as? String == "4" })
    #expect(union["count"] as? Int == 24)
    #expect((union["top"] as? [[String: Any]])?.count == 10)
    #expect(
      queries.filter { $0["command"] as? String == "TOP_10" }.allSatisfy { $0["count"] is NSNull })
    let check = try #require(answer.object["check"] as? [String: Any])
    #expect(check["answers"] as? Int == 16)
    #expect((check["differences"] as? [Any])?.isEmpty == true)
  }

  @Test func digestDependsOnTheAnswersAlone() throws {
    func digest(_ options: [String], packed: Bool = false) throws -> String? {
      let answer = try JSONAnswer(
        try bench(["--rounds", "0", "--warmup", "0", "--json"] + options, packed: packed))
      #expect(answer.number("rank_digest_k") == 100)
      return answer.object["rank_digest"] as? String
    }
    let first = try digest([])
    #expect(first?.count == 16)
    #expect(try digest(["--commands", "COUNT"]) == first)
    #expect(try digest([], packed: true) == first)
    #expect(try digest(["--k1", "0.9"]) != first)
  }

  @Test func threadsRankAlike() throws {
    let result = try bench([
      "--commands", "TOP_10,COUNT", "--rounds", "3", "--threads", "3", "--json",
    ])
    #expect(result.status == 0, "\(result.errorText)")
    let answer = try JSONAnswer(result)
    let check = try #require(answer.object["check"] as? [String: Any])
    // Each of three threads ranks each of four queries.
    #expect(check["answers"] as? Int == 12)
    #expect((check["differences"] as? [Any])?.isEmpty == true)
    let rows = try #require(answer.object["throughput"] as? [[String: Any]])
    #expect(rows.map { $0["threads"] as? Int } == [1, 3, 1, 3])
    for row in rows {
      #expect(row["queries"] as? Int == 12)
      #expect(row["qps"] as? Double ?? 0 > 0 && row["wall_ns"] as? Int ?? 0 > 0)
      let latency = try #require(row["latency"] as? [String: Any])
      #expect(latency["p50_ns"] as? Int ?? 0 > 0)
    }
    #expect(answer.number("open_ns") ?? 0 > 0)
    let floors = try #require(answer.object["floor"] as? [[String: Any]])
    #expect(floors.map { $0["command"] as? String } == ["TOP_10", "COUNT"])
    #expect(floors.allSatisfy { $0["min_ns"] as? Int ?? 0 > 0 })
    #expect(try bench(["--threads", "2", "--pin", "0"]).status == 2)
  }

  @Test func printsATable() throws {
    let result = try bench(["--rounds", "2", "--warmup", "0", "--pin", "0"])
    #expect(result.status == 0, "\(result.errorText)")
    let lines = result.outputText.split(separator: "\n")
    #expect(lines[0].contains("p99") && lines[0].contains("QPS"))
    #expect(lines.contains { $0.hasPrefix("TOP_10") && $0.contains("intersection") })
    #expect(lines.contains { $0.hasPrefix("rank digest ") })
  }

  @Test func aFileWithoutQueriesIsAnError() throws {
    let scratch = try TemporaryDirectory()
    let index = try Archives.index(in: scratch)
    for text in ["", "???\n!!!\n"] {
      let file = try scratch.write(text, to: "queries.txt")
      let result = try LedeBinary.run("bench", file, "--index", index)
      #expect(result.status == 2 && !result.errorText.isEmpty)
    }
  }
}
