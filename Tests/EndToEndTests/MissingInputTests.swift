import Foundation
import TestSupport
import Testing

/// `lede index --delete-missing`: what has gone from the archive goes from the index.
@Suite struct MissingInputTests {
  private let scratch: TemporaryDirectory
  private var index: String { scratch.file("index") }

  init() throws { scratch = try TemporaryDirectory() }

  private func write(_ text: String, to name: String) throws {
    try scratch.write(text, to: "archive/" + name)
  }

  private func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: scratch.file("archive/" + name))
  }

  private func run(_ options: [String] = [], of name: String = "archive") throws -> JSONAnswer {
    try JSONAnswer(
      try LedeBinary.run(
        ["index", scratch.file(name), "--json", "--quiet", "--index", index] + options))
  }

  private func keys() throws -> [String] {
    try JSONAnswer(
      try LedeBinary.run("search", "zinc", "--limit", "100", "--json", "--index", index)
    ).ids.sorted()
  }

  private func line(_ id: String) -> String { #"{"id":"\#(id)","title":"zinc \#(id)"}"# + "\n" }

  @Test(arguments: [[], ["--no-store"]]) func filesAndRecordsThatAreGone(options: [String]) throws {
    try write("Zinc\n\nzinc one\n", to: "a/1.txt")
    try write("Zinc\n\nzinc two\n", to: "a/2.txt")
    try write(line("x") + line("y") + line("z"), to: "b.jsonl")
    _ = try run(options)
    #expect(try keys() == ["a/1.txt", "a/2.txt", "x", "y", "z"])
    try remove("a/2.txt")
    try write(line("x") + line("z"), to: "b.jsonl")
    // Without the option nothing goes.
    #expect(try run(options).number("documents") == 5)
    // And with it also what was gone before.
    let missing = try run(options + ["--delete-missing"])
    #expect(missing.number("deleted") == 2 && missing.number("missing_inputs") == 1)
    #expect(try keys() == ["a/1.txt", "x", "z"])
    #expect(try run(options + ["--delete-missing"]).number("deleted") == 0)
    #expect(try LedeBinary.run("verify", "--index", index).status == 0)
    // A file that comes back is read again.
    try write("Zinc\n\nzinc two\n", to: "a/2.txt")
    #expect(try run(options).number("records", "added") == 1)
  }

  @Test func otherRootsAndStandardInputKeepTheirs() throws {
    try write("Zinc\n\nzinc one\n", to: "1.txt")
    try write("Zinc\n\nzinc one\n", to: "2.txt")
    try scratch.write(line("other"), to: "other.jsonl")
    _ = try run()
    _ = try run(of: "other.jsonl")
    _ = try LedeBinary.run(["index", "-", "--index", index], input: Array(line("in").utf8))
    try remove("1.txt")
    try FileManager.default.removeItem(atPath: scratch.file("other.jsonl"))
    #expect(try run(["--delete-missing"]).number("deleted") == 1)
    #expect(try keys() == ["2.txt", "in", "other"])
    let piped = try LedeBinary.run(
      ["index", "-", "--delete-missing", "--index", index], input: Array(line("new").utf8))
    #expect(piped.status == 2)
    #expect(try keys() == ["2.txt", "in", "other"])
  }

  /// The mount point of a disk that is not there is an empty folder, or none.
  @Test func aDiskThatIsNotMountedDeletesNothing() throws {
    try write("Zinc\n\nzinc one\n", to: "1.txt")
    try write("Zinc\n\nzinc two\n", to: "2.txt")
    _ = try run()
    try remove("1.txt")
    try remove("2.txt")
    for _ in 0..<2 {
      let result = try LedeBinary.run(
        "index", scratch.file("archive"), "--delete-missing", "--index", index)
      #expect(result.status == 2)
      #expect(result.errorText.contains("mounted"), "\(result.errorText)")
      #expect(try keys() == ["1.txt", "2.txt"])
      try? FileManager.default.removeItem(atPath: scratch.file("archive"))
    }
    try FileManager.default.createDirectory(
      atPath: scratch.file("archive"), withIntermediateDirectories: false)
    let meant = try run(["--delete-missing", "--allow-empty"])
    #expect(meant.number("documents") == 0)
  }

  /// What could not be read is not gone.
  @Test func damageDeletesNothing() throws {
    try write(line("x") + line("y"), to: "b.jsonl")
    try write("Zinc\n\nzinc one\n", to: "1.txt")
    _ = try run()
    // y's record is broken.
    try write(line("x") + "{\"id\":\"y\"\n", to: "b.jsonl")
    #expect(try run(["--delete-missing"]).number("deleted") == 0)
    #expect(try keys() == ["1.txt", "x", "y"])
    let text = Array((line("x") + line("new") + line("y")).utf8)
    let packed = try Subprocess.run("/usr/bin/env", ["gzip", "-c"], input: text).output
    try remove("b.jsonl")
    _ = try run(["--delete-missing"])
    try scratch.write(packed, to: "archive/c.jsonl.gz")
    _ = try run()
    try scratch.write(packed.prefix(packed.count - 9), to: "archive/c.jsonl.gz")
    #expect(try run(["--delete-missing"]).number("deleted") == 0)
    #expect(try keys().contains("y"))
  }

  /// An article that another file had replaced comes back when that one goes.
  @Test func theEarlierArticleOfAKeyComesBack() throws {
    try write(line("k") + line("only"), to: "a.jsonl")
    try write(#"{"id":"k","title":"zinc second"}"#, to: "b.jsonl")
    try write(line("keep"), to: "c.jsonl")
    _ = try run()
    #expect(try keys() == ["k", "keep", "only"])
    try remove("b.jsonl")
    let missing = try run(["--delete-missing"])
    #expect(missing.number("deleted") == 1 && missing.number("restored") == 1)
    #expect(try keys() == ["k", "keep", "only"])
    let shown = try LedeBinary.run("show", "k", "--index", index).outputText
    #expect(shown.hasPrefix("zinc k\n"), "\(shown)")
  }

  @Test func anEmptiedFileIsNotAMissingOne() throws {
    try write(line("x"), to: "b.jsonl")
    try write(line("y"), to: "c.jsonl")
    _ = try run()
    try write("", to: "b.jsonl")
    #expect(try run(["--delete-missing"]).number("deleted") == 1)
    #expect(try keys() == ["y"])
  }
}
