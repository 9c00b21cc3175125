import Foundation
import TestSupport
import Testing

/// What scripts and people rely on: streams, formats, colour, help.
@Suite struct CommandLineTests {
  @Test func jsonHasExactlyTheAgreedFields() throws {
    let scratch = try TemporaryDirectory()
    let index = try Archives.index(in: scratch)
    let result = try LedeBinary.run("search", "alumina market", "--json", "--index", index)
    #expect(result.outputText.filter { $0 == "\n" }.count == 1)
    let answer = try JSONAnswer(result)
    #expect(
      Set(answer.object.keys)
        == ["version", "total", "relation", "took_ms", "rank_digest", "hits"])
    #expect(answer.object["version"] as? Int == 1)
    #expect(answer.hits.count == 10)
    for hit in answer.hits {
      #expect(
        Set(hit.keys)
          == ["id", "score", "title", "date", "source", "url", "snippet", "matches"])
      #expect(hit["date"] as? String == "2020-07-01")
      #expect(hit["source"] is NSNull)
      let snippet = Array((hit["snippet"] as? String ?? "").utf8)
      for match in hit["matches"] as? [[String: Any]] ?? [] {
        #expect(
          Set(match.keys) == ["field", "start", "end", "snippet_start", "snippet_end"])
        guard let start = match["snippet_start"] as? Int, let end = match["snippet_end"] as? Int
        else { continue }
        let word = String(decoding: snippet[start..<end], as: UTF8.self).lowercased()
        #expect(["alumina", "market"].contains(word))
      }
    }
  }

  @Test func limitAndOffsetCutOneRanking() throws {
    let scratch = try TemporaryDirectory()
    let index = try Archives.index(60, in: scratch)
    func ids(_ options: String...) throws -> [String] {
      try JSONAnswer(
        try LedeBinary.run(["search", "market", "--json", "--index", index] + options)
      ).ids
    }
    let all = try ids("--limit", "100")
    #expect(all.count == 60 && Set(all).count == 60)
    #expect(try ids() == Array(all.prefix(10)))
    #expect(try ids("--limit", "7", "--offset", "20") == Array(all[20..<27]))
    #expect(try ids("--limit", "7", "--offset", "58") == Array(all[58...]))
    #expect(try ids("--offset", "60") == [])
  }

  @Test func resultsAndTalkAreApart() throws {
    let scratch = try TemporaryDirectory()
    let index = try Archives.index(in: scratch)
    let result = try LedeBinary.run("search", "alumina", "--index", index)
    #expect(result.outputText.contains("alumina report 0"))
    #expect(result.outputText.contains("*alumina*"))
    #expect(!result.outputText.contains("\u{1b}"))
    #expect(result.errorText.contains("of 3 matches"), "\(result.errorText)")
    let quiet = try LedeBinary.run("search", "alumina", "--quiet", "--index", index)
    #expect(quiet.errors.isEmpty && quiet.output == result.output)
  }

  @Test func countIsRefusedWhereNothingWouldShowIt() throws {
    let scratch = try TemporaryDirectory()
    let index = try Archives.index(in: scratch)
    for format in ["trec", "jsonl"] {
      let result = try LedeBinary.run(
        "search", "market", "--count", "--format", format, "--index", index)
      #expect(result.status == 2)
      #expect(result.errorText.contains("--count"), "\(result.errorText)")
    }
    let json = try LedeBinary.run("search", "market", "--count", "--json", "--index", index)
    #expect(json.status == 0)
    #expect(json.outputText.contains("\"relation\":\"eq\""), "\(json.outputText)")
    #expect(json.outputText.contains("\"id\""), "\(json.outputText)")
  }

  @Test func withoutStoredTextASearchSaysWhyItShowsNone() throws {
    let scratch = try TemporaryDirectory()
    try scratch.write(Archives.jsonLines(3, prefix: "b"), to: "more.jsonl")
    let index = scratch.file("I")
    _ = try LedeBinary.run("index", scratch.file("more.jsonl"), "--no-store", "--index", index)
    let result = try LedeBinary.run("search", "market", "--index", index)
    #expect(result.status == 0)
    #expect(result.errorText.contains("--no-store"), "\(result.errorText)")
  }

  @Test func countIsExact() throws {
    let scratch = try TemporaryDirectory()
    let index = try Archives.index(40, in: scratch)
    let result = try LedeBinary.run("search", "market", "--count", "--index", index)
    #expect(result.outputText == "40\n")
    let answer = try JSONAnswer(
      try LedeBinary.run("search", "market", "--count", "--json", "--index", index))
    #expect(answer.total == 40 && answer.object["relation"] as? String == "eq")
  }

  @Test func jsonLinesHoldOneHitEach() throws {
    let scratch = try TemporaryDirectory()
    let index = try Archives.index(in: scratch)
    let result = try LedeBinary.run(
      "search", "alumina", "--format", "jsonl", "--index", index)
    let lines = result.outputText.split(separator: "\n")
    #expect(lines.count == 3)
    for line in lines {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      #expect(object?["id"] is String && object?["score"] is Double)
    }
  }

  @Test func trecRunsManyTopics() throws {
    let scratch = try TemporaryDirectory()
    let index = try Archives.index(in: scratch)
    let topics = try scratch.write(
      """
      {"id": "301", "text": "alumina -copper (2020)"}
      {"id": "302", "query": "+copper -market"}
      {"id": "303", "text": "cricket"}

      """, to: "topics.jsonl")
    let result = try LedeBinary.run(
      "search", "--queries", topics, "--limit", "1000", "--format", "trec", "--index", index)
    #expect(result.status == 0, "\(result.errorText)")
    let rows = result.outputText.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(rows.allSatisfy { $0.count == 6 && $0[1] == "Q0" && $0[5] == "lede" })
    // In a topic's text a minus is no syntax: copper is searched too.
    #expect(rows.filter { $0[0] == "301" }.count == 5)
    #expect(rows.filter { $0[0] == "302" }.isEmpty)
    #expect(rows.filter { $0[0] == "303" }.map { $0[2] } == ["a11"])
    #expect(rows.filter { $0[0] == "301" }.map { $0[3] } == ["1", "2", "3", "4", "5"])
  }

  @Test func oneBadTopicDoesNotCostTheOthers() throws {
    let scratch = try TemporaryDirectory()
    let index = try Archives.index(in: scratch)
    let topics = try scratch.write("alumina\n???\n\"open\ncricket\n", to: "topics.txt")
    let result = try LedeBinary.run("search", "--queries", topics, "--index", index)
    #expect(result.status == 2)
    #expect(result.errorText.contains("query 2: ") && result.errorText.contains("query 3: "))
    let answered = Set(result.outputText.split(separator: "\n").map { $0.prefix(1) })
    #expect(answered == ["1", "4"])
    let json = try LedeBinary.run(
      "search", "--queries", topics, "--format", "json", "--index", index)
    #expect(json.outputText.split(separator: "\n").count == 2)
    #expect(json.outputText.contains("\"query_id\":\"4\",\"query\":\"cricket\""))
  }

  @Test func colourFollowsTheOption() throws {
    let scratch = try TemporaryDirectory()
    let index = try Archives.index(in: scratch)
    func output(_ options: [String], _ environment: [String: String] = [:]) throws -> String {
      try LedeBinary.run(
        ["search", "alumina", "--index", index] + options, environment: environment
      ).outputText
    }
    #expect(try output(["--color", "always"]).contains("\u{1b}[1;31malumina\u{1b}[0m"))
    #expect(try !output(["--color", "never"]).contains("\u{1b}"))
    #expect(try !output([]).contains("\u{1b}"))
    #expect(try output(["--color", "always"], ["NO_COLOR": "1"]).contains("\u{1b}"))
  }

  @Test func controlCharactersOfDocumentsNeverReachTheTerminal() throws {
    let scratch = try TemporaryDirectory()
    let file = try scratch.write(
      #"{"id":"evil\u001b]0;x\u0007","title":"Evil \u001b[2J title","source":"s\u009b1m","#
        + #""body":"pyrite \u001b[31mred\u202e \u0000 text"}"# + "\n", to: "evil.jsonl")
    let index = scratch.file("index")
    let indexed = try LedeBinary.run("index", file, "--index", index)
    #expect(indexed.status == 0, "\(indexed.errorText)")
    #expect(!indexed.errorText.contains("\u{1b}"))
    let found = try LedeBinary.run("search", "pyrite", "--index", index)
    #expect(found.status == 0)
    let shown = try LedeBinary.run("show", "evil\u{1b}]0;x\u{7}", "--index", index)
    #expect(shown.status == 0, "\(shown.errorText)")
    for text in [found.outputText, found.errorText, shown.outputText] {
      let unsafe = text.unicodeScalars.filter {
        ($0.value < 0x20 && $0 != "\n") || (0x7F...0x9F).contains($0.value) || $0 == "\u{202e}"
      }
      #expect(unsafe.isEmpty, "\(unsafe)")
    }
  }

  @Test func indexingSuggestsASearch() throws {
    let scratch = try TemporaryDirectory()
    let file = try scratch.write(Archives.jsonLines(5), to: "a.jsonl")
    let result = try LedeBinary.run("index", file, "--index", scratch.file("index"))
    #expect(result.output.isEmpty)
    #expect(result.errorText.contains("lede search \"alumina report 0\" --index"))
    #expect(result.errorText.contains("(100.0 %)"), "\(result.errorText)")
  }

  @Test func reportAddsUp() throws {
    let scratch = try TemporaryDirectory()
    try scratch.write(Archives.jsonLines(5) + "broken\n", to: "in/a.jsonl")
    try scratch.write("", to: "in/b.txt")
    try scratch.write("# not an article", to: "in/README.md")
    let result = try LedeBinary.run(
      "index", scratch.file("in"), "--json", "--index", scratch.file("index"))
    #expect(result.status == 2)
    let answer = try JSONAnswer(result)
    #expect(answer.number("inputs", "seen") == 3)
    #expect(
      answer.number("inputs", "seen")
        == ["read", "damaged", "skipped", "failed"].compactMap { answer.number("inputs", $0) }
        .reduce(0, +))
    #expect(answer.number("records", "seen") == 6)
    #expect(answer.number("records", "added") == 5)
    #expect(answer.number("records", "refused") == 1)
    #expect(answer.number("records", "replaced") == 0)
  }

  @Test func standardInputIsRead() throws {
    let scratch = try TemporaryDirectory()
    let index = scratch.file("index")
    let result = try LedeBinary.run(
      ["index", "-", "--index", index], input: Array(Archives.jsonLines(20).utf8))
    #expect(result.status == 0, "\(result.errorText)")
    let query = try LedeBinary.run(
      ["search", "-", "--count", "--index", index], input: Array("market\n".utf8))
    #expect(query.outputText == "20\n")
  }

  @Test func showPrintsWhatWasStored() throws {
    let scratch = try TemporaryDirectory()
    let index = try Archives.index(in: scratch)
    let text = try LedeBinary.run("show", "a3", "--index", index).outputText
    #expect(text.hasPrefix("nickel report 3\n"))
    #expect(text.contains("Traders in Zürich watched."))
    let answer = try JSONAnswer(try LedeBinary.run("show", "a3", "--json", "--index", index))
    #expect(answer.object["title"] as? String == "nickel report 3")
    #expect(answer.object["date"] as? String == "2020-07-01")
    #expect(answer.object["offset"] as? Int ?? 0 > 0)
  }

  @Test func noStoreSaysWhyThereIsNoText() throws {
    let scratch = try TemporaryDirectory()
    let file = try scratch.write(Archives.jsonLines(5), to: "a.jsonl")
    let index = scratch.file("index")
    #expect(try LedeBinary.run("index", file, "--no-store", "--index", index).status == 0)
    let found = try LedeBinary.run("search", "alumina", "--index", index)
    #expect(found.status == 0 && found.outputText.contains("alumina report 0"))
    let shown = try LedeBinary.run("show", "a0", "--index", index)
    #expect(shown.status == 0 && shown.errorText.contains("--no-store"), "\(shown.errorText)")
    #expect(try LedeBinary.run("verify", "--index", index).status == 0)
  }

  @Test func helpComesShortAndLong() throws {
    for command in [
      [], ["index"], ["search"], ["show"], ["stats"], ["optimize"], ["verify"], ["bench"],
    ] {
      let short = try LedeBinary.run(command + ["-h"])
      let long = try LedeBinary.run(command + ["--help"])
      #expect(short.status == 0 && long.status == 0)
      #expect(short.errors.isEmpty && long.errors.isEmpty)
      #expect(!short.outputText.contains("Examples:"))
      let examples = try #require(long.outputText.range(of: "Examples:"))
      let usage = try #require(long.outputText.range(of: "USAGE:"))
      #expect(examples.lowerBound < usage.lowerBound)
    }
    #expect(try LedeBinary.run("--version").status == 0)
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionsAreGenerated(shell: String) throws {
    let result = try LedeBinary.run("--generate-completion-script", shell)
    #expect(result.status == 0)
    #expect(result.outputText.contains("verify"))
  }

  /// Start-up: Foundation proper and its copy of ICU would cost more than a search.
  @Test func loadsNothingHeavy() throws {
    let libraries = try Subprocess.run("/usr/bin/env", ["ldd", LedeBinary.path]).outputText
    #expect(!libraries.contains("libFoundation.so"), "\(libraries)")
    #expect(!libraries.contains("_FoundationICU"), "\(libraries)")
    #expect(!libraries.contains("FoundationInternationalization"), "\(libraries)")
  }

  @Test func aFullDiskIsAnError() throws {
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    let scratch = try TemporaryDirectory()
    let index = try Archives.index(in: scratch)
    let result = try Subprocess.run(
      "/bin/sh",
      ["-c", "\"$0\" search alumina --index \"$1\" > /dev/full", LedeBinary.path, index])
    #expect(result.status == 2)
    #expect(result.errorText.contains("No space left"), "\(result.errorText)")
  }
}
