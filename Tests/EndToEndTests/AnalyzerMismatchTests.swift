import Lede
import LedeAnalysis
import LedeCodecs
import LedeStorage
import TestSupport
import Testing

/// An index whose terms another analyzer made would be searched with terms it does not hold.
@Suite struct AnalyzerMismatchTests {
  @Test func isAnErrorOfItsOwnEverywhere() throws {
    let scratch = try TemporaryDirectory()
    let index = try Archives.index(in: scratch)
    try rewriteIdentity(of: index) { $0.icuVersion = "1.2.3" }
    let more = try scratch.write(Archives.jsonLines(2, prefix: "b"), to: "more.jsonl")
    for arguments in [["search", "market"], ["index", more]] {
      let result = try LedeBinary.run(arguments + ["--index", index])
      #expect(result.status == 2, "\(arguments)")
      #expect(result.errorText.contains("analyzer"), "\(arguments): \(result.errorText)")
      #expect(result.errorText.contains("1.2.3"), "\(arguments): \(result.errorText)")
      #expect(!result.errorText.contains("corrupt"))
    }
    try rewriteIdentity(of: index) { $0 = try Analyzer.identity(of: .english) }
    #expect(try LedeBinary.run("search", "market", "--index", index).status == 0)
  }

  @Test func anotherLanguageIsRefusedAndNothingIsLost() throws {
    let scratch = try TemporaryDirectory()
    let index = try Archives.index(in: scratch)
    let more = try scratch.write(Archives.jsonLines(2, prefix: "b"), to: "more.jsonl")
    let result = try LedeBinary.run("index", more, "--language", "de", "--index", index)
    #expect(result.status == 2)
    #expect(result.errorText.contains("analyzer"), "\(result.errorText)")
    #expect(try LedeBinary.run("search", "market", "--index", index).status == 0)
    // Without the option the language is that of the index.
    let german = scratch.file("german")
    #expect(
      try LedeBinary.run("index", more, "--language", "de", "--index", german).status == 0)
    let again = try LedeBinary.run("index", more, "--index", german)
    #expect(again.status == 0, "\(again.errorText)")
  }

  private func rewriteIdentity(
    of index: String, _ change: (inout AnalyzerIdentity) throws -> Void
  ) throws {
    let fileSystem = PosixFileSystem()
    var manifest = try Manifest.read(fileSystem: fileSystem, directory: index)
    var identity = try #require(AnalyzerIdentity(encoded: manifest.analyzer))
    try change(&identity)
    manifest.analyzer = identity.encoded
    manifest.generation += 1
    try manifest.commit(fileSystem: fileSystem, directory: index)
  }
}
