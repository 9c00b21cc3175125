import Foundation
import LedeCodecs
import LedeStorage
import TestSupport
import Testing

/// FileFormat.md against the code.
@Suite struct FileFormatTests {
  private let document: String

  init() throws {
    let path = Repository.root + "/Sources/Codecs/Codecs.docc/FileFormat.md"
    let file = try PosixFileSystem().map(path)
    document = withExtendedLifetime(file) { String(decoding: file.bytes, as: UTF8.self) }
  }

  /// The bytes of an example, counted from 0.
  private func example(_ number: Int) throws -> [UInt8] {
    var rest = document[...]
    for _ in 0...number {
      rest = rest[try #require(rest.range(of: "```hex\n")).upperBound...]
    }
    let block = rest[..<(try #require(rest.range(of: "```")).lowerBound)]
    return block.split(whereSeparator: \.isWhitespace).compactMap { UInt8($0, radix: 16) }
  }

  @Test func theWorkedExampleIsWhatIsWritten() throws {
    let expected = try example(0)
    #expect(expected.count == 104)

    let fileSystem = MemoryFileSystem()
    try Ledger(roots: [.init(path: "a", location: "/a", kind: .file)])
      .write(fileSystem: fileSystem, directory: "index", generation: 7)
    #expect(fileSystem["index/ledger.7"] == expected)

    fileSystem["index/ledger.7"] = expected
    let read = try Ledger.read(fileSystem: fileSystem, directory: "index", generation: 7)
    #expect(read == Ledger(roots: [.init(path: "a", location: "/a", kind: .file)]))
  }

  @Test func theExampleOfKeysIsWhatIsWritten() throws {
    let fileSystem = MemoryFileSystem()
    let envelope = try EnvelopeWriter(
      fileSystem: fileSystem, path: "keys", kind: .segment, id: 1)
    var writer = KeysWriter()
    for key in ["a9", "a10", "a11", "b"] { try writer.add(key) }
    try writer.write(to: envelope)
    try envelope.finish()
    let file = try EnvelopeFile.open(fileSystem: fileSystem, path: "keys", kind: .segment)
    #expect(try file.section(.keys).map { Array($0.bytes) } == example(1))
  }

  @Test func everySectionIsInTheTable() {
    let known = (0...255).map { SectionKind(rawValue: $0) }
      .filter { !$0.name.hasPrefix("section kind") }
    #expect(known.count == 18)
    for kind in known {
      #expect(document.contains("| \(kind.rawValue) | \(kind.name)"), "\(kind.name)")
    }
    for kind in FileKind.allCases { #expect(document.contains("| `\(kind.rawValue)` |")) }
  }
}
