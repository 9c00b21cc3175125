import Foundation
import TestSupport
import Testing

/// `lede delete`: by id and by query.
@Suite struct DeleteTests {
  private let scratch: TemporaryDirectory
  private let index: String

  init() throws {
    scratch = try TemporaryDirectory()
    index = try Archives.index(40, in: scratch)
  }

  private func delete(_ arguments: String...) throws -> Subprocess.Result {
    try LedeBinary.run(["delete", "--index", index] + arguments)
  }

  private func count(_ query: String) throws -> String {
    try LedeBinary.run("search", query, "--count", "--index", index).outputText
  }

  @Test func byId() throws {
    let result = try delete("a3", "a5", "nothing", "a3")
    #expect(result.status == 0 && result.outputText == "2 articles deleted\n")
    #expect(result.errorText.contains("no article 'nothing'"), "\(result.errorText)")
    #expect(result.errorText.contains("holds 38 documents"), "\(result.errorText)")
    #expect(try LedeBinary.run("show", "a3", "--index", index).status == 1)
    #expect(try count("market") == "38\n")
    #expect(try delete("a3").status == 1)
    #expect(try LedeBinary.run("verify", "--index", index).status == 0)
  }

  @Test func byQuery() throws {
    let all = try count("alumina")
    let dry = try JSONAnswer(try delete("--query", "alumina", "--dry-run", "--json"))
    #expect("\(dry.number("deleted") ?? 0)\n" == all)
    #expect(dry.object["dry_run"] as? Bool == true && dry.number("documents") == 40)
    #expect(try count("alumina") == all)
    let done = try JSONAnswer(try delete("--query", "alumina", "--json"))
    #expect(done.number("deleted") == dry.number("deleted"))
    #expect(done.number("documents") == 40 - (done.number("deleted") ?? 0))
    #expect(try count("alumina") == "0\n")
    let again = try delete("--query", "alumina", "--quiet")
    #expect(again.status == 1 && again.outputText == "0 articles deleted\n")
    #expect(again.errors.isEmpty)
  }

  @Test func everythingCanGo() throws {
    #expect(try delete("--query", "market").outputText == "40 articles deleted\n")
    #expect(try count("market") == "0\n")
    #expect(try LedeBinary.run("verify", "--index", index).status == 0)
  }

  @Test func whatIsWrongIsAnError() throws {
    for arguments in [[], ["a1", "--query", "x"], ["--query", "\"open"], ["--query", "???"]] {
      let result = try LedeBinary.run(["delete", "--index", index] + arguments)
      #expect(result.status == 2, "\(arguments) \(result.errorText)")
    }
    #expect(try LedeBinary.run("delete", "a1", "--index", scratch.file("no")).status == 2)
    #expect(try count("market") == "40\n")
  }

  /// Taken away on purpose: an unchanged file does not bring it back.
  @Test func aDeletedArticleStaysAwayUntilItsFileChanges() throws {
    let file = scratch.file("articles.jsonl")
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_600_000_000)], ofItemAtPath: file)
    #expect(try delete("a3").status == 0)
    #expect(try LedeBinary.run("index", file, "--index", index).status == 0)
    #expect(try LedeBinary.run("show", "a3", "--index", index).status == 1)
    #expect(try LedeBinary.run("index", file, "--index", index, "--reread").status == 0)
    #expect(try LedeBinary.run("show", "a3", "--index", index).status == 0)
  }
}
