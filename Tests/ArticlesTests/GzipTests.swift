import LedeArticles
import LedeModel
import TestSupport
import Testing

@Suite struct GzipTests {
  private let lines = (1...200).map {
    #"{"id":"\#($0)","title":"title \#($0 &* 2_654_435_761)"}"# + "\n"
  }

  @Test func jsonLinesAndText() throws {
    try withFolder { folder in
      try folder.write(gzipped(lines.joined().utf8), to: "a.jsonl.gz")
      try folder.write(gzipped("Title\n\nBody.\n".utf8), to: "b.txt.gz")
      let reading = Reading(folder.path)
      #expect(reading.articles.count == 201)
      #expect(reading.keys.last == "b.txt.gz")
      #expect(reading.bodies.last == "Body.")
      #expect(reading.inputs.allSatisfy { $0.isCompressed })
      #expect(reading.isConsistent)
      #expect(reading.problems.isEmpty)
    }
  }

  /// The magic number decides, not the name.
  @Test func namesThatLie() throws {
    try withFolder { folder in
      try folder.write(gzipped(lines[0].utf8), to: "a.jsonl")
      try folder.write(lines[1], to: "b.jsonl.gz")
      let reading = Reading(folder.path)
      #expect(reading.keys == ["1", "2"])
      #expect(reading.inputs.map(\.isCompressed) == [true, false])
    }
  }

  /// Members may begin anywhere in the text and in the chunks that are read.
  @Test(arguments: testSeeds(21)) func manyMembers(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let text = Array(lines.joined().utf8)
    var packed: [UInt8] = []
    var at = 0
    while at < text.count {
      let end = min(text.count, at + 1 + random.below(2000))
      packed += try gzipped(text[at..<end])
      at = end
    }
    try withFolder { folder in
      let reading = Reading(try folder.write(packed, to: "a.jsonl.gz"))
      #expect(reading.articles.count == lines.count, "seed \(seed)")
      #expect(reading.problems.isEmpty, "seed \(seed)")
      #expect(reading.report.bytesDecoded == UInt64(text.count))
      #expect(reading.isConsistent)
    }
  }

  /// Cut anywhere, the file yields a prefix of its articles and one problem with the place.
  @Test func everyTruncation() throws {
    let text = lines.prefix(40).joined()
    let packed = try gzipped(text.utf8)
    let whole = (1...40).map(String.init)
    try withFolder { folder in
      for length in 0..<packed.count {
        let reading = Reading(try folder.write(packed[..<length], to: "a.jsonl.gz"))
        #expect(reading.isConsistent, "\(length)")
        #expect(reading.keys == Array(whole.prefix(reading.keys.count)), "\(length)")
        guard length >= 3 else { continue }
        #expect(reading.kinds.contains(.brokenGzip), "\(length)")
        let problem = try #require(reading.problems.first { $0.kind == .brokenGzip })
        #expect(problem.offset == UInt64(length), "\(length): \(problem)")
        #expect(problem.severity == .error)
        let outcome: InputSummary.Outcome = reading.keys.isEmpty ? .failed : .damaged
        #expect(reading.inputs.first?.outcome == outcome, "\(length)")
      }
      let late = Reading(try folder.write(packed.dropLast(4), to: "a.jsonl.gz"))
      #expect(late.keys == whole, "everything before the damage is kept")
    }
  }

  @Test(arguments: testSeeds(22)) func flippedBytes(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let packed = try gzipped(lines.joined().utf8)
    try withFolder { folder in
      for _ in 0..<200 {
        var bytes = packed
        let place = 10 + random.below(bytes.count - 10)
        bytes[place] ^= UInt8(1 << random.below(8))
        let reading = Reading(try folder.write(bytes, to: "a.jsonl.gz"))
        #expect(reading.isConsistent, "seed \(seed), byte \(place)")
        #expect(reading.kinds.contains(.brokenGzip), "seed \(seed), byte \(place)")
      }
    }
  }

  @Test func brokenTextIsNotKeptInHalves() throws {
    try withFolder { folder in
      let packed = try gzipped("Title\n\n\(lines.joined(separator: "- "))".utf8)
      let reading = Reading(try folder.write(packed.dropLast(9), to: "a.txt.gz"))
      #expect(reading.articles.isEmpty)
      #expect(reading.kinds == [.brokenGzip])
      #expect(reading.inputs.first?.outcome == .failed)
      #expect(reading.isConsistent)
    }
  }

  @Test func whatFollowsTheLastMember() throws {
    try withFolder { folder in
      let packed = try gzipped(lines[0].utf8)
      let padded = Reading(try folder.write(packed + [UInt8](repeating: 0, count: 600), to: "a.gz"))
      #expect(padded.keys == ["1"])
      #expect(padded.problems.isEmpty)
      let garbage = Reading(try folder.write(packed + Array("garbage".utf8), to: "a.gz"))
      #expect(garbage.keys == ["1"])
      #expect(garbage.kinds == [.trailingGarbage])
      #expect(garbage.problems.first?.offset == UInt64(packed.count))
      #expect(garbage.isConsistent)
    }
  }

  /// 200 MB of spaces from 200 KB: refused long before it is unpacked.
  @Test func bombs() throws {
    try withFolder { folder in
      let member = try gzipped(repeatElement(UInt8(ascii: " "), count: 20 << 20))
      let bomb = Array((0..<10).map { _ in member }.joined())
      for name in ["a.jsonl.gz", "a.txt.gz"] {
        let reading = Reading(try folder.write(bomb, to: name))
        #expect(reading.articles.isEmpty)
        #expect(reading.isConsistent)
        #expect(reading.report.bytesDecoded < 80 << 20)
        #expect(reading.kinds == [.compressionBomb])
      }
    }
  }

  @Test func otherCompressionsGetARemedy() throws {
    try withFolder { folder in
      let xz = try folder.write([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00, 1, 2, 3, 4], to: "a.jsonl.xz")
      let named = Reading(xz)
      #expect(named.kinds == [.unsupportedCompression])
      #expect(named.problems.first?.remedy.contains("xz -dc") == true)
      let inFolder = Reading(folder.path)
      #expect(inFolder.inputs.first?.outcome == .skipped(.notAnArticleFormat))
    }
  }
}
