import Foundation
import TestSupport
import Testing

/// `lede verify --deep` and `lede repair`, from damage to a sound index.
@Suite struct RepairCommandTests {
  private let scratch: TemporaryDirectory
  private let index: String

  init() throws {
    scratch = try TemporaryDirectory()
    index = try Archives.index(40, in: scratch)
  }

  private func run(_ arguments: String...) throws -> Subprocess.Result {
    try LedeBinary.run(arguments + ["--index", index])
  }

  private func segment() throws -> String {
    let name = try #require(try scratch.list("index").first { $0.hasSuffix(".lede") })
    return "index/" + name
  }

  private func flip(_ name: String, _ offset: (Int) -> Int) throws {
    var bytes = try scratch.read(name)
    bytes[offset(bytes.count)] ^= 0x20
    try scratch.write(bytes, to: name)
  }

  @Test func aSoundIndexIsDerivedAndLeftAlone() throws {
    let deep = try run("verify", "--deep")
    #expect(deep.status == 0)
    #expect(deep.errorText.contains("40 documents derived again"), "\(deep.errorText)")
    let json = try JSONAnswer(try run("verify", "--deep", "--json"))
    #expect(json.number("derived_documents") == 40 && json.number("differences") == 0)
    let before = try scratch.read(try segment())
    let repair = try run("repair")
    #expect(repair.status == 0 && repair.errorText.contains("nothing to repair"))
    #expect(try scratch.read(try segment()) == before)
  }

  @Test func withoutTextsNothingIsDerived() throws {
    let bare = scratch.file("bare")
    let archive = scratch.file("articles.jsonl")
    #expect(
      try LedeBinary.run("index", archive, "--no-store", "--index", bare, "--quiet").status == 0)
    let result = try LedeBinary.run("verify", "--deep", "--index", bare)
    #expect(result.status == 2 && result.errorText.contains("--no-store"), "\(result.errorText)")
  }

  @Test func aDamagedSegmentIsMended() throws {
    let name = try segment()
    try flip(name) { $0 / 3 }
    let damaged = try scratch.read(name)
    #expect(try run("verify").status == 2)
    #expect(try run("verify", "--deep").status == 2)
    let dry = try run("repair", "--dry-run", "--json")
    #expect(dry.status == 2)
    #expect(try scratch.read(name) == damaged)
    let report = try JSONAnswer(try run("repair", "--json"))
    let (saved, lost) = (report.number("saved") ?? -1, report.number("lost") ?? -1)
    #expect(report.object["damaged"] as? Bool == true && saved + lost == 40)
    #expect(try JSONAnswer(dry).number("saved") == saved)
    #expect(try scratch.read(name + ".damaged") == damaged)
    #expect(try run("verify", "--deep").status == 0)
    #expect(try run("search", "market", "--count").outputText == "\(saved)\n")
    // Indexing the archive again has the lost ones back.
    let again = try run("index", scratch.file("articles.jsonl"), "--reread", "--quiet")
    #expect(again.status == 0)
    #expect(try run("search", "market", "--count").outputText == "40\n")
  }

  @Test func aLostManifestIsMadeAnew() throws {
    try FileManager.default.removeItem(atPath: index + "/manifest")
    #expect(try run("search", "market").errorText.contains("lede repair"))
    let repair = try run("repair")
    #expect(repair.status == 0 && repair.errorText.contains("language: "), "\(repair.errorText)")
    #expect(try run("verify", "--deep").status == 0)
    #expect(try run("search", "market", "--count").outputText == "40\n")
  }

  @Test func whatIsWrongIsAnError() throws {
    #expect(try run("repair", "--language", "klingon").status == 2)
    #expect(try LedeBinary.run("repair", "--index", scratch.file("no")).status == 2)
    let empty = scratch.file("empty")
    try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: false)
    #expect(try LedeBinary.run("repair", "--index", empty).status == 2)
  }
}
