import Foundation
import TestSupport
import Testing

/// Whatever the input: a clear message with a remedy, the right exit status, nothing lost.
@Suite struct BadInputTests {
  /// Indexes `inputs` into an index that already holds twelve articles, and checks that all of
  /// these can still be found.
  private func index(_ inputs: [String], in scratch: TemporaryDirectory, options: [String] = [])
    throws -> Subprocess.Result
  {
    let index = try Archives.index(in: scratch)
    let result = try LedeBinary.run(["index"] + inputs + ["--index", index] + options)
    let report = try LedeBinary.run("search", "market", "--count", "--index", index)
    #expect((Int(report.outputText.dropLast()) ?? 0) >= 12, "the old articles are gone")
    let verified = try LedeBinary.run("verify", "--index", index)
    #expect(verified.status == 0, "\(verified.outputText)\(verified.errorText)")
    return result
  }

  @Test func emptyFolder() throws {
    let scratch = try TemporaryDirectory()
    try FileManager.default.createDirectory(
      atPath: scratch.file("empty"), withIntermediateDirectories: false)
    let result = try index([scratch.file("empty")], in: scratch)
    #expect(result.status == 1)
    #expect(result.errorText.contains("No article found"))
  }

  @Test func mistypedPathLeavesNoIndex() throws {
    let scratch = try TemporaryDirectory()
    let index = scratch.file("I")
    let result = try LedeBinary.run("index", scratch.file("nope"), "--index", index)
    #expect(result.status == 2)
    #expect(result.errorText.contains("nope"))
    let search = try LedeBinary.run("search", "word", "--index", index)
    #expect(search.status == 2)
    #expect(search.errorText.contains("no index"), "\(search.errorText)")
  }

  @Test func emptyFile() throws {
    let scratch = try TemporaryDirectory()
    try scratch.write("", to: "folder/empty.txt")
    try scratch.write(Archives.jsonLines(3, prefix: "b"), to: "folder/more.jsonl")
    let result = try index([scratch.file("folder")], in: scratch)
    #expect(result.errorText.contains("1 empty"), "\(result.errorText)")
    #expect(result.errorText.contains("3 new"), "\(result.errorText)")
  }

  /// simdjson's code for processors without vectors calls such a line damaged UTF-8, decoded or not.
  @Test(arguments: ["fallback", ""])
  func anEscapeOfALetterOfTwoBytes(implementation: String) throws {
    let scratch = try TemporaryDirectory()
    try scratch.write(
      "{\"id\":\"1\",\"title\":\"a\",\"body\":\"x \\\u{e9} y\"}\n"
        + Archives.jsonLines(3, prefix: "b"), to: "one.jsonl")
    let result = try LedeBinary.run(
      ["index", scratch.file("one.jsonl"), "--index", scratch.file("I")],
      environment: implementation.isEmpty
        ? [:] : ["SIMDJSON_FORCE_IMPLEMENTATION": implementation])
    #expect(result.status < 3, "\(result.errorText)")
    #expect(result.errorText.contains("one.jsonl:1 (byte 0)"), "\(result.errorText)")
    let search = try LedeBinary.run("search", "market", "--count", "--index", scratch.file("I"))
    #expect(search.status < 2, "\(search.errorText)")
  }

  @Test func binaryFile() throws {
    let scratch = try TemporaryDirectory()
    var random = SplitMix64(seed: 9)
    let noise = (0..<4096).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    try scratch.write(noise, to: "folder/picture.txt")
    try scratch.write(noise, to: "folder/table.jsonl")
    try scratch.write(Archives.jsonLines(3, prefix: "b"), to: "folder/more.jsonl")
    let result = try index([scratch.file("folder")], in: scratch)
    #expect(result.status == 2)
    #expect(result.errorText.contains("picture.txt"), "\(result.errorText)")
    #expect(result.errorText.contains("table.jsonl"), "\(result.errorText)")
    #expect(result.errorText.contains("3 new"), "\(result.errorText)")
  }

