import CLedeKernels
import LedeCodecs
import LedeStorage
import TestSupport
import Testing

/// The worked example at the end of PostingsFormat.md, byte for byte.
@Suite struct PostingsWorkedExampleTests {
  @Test func bytesAreThoseOfTheDocument() throws {
    let plain = PlainPostings(docs: [3, 5], freqs: [1, 2], ordinals: [[7], [2, 9]])
    var lengths = [UInt32](repeating: 99, count: 6)
    (lengths[3], lengths[5]) = (12, 10)
    let directory = try TemporaryDirectory("lede-example")
    var postings = PostingsWriter()
    var dictionary = TermDictionaryWriter(docCount: 6)
    dictionary.begin(.textSurface)
    _ = dictionary.add("tin", postings.add(plain, withPositions: true, lengths: lengths))
    let path = directory.file("example.lede")
    let envelope = try EnvelopeWriter(
      fileSystem: PosixFileSystem(), path: path, kind: .segment, id: 1)
    try writeTermSections(&postings, &dictionary, to: envelope)
    try envelope.finish()

    let file = try EnvelopeFile.open(
      fileSystem: PosixFileSystem(), path: path, kind: .segment)
    let terms = try #require(file.section(.terms))
    #expect(Array(try #require(file.section(.postings)).bytes) == [0xed, 0])
    #expect(Array(try #require(file.section(.positions)).bytes) == [0x97, 2])
    // docCount, six namespaces, two offsets, one prefix, then the only block.
    #expect(
      Array(terms.bytes[..<20]) == [6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0])
    #expect(Array(terms.bytes[80..<88]) == [0, 0, 0, 0, 6, 0, 0, 0])
    #expect(Array(terms.bytes[88..<96]) == [0, 0, 0, 0, 0] + Array("tin".utf8.reversed()))
    #expect(Array(terms.bytes[96...]) == [1, 3, 0x50, 0, 0, 0xd2])
  }

  @Test func bytesOfARangeAreThoseOfTheDocument() {
    let (docs, freqs): ([UInt32], [UInt32]) = ([1027, 1030, 1100], [1, 3, 1])
    var bytes = [UInt8](repeating: 0xff, count: Int(LEDE_RANGE_BYTES))
    let size = lede_ranged_encode(docs, freqs, 3, 1024, &bytes)
    #expect(Array(bytes[..<size]) == [0x42, 0x43, 0, 0, 0, 0, 0x63, 0x0c, 0x19])
  }

  /// Words of a bitset start at multiples of 64 documents, wherever the block before them ends.
  @Test func bitsetsAreAligned() throws {
    // Two of three documents from 70 on; the gaps of 20 make packed ones five bits wide.
    let docs = (70..<500).filter { $0 % 3 != 0 && $0 % 200 >= 20 }.map(UInt32.init)
    let plain = PlainPostings(
      docs: docs, freqs: docs.map { _ in 1 }, ordinals: docs.map { _ in [0] })
    try withSegment(
      docCount: 20_000, lengths: [UInt32](repeating: 1, count: 20_000), [plain],
      keepPositions: false
    ) { fixture in
      let list = try fixture.list(
        try #require(try fixture.dictionary.find(.textClass, "t00000")))
      var next = 0
      var found = 0
      for block in 0..<2 {
        let base = block == 0 ? 0 : docs[127] + 1
        let members = docs[(128 * block)..<(128 * block + 128)]
        let last = members[128 * block + 127]
        var expected = [UInt8](repeating: 0, count: 8 * Int(last / 64 - base / 64 + 1))
        for doc in members { expected[Int((doc - base / 64 * 64) / 8)] |= 1 << UInt8(doc % 8) }
        let words = [0x40, UInt8(expected.count / 8)] + expected
        let bytes = Array(fixture.postings.bytes)
        if let place = bytes.indices.dropFirst(next).first(where: {
          bytes[$0...].starts(with: words)
        }) {
          next = place + words.count
          found += 1
        }
        var decoded = [UInt32](repeating: 0, count: 128)
        #expect(try list.decodeDocs(block: block, into: &decoded) == 128)
        #expect(decoded == Array(members))
      }
      #expect(found == 2)
    }
  }
}
