import Fuzzing
import LedeCodecs
import LedeModel
import TestSupport
import Testing

/// Postings that no checksum of content can tell from sound ones: the verifier decodes them all.
@Suite struct PostingsVerifierTests {
  private typealias Change = ((inout [UInt8]) -> Void, String)

  /// The last two ranges have no document of `all`, and every document has the same impact in it.
  @Test func boundsAndHeadsOfRangedListsAreCompared() throws {
    let fileSystem = try index(of: 2900) { $0 < 1900 ? "all all" : "other word" }
    // The first list: positionWidth, the offset of one group, offset and start of six ranges, marks.
    let marks = 1 + 4 + 6 * (2 + 2)
    let codes = marks + 6 * 2 * 2
    try expectFindings(
      fileSystem,
      [
        ({ $0[codes + 1] -= 1 }, "exceeds the bound of range 1"),
        ({ $0[0] = 0x62 }, "offsets of positions have an unknown width"),
        ({ $0[marks + 4] ^= 1 }, "the marks of range 1 are not what its positions take"),
        ({ $0[marks + 4 * 5 + 3] = 1 }, "the marks of range 5 are not what its positions take"),
        ({ $0[codes + 3] = 0 }, "the positions of block 3 do not fill their bytes"),
        ({ $0[codes + 4] = 9 }, "block 4 of a postings list makes no sense"),
        // The head: gaps of no bits, so documents 0 to 127; termFreqs less one, all 1.
        ({ $0[codes + 6] = 33 }, "the head of a postings list makes no sense"),
        ({ $0[codes + 7] = 0 }, "document 0 has another termFreq in the head"),
      ])
  }

  /// A list too sparse for ranges, and just dense enough for bounds.
  @Test func boundsOfLongListsAreCompared() throws {
    let fileSystem = try index(of: 8500) { $0 < 130 ? "all all" : "word" }
    // positionWidth, two blocks of lastDoc, offset and start in one group, then the codes.
    let codes = 1 + 2 * (4 + 2 + 2) + 4
    try expectFindings(
      fileSystem,
      [
        // Marks are for ranges.
        ({ $0[0] |= 0x20 }, "offsets of positions have an unknown width"),
        ({ $0[codes] -= 1 }, "exceeds the bound of range 0"),
        ({ $0[codes] = 0 }, "exceeds the bound of range 0"),
        ({ $0[codes + 4] = 9 }, "range 4 has a bound and no document"),
        ({ $0[codes + 16] = 1 }, "range 16 has a bound and no document"),
      ])
  }

  /// Every eighth document: each range has 64 in nibbles, two to a byte, all termFreqs 1 but one.
  @Test func documentsAndTermFreqsOfRangesAreCompared() throws {
    let fileSystem = try index(of: 2048) {
      $0 % 8 != 0 ? "other" : $0 == 2040 ? "all all all" : "all"
    }
    let payload = 1 + 4 + 4 * (2 + 2 + 1)
    let range = 1 + 12 + 32
    try expectFindings(
      fileSystem,
      [
        ({ $0[payload] = 62 }, "255 documents are not its 256"),
        ({ $0[payload + 1] ^= 1 }, "block 0 of a postings list makes no sense"),
        // 0 and 8 become 8 and 0, then 8 and 8.
        ({ $0[payload + 13] = 0x08 }, "block 0 of a postings list makes no sense"),
        ({ $0[payload + 13] = 0x88 }, "block 0 of a postings list makes no sense"),
        // A bitmap, then one document with the high bits of many.
        ({ $0[payload] = 0xc0 }, "documents are not its 256"),
        ({ $0[payload + range] = 0 }, "block 1 of a postings list makes no sense"),
        // The last range's termFreqs are unary: 63 of 1, one of 3. None are; then it is 1, then 4.
        ({ $0[payload + 4 * range + 8] = 0 }, "block 3"),
        ({ $0[payload + 3 * range] ^= 0x40 }, "the positions of a term make no sense"),
        ({ $0[payload + 4 * range + 8] = 4 }, "document 2040 exceeds the bound of range 3"),
      ])
  }

  // MARK: Support

  private func index(of count: Int, _ text: (Int) -> String) throws -> MemoryFileSystem {
    let fileSystem = MemoryFileSystem()
    var index = SmallIndex(fileSystem: fileSystem)
    try index.add(
      (0..<count).map {
        .init(article: Article(key: "\($0)", body: text($0)), sequence: UInt64($0))
      })
    try index.commit()
    #expect(try verificationFindings(fileSystem).isEmpty)
    return fileSystem
  }

  private func expectFindings(_ sound: MemoryFileSystem, _ changes: [Change]) throws {
    for (change, reason) in changes {
      let copy = sound.copy()
      try forge(
        copy, "index/" + IndexFileName.segment(id: 1).string, kind: .segment, section: .postings,
        change)
      let findings = try verificationFindings(copy)
      #expect(findings.contains { $0.contains(reason) }, "\(reason): \(findings)")
      // A search may not notice, but must survive.
      try? readEverything(copy, directory: "index")
    }
  }
}
