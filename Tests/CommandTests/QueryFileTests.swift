import LedeCommand
import TestSupport
import Testing

@Suite struct QueryFileTests {
  private func parse(_ text: String) throws -> [QueryLine] {
    try QueryFile(bytes: Array(text.utf8), name: "file").queries
  }

  @Test func readsJSONLines() throws {
    let lines = try parse(
      #"""
      {"query": "+a \"b c\"", "tags": ["phrase", "x"]}

      {"id": 17, "text": "plain (words)"}
      """#)
    #expect(
      lines == [
        QueryLine(id: "1", text: "+a \"b c\"", tags: ["phrase", "x"]),
        QueryLine(id: "17", text: "plain (words)", tags: [], isSyntax: false),
      ])
  }

  @Test func readsPlainLines() throws {
    let lines = try parse("  one two \r\n\n+three\n")
    #expect(lines.map(\.text) == ["one two", "+three"])
    #expect(lines.map(\.id) == ["1", "3"])
  }

  @Test(arguments: ["{\"query\": ", "{\"tags\": []}", "{\"query\": [1]}"])
  func namesTheLineThatIsWrong(line: String) {
    do {
      _ = try parse("fine\n" + line)
      Issue.record("accepted \(line)")
    } catch {
      #expect("\(error)".hasPrefix("file:2: "), "\(error)")
    }
  }

  @Test func unpacksAndHashesTheContent() throws {
    let scratch = try TemporaryDirectory()
    let plain = try scratch.write("alpha\nbeta\n", to: "queries.txt")
    let packed = try Subprocess.run("/usr/bin/env", ["gzip", "-c", plain])
    let gzip = try scratch.write(packed.output, to: "queries.txt.gz")
    let fromPlain = try QueryFile(path: plain)
    let fromGzip = try QueryFile(path: gzip)
    #expect(fromPlain.queries == fromGzip.queries)
    #expect(fromPlain.hash == fromGzip.hash)
    #expect(fromPlain.hash == 0x4a56_a294_87df_ecb9)
  }

  @Test func saysWhyAFileCannotBeRead() throws {
    let scratch = try TemporaryDirectory()
    #expect(throws: CommandFailure.self) { try QueryFile(path: scratch.file("absent")) }
    let empty = try scratch.write("\n \n", to: "empty")
    #expect(throws: CommandFailure.self) { try QueryFile(path: empty) }
    let packed = try Subprocess.run("/usr/bin/env", ["gzip", "-c", Repository.root + "/LICENSE"])
    let broken = try scratch.write(packed.output.prefix(200), to: "broken.gz")
    #expect(throws: CommandFailure.self) { try QueryFile(path: broken) }
  }
}
