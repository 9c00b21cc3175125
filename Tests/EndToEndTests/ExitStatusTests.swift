import Foundation
import TestSupport
import Testing

/// 0 something matched, 1 nothing did, 2 any error, 130 Ctrl-C.
@Suite struct ExitStatusTests {
  @Test func searchAndShow() throws {
    let scratch = try TemporaryDirectory()
    let index = try Archives.index(in: scratch)
    #expect(try LedeBinary.run("search", "cricket", "--index", index).status == 0)
    #expect(try LedeBinary.run("search", "absentword", "--index", index).status == 1)
    #expect(try LedeBinary.run("search", "absentword", "--count", "--index", index).status == 1)
    #expect(try LedeBinary.run("search", "absentword", "--json", "--index", index).status == 1)
    #expect(try LedeBinary.run("show", "a3", "--index", index).status == 0)
    #expect(try LedeBinary.run("show", "a99", "--index", index).status == 1)
    #expect(try LedeBinary.run("stats", "--index", index).status == 0)
    #expect(try LedeBinary.run("verify", "--index", index).status == 0)
  }

  @Test(arguments: [
    ["frobnicate"], ["search"], ["search", "--limit", "x", "word"], ["search", "--wrong", "word"],
    ["search", "--limit", "10001", "word"], ["search", "--offset", "-1", "word"],
    ["search", "word", "--k1", "-1"], ["search", "word", "--b", "1.5"],
    ["search", "word", "--format", "xml"], ["search", "word", "--json", "--format", "trec"],
    ["search", "word", "--queries", "file"], ["search", "--queries", "/absent/file"],
    ["index"], ["index", "--language", "klingon", "."], ["index", "--level", "0", "."],
    ["index", "--field", "nonsense", "."], ["show"], ["bench"], ["bench", "/absent/file"],
    ["bench", "--commands", "TOP", "/absent/file"],
  ])
  func misuseIsAnError(arguments: [String]) throws {
    let scratch = try TemporaryDirectory()
    let index = try Archives.index(in: scratch)
    let subcommands = ["index", "search", "show", "stats", "verify", "bench"]
    let known = subcommands.contains(arguments[0])
    let result = try LedeBinary.run(arguments + (known ? ["--index", index] : []))
    #expect(result.status == 2, "\(arguments): \(result.errorText)")
    #expect(result.output.isEmpty)
    #expect(!result.errorText.isEmpty)
  }

  @Test(arguments: [["search", "word"], ["show", "a"], ["stats"], ["verify"]])
  func noIndexNamesTheOneThatWasMeant(arguments: [String]) throws {
    let scratch = try TemporaryDirectory()
    _ = try Archives.index(in: scratch)
    let result = try LedeBinary.run(
      arguments + ["--index", "indx"], in: scratch.path)
    #expect(result.status == 2)
    #expect(result.errorText.contains("Did you mean --index index?"), "\(result.errorText)")
    let empty = try TemporaryDirectory()
    let lost = try LedeBinary.run(arguments, in: empty.path)
    #expect(lost.status == 2)
    #expect(lost.errorText.contains("lede index"), "\(lost.errorText)")
  }

  @Test func suggestsCommandsAndOptions() throws {
    let command = try LedeBinary.run("serach", "word")
    #expect(command.status == 2 && command.errorText.contains("lede search"))
    let option = try LedeBinary.run("search", "--limt", "3", "word")
    #expect(option.status == 2 && option.errorText.contains("--limit"))
  }

  @Test func interruptedIndexingKeepsTheLastCommit() throws {
    let scratch = try TemporaryDirectory()
    let index = try Archives.index(in: scratch)
    let before = try LedeBinary.run("stats", "--json", "--index", index).output
    let process = Process()
    process.executableURL = URL(fileURLWithPath: LedeBinary.path)
    process.arguments = ["index", "-", "--index", index, "--quiet"]
    let input = Pipe()
    let errors = Pipe()
    process.standardInput = input
    process.standardError = errors
    try process.run()
    try input.fileHandleForWriting.write(
      contentsOf: Data(Archives.jsonLines(500, prefix: "b").utf8))
    // Long enough to have installed the handler and to wait for more input.
    Thread.sleep(forTimeInterval: 0.5)
    process.interrupt()
    Thread.sleep(forTimeInterval: 0.1)
    try? input.fileHandleForWriting.write(contentsOf: Data("{\"body\":\"x\"}\n".utf8))
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
    let status =
      process.terminationReason == .exit
      ? process.terminationStatus : 128 + process.terminationStatus
    #expect(status == 130)
    #expect(try LedeBinary.run("verify", "--index", index).status == 0)
    #expect(try LedeBinary.run("stats", "--json", "--index", index).output == before)
    // And the writer's lock is free again.
    let more = try scratch.write(Archives.jsonLines(3, prefix: "c"), to: "more.jsonl")
    #expect(try LedeBinary.run("index", more, "--index", index).status == 0)
  }
}
