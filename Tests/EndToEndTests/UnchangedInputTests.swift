import Foundation
import TestSupport
import Testing

/// `lede index` again: what is unchanged is not read.
@Suite struct UnchangedInputTests {
  private let scratch: TemporaryDirectory
  private var index: String { scratch.file("archive/index") }

  init() throws { scratch = try TemporaryDirectory() }

  /// Writes a file of the archive as one that was last modified long ago.
  private func write(_ text: String, to name: String, age: Double = 0) throws {
    let path = try scratch.write(text, to: "archive/" + name)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_600_000_000 + age)], ofItemAtPath: path)
  }

  private func run(_ options: String..., path: String? = nil) throws -> JSONAnswer {
    try JSONAnswer(
      try LedeBinary.run(
        ["index", path ?? scratch.file("archive"), "--json", "--index", index] + options))
  }

  private func found(_ query: String) throws -> [String] {
    try JSONAnswer(try LedeBinary.run("search", query, "--json", "--index", index)).ids.sorted()
  }

  private func writeFolder(_ count: Int) throws {
    for number in 0..<count {
      try write("Title \(number)\n\nText of number\(number).\n", to: "\(number % 10)/\(number).txt")
    }
  }

  /// The index lies in the archive and is not taken for part of it.
  @Test func anUnchangedFolderIsNotRead() throws {
    try writeFolder(500)
    let first = try run()
    #expect(first.number("inputs", "read") == 500)
    let names = try FileManager.default.contentsOfDirectory(atPath: index).sorted()
    // Any spelling of the path is the same folder.
    for path in [scratch.file("archive"), scratch.file("archive/"), scratch.file("./archive")] {
      let again = try run(path: path)
      #expect(again.number("inputs", "unchanged") == 500)
      #expect(again.number("inputs", "read") == 0)
      #expect(again.number("bytes_read") == 0)
      #expect(again.number("documents") == 500)
    }
    let again = try run()
    #expect(again.number("bytes_read") == 0)
    let segments = { (names: [String]) in names.filter { $0.hasPrefix("seg-") } }
    #expect(
      try segments(FileManager.default.contentsOfDirectory(atPath: index).sorted())
        == segments(names))
  }

  @Test func onlyWhatChangedIsRead() throws {
    try writeFolder(50)
    _ = try run()
    try write("Title 7\n\nAnother story.\n", to: "7/7.txt")
    try write("Title new\n\nA new story.\n", to: "7/new.txt")
    // Touched, not changed.
    try write("Title 8\n\nText of number8.\n", to: "8/8.txt", age: 5)
    let again = try run()
    #expect(again.number("inputs", "read") == 2)
    #expect(again.number("inputs", "unchanged") == 49)
    #expect(again.number("records", "added") == 1)
    #expect(again.number("records", "replaced") == 1)
    #expect(again.number("documents") == 51)
    #expect(try found("story") == ["7/7.txt", "7/new.txt"])
    #expect(try found("number7") == [])
    #expect(try run().number("bytes_read") == 0)
  }

  @Test func rereadReadsEverything() throws {
    try writeFolder(20)
    _ = try run()
    let again = try run("--reread")
    #expect(again.number("inputs", "read") == 20)
    #expect(again.number("records", "replaced") == 20)
    #expect(again.number("documents") == 20)
  }

  /// Other fields, other articles.
  @Test func otherRulesReadAgain() throws {
    try write(#"{"id":"a","headline2":"zinc"}"# + "\n" + #"{"id":"b","title":"x"}"#, to: "a.jsonl")
    _ = try run()
    #expect(try found("zinc") == [])
    #expect(try run("--field", "title=headline2").number("inputs", "read") == 1)
    #expect(try found("zinc") == ["a"])
    #expect(try run("--field", "title=headline2").number("inputs", "unchanged") == 1)
  }

  /// Damage is not mistaken for the whole file: it is read until it can be.
  @Test func aDamagedFileIsReadUntilItIsWhole() throws {
    let text = Archives.jsonLines(400)
    let whole = try Subprocess.run("/usr/bin/env", ["gzip", "-c"], input: Array(text.utf8)).output
    try scratch.write(whole.prefix(whole.count - 40), to: "archive/a.jsonl.gz")
    for _ in 0..<2 {
      let damaged = try run()
      #expect(damaged.number("inputs", "damaged") == 1)
      #expect((1..<400).contains(damaged.number("documents") ?? 0))
    }
    try scratch.write(whole, to: "archive/a.jsonl.gz")
    let mended = try run()
    #expect(mended.number("inputs", "read") == 1)
    #expect(mended.number("documents") == 400)
  }

  /// What was refused when a file was read is not forgotten with the reading.
  @Test func refusedRecordsAreStillCounted() throws {
    try write(#"{"id":"a","title":"zinc"}"# + "\nbroken\n", to: "a.jsonl")
    let first = try run()
    #expect(first.number("records", "refused") == 1 && first.number("refused_before") == 0)
    let again = try run()
    #expect(again.number("inputs", "unchanged") == 1 && again.number("refused_before") == 1)
  }

  @Test func sourcesOfOneKeyAreNamed() throws {
    try write(#"{"id":"k","title":"first"}"#, to: "a.jsonl")
    try write(#"{"id":"k","title":"second"}"# + "\n" + #"{"id":"l","title":"x"}"#, to: "b.jsonl")
    let result = try LedeBinary.run("index", scratch.file("archive"), "--index", index)
    #expect(result.status == 0)
    #expect(
      result.errorText.contains(
        "archive/b.jsonl took the place of 1 article of \(scratch.file("archive/a.jsonl")) with "
          + "the same key, such as 'k'"), "\(result.errorText)")
    // Both are known now, and the later one stays.
    #expect(try run().number("inputs", "unchanged") == 2)
    #expect(try found("second") == ["k"])
    let again = try run("--reread")
    #expect(again.number("overtaken") == 2)
    #expect(try found("second") == ["k"])
  }

  @Test func standardInputIsAlwaysRead() throws {
    for round in 0..<2 {
      let result = try LedeBinary.run(
        ["index", "-", "--json", "--index", index], input: Array(#"{"title":"zinc"}"#.utf8))
      let answer = try JSONAnswer(result)
      #expect(answer.number("inputs", "read") == 1)
      #expect(answer.number("records", "replaced") == round)
      #expect(answer.number("overtaken") == 0)
    }
    #expect(try found("zinc") == ["-#1"])
  }
}
