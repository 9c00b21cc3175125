import LedeCodecs
import LedeStorage
import TestSupport
import Testing

/// The worked example at the end of PostingsFormat.md, byte for byte.
@Suite struct PostingsWorkedExampleTests {
  @Test func bytesAreThoseOfTheDocument() throws {
    let plain = PlainPostings(docs: [3, 5], freqs: [1, 2], positions: [[7], [2, 9]])
    var lengths = [UInt32](repeating: 99, count: 6)
    (lengths[3], lengths[5]) = (12, 10)
    let directory = try TemporaryDirectory("lede-example")
    var postings = PostingsWriter()
    var dictionary = TermDictionaryWriter()
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
    #expect(Array(try #require(file.section(.postings)).bytes) == [5, 2, 10, 2, 3, 1, 2])
    #expect(Array(try #require(file.section(.positions)).bytes) == [3, 0x97, 1])
    // Six namespaces, two offsets, one prefix, then the only block.
    #expect(Array(terms.bytes[..<12]) == [0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0])
    #expect(Array(terms.bytes[72..<80]) == [0, 0, 0, 0, 12, 0, 0, 0])
    #expect(Array(terms.bytes[80..<88]) == [0, 0, 0, 0, 0] + Array("tin".utf8.reversed()))
    #expect(Array(terms.bytes[88...]) == [5, 0, 3] + Array("tin".utf8) + [0, 0, 4, 1, 7, 3])
  }
}
