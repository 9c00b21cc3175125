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

  @Test func theWorkedExampleIsWhatIsWritten() throws {
    let fence = try #require(document.range(of: "```hex\n"))
    let rest = document[fence.upperBound...]
    let block = rest[..<(try #require(rest.range(of: "```")).lowerBound)]
    let expected = block.split(whereSeparator: \.isWhitespace).compactMap { UInt8($0, radix: 16) }
    #expect(expected.count == 96)

    let fileSystem = MemoryFileSystem()
    try Ledger(roots: [.init(path: "a", kind: .file)])
      .write(fileSystem: fileSystem, directory: "index", generation: 7)
    #expect(fileSystem["index/ledger.7"] == expected)

    fileSystem["index/ledger.7"] = expected
    let read = try Ledger.read(fileSystem: fileSystem, directory: "index", generation: 7)
    #expect(read == Ledger(roots: [.init(path: "a", kind: .file)]))
  }

  @Test func everySectionIsInTheTable() {
    let known = (0...255).map { SectionKind(rawValue: $0) }
      .filter { !$0.name.hasPrefix("section kind") }
    #expect(known.count == 16)
    for kind in known {
      #expect(document.contains("| \(kind.rawValue) | \(kind.name)"), "\(kind.name)")
    }
    for kind in FileKind.allCases { #expect(document.contains("| `\(kind.rawValue)` |")) }
  }
}