  @Test func hundredMegabytesOnOneLine() throws {
    let scratch = try TemporaryDirectory()
    var bytes = Array(#"{"id":"long","title":"Long","body":""#.utf8)
    bytes += [UInt8](repeating: UInt8(ascii: "x"), count: 100 << 20)
    bytes += Array("\"}\n".utf8)
    bytes += Array(Archives.jsonLines(3, prefix: "b").utf8)
    let file = try scratch.write(bytes, to: "long.jsonl")
    let result = try index([file], in: scratch)
    #expect(result.status == 2)
    #expect(result.errorText.contains("long.jsonl:1"), "\(result.errorText.prefix(2000))")
    #expect(result.errorText.contains("3 new"), "\(result.errorText.prefix(2000))")
  }

  @Test func hundredMegabytesOfTextOnOneLine() throws {
    let scratch = try TemporaryDirectory()
    let file = try scratch.write([UInt8](repeating: 0x61, count: 100 << 20), to: "long.txt")
    let result = try index([file], in: scratch)
    #expect(result.status == 2)
    #expect(result.errorText.contains("long.txt"), "\(result.errorText.prefix(2000))")
  }

  @Test func invalidUTF8() throws {
    let scratch = try TemporaryDirectory()
    var bytes = Array(#"{"id":"odd","title":"Odd","body":"qwertz "#.utf8)
    bytes += [0xFF, 0xC0, 0x80, 0xED, 0xA0, 0x80, 0xF5]
    bytes += Array(" yxcvb\"}\n".utf8)
    let file = try scratch.write(bytes, to: "odd.jsonl")
    let result = try index([file], in: scratch)
    #expect(result.status == 0, "\(result.errorText)")
    #expect(result.errorText.contains("warning"), "\(result.errorText)")
    let index = scratch.file("index")
    #expect(try LedeBinary.run("search", "+qwertz +yxcvb", "--index", index).status == 0)
    let shown = try LedeBinary.run("show", "odd", "--index", index)
    #expect(shown.outputText.contains("qwertz ") && shown.outputText.contains(" yxcvb"))
  }

  @Test func brokenGzip() throws {
    let scratch = try TemporaryDirectory()
    let plain = try scratch.write(Archives.jsonLines(2000, prefix: "b"), to: "plain.jsonl")
    let packed = try Subprocess.run("/usr/bin/env", ["gzip", "-c", plain]).output
    let cut = try scratch.write(packed.prefix(packed.count / 2), to: "cut.jsonl.gz")
    var flipped = packed
    flipped[flipped.count / 2] ^= 0x55
    let damaged = try scratch.write(flipped, to: "damaged.jsonl.gz")
    let result = try index([cut, damaged], in: scratch)
    #expect(result.status == 2)
    #expect(result.errorText.contains("cut.jsonl.gz"), "\(result.errorText)")
    #expect(result.errorText.contains("damaged.jsonl.gz"), "\(result.errorText)")
  }

  @Test func missingAndWronglyTypedFields() throws {
    let scratch = try TemporaryDirectory()
    let file = try scratch.write(
      """
      {"id": "fine", "title": "Fine", "body": "gypsum"}
      {"id": "no-text"}
      {"id": ["x"], "title": {"a": 1}, "body": 7}
      not json at all
      [1, 2, 3]
      {"title": "No id", "body": "gypsum too"}

      """, to: "mixed.jsonl")
    let result = try index([file], in: scratch)
    #expect(result.status == 2)
    for line in 2...5 {
      #expect(result.errorText.contains("mixed.jsonl:\(line)"), "\(line): \(result.errorText)")
    }
    let count = try LedeBinary.run("search", "gypsum", "--count", "--index", scratch.file("index"))
    #expect(count.outputText == "2\n")
    let named = try LedeBinary.run("show", file + "#6", "--index", scratch.file("index"))
    #expect(named.status == 0, "\(named.errorText)")
  }

  @Test func duplicateIdentifiers() throws {
    let scratch = try TemporaryDirectory()
    let file = try scratch.write(
      """
      {"id": "same", "title": "First", "body": "feldspar"}
      {"id": "same", "title": "Second", "body": "olivine"}
      {"id": "a0", "title": "Replaced", "body": "olivine market"}

      """, to: "twice.jsonl")
    let result = try index([file], in: scratch)
    #expect(result.status == 0, "\(result.errorText)")
    #expect(result.errorText.contains("2 replaced"), "\(result.errorText)")
    let index = scratch.file("index")
    #expect(try LedeBinary.run("search", "feldspar", "--index", index).status == 1)
    let answer = try JSONAnswer(try LedeBinary.run("search", "olivine", "--json", "--index", index))
    #expect(Set(answer.ids) == ["same", "a0"])
  }

  @Test func unreadableFile() throws {
    let scratch = try TemporaryDirectory()
    let more = try scratch.write(Archives.jsonLines(3, prefix: "b"), to: "more.jsonl")
    // Nothing is forbidden to root, but this file gives even root an I/O error.
    var unreadable = "/proc/self/mem"
    if geteuid() != 0 {
      unreadable = try scratch.write("secret", to: "secret.txt")
      try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: unreadable)
    }
    let result = try index([unreadable, more], in: scratch)
    #expect(result.status == 2)
    #expect(result.errorText.contains(unreadable), "\(result.errorText)")
    #expect(result.errorText.contains("3 new"), "\(result.errorText)")
  }

  @Test func pathThatDoesNotExist() throws {
    let scratch = try TemporaryDirectory()
    let more = try scratch.write(Archives.jsonLines(3, prefix: "b"), to: "more.jsonl")
    let result = try index([scratch.file("nowhere"), more], in: scratch)
    #expect(result.status == 2)
    #expect(result.errorText.contains(scratch.file("nowhere")), "\(result.errorText)")
    #expect(result.errorText.contains("3 new"), "\(result.errorText)")
  }

  @Test(arguments: ["!!! ???", "...", "-", "\"\"", "+", "“”"])
  func queryOfPunctuation(query: String) throws {
    let scratch = try TemporaryDirectory()
    let index = try Archives.index(in: scratch)
    let result = try LedeBinary.run(
      ["search", "--index", index, "-"], input: Array(query.utf8))
    #expect(result.status == 2, "\(query): \(result.outputText)")
    #expect(!result.errorText.isEmpty && result.output.isEmpty)
  }

  @Test func queryOfAMegabyte() throws {
    let scratch = try TemporaryDirectory()
    let index = try Archives.index(in: scratch)
    for text in ["alumina ", "(", "\"a", "+-\u{4E2D}"] {
      let query = String(repeating: text, count: (1 << 20) / text.utf8.count)
      let result = try LedeBinary.run(
        ["search", "--index", index, "-"], input: Array(query.utf8))
      #expect(result.status == 2)
      #expect(result.errorText.contains("8192"), "\(result.errorText.prefix(300))")
      #expect(result.errorText.utf8.count < 1000)
    }
  }

  @Test func tooManyClauses() throws {
    let scratch = try TemporaryDirectory()
    let index = try Archives.index(in: scratch)
    let query = String(repeating: "a ", count: 2000)
    let result = try LedeBinary.run("search", "--index", index, query)
    #expect(result.status == 2)
    #expect(result.errorText.contains("1024"), "\(result.errorText)")
  }
}
