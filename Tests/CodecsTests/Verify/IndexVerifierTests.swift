import Fuzzing
import LedeCodecs
import LedeModel
import LedeStorage
import TestSupport
import Testing

@Suite struct IndexVerifierTests {
  private let segmentPath = "index/" + IndexFileName.segment(id: 1).string
  private let livePath = "index/" + IndexFileName.live(segment: 1, generation: 1).string

  @Test func aSoundIndexPasses() throws {
    for storesText in [true, false] {
      let (_, fileSystem) = try SmallIndex.sample(storesText: storesText)
      let (summary, findings) = try verify(fileSystem)
      #expect(findings.isEmpty)
      #expect(summary.segments == 2 && summary.documents == 4 && summary.liveDocuments == 3)
      #expect(summary.files == fileSystem.paths.count && summary.faults == 0)
      #expect(summary.terms > 10 && summary.postings >= UInt64(summary.terms))
      try readEverything(fileSystem, directory: "index")
    }
  }

  @Test func everyFlippedByteIsReported() throws {
    let (_, fileSystem) = try SmallIndex.sample()
    for path in fileSystem.paths {
      let sound = try #require(fileSystem[path])
      for index in sound.indices {
        var damaged = sound
        damaged[index] ^= UInt8(1 << (index % 8))
        fileSystem[path] = damaged
        let (_, findings) = try verify(fileSystem)
        #expect(
          findings.contains { $0.isFault && $0.description.contains(path) },
          "byte \(index) of \(path)")
        // A search may not notice, but must survive.
        try? readEverything(fileSystem, directory: "index")
      }
      fileSystem[path] = sound
    }
  }

  @Test func everyTruncationIsReported() throws {
    let (_, fileSystem) = try SmallIndex.sample()
    for path in fileSystem.paths {
      let sound = try #require(fileSystem[path])
      for length in sound.indices {
        fileSystem[path] = Array(sound[..<length])
        let (_, findings) = try verify(fileSystem)
        #expect(findings.contains { $0.isFault }, "\(length) bytes of \(path)")
        #expect(throws: (any Error).self) {
          try readEverything(fileSystem, directory: "index")
          // Nothing but the ledger is left for verification alone.
          _ = try Ledger.read(fileSystem: fileSystem, directory: "index", generation: 1)
        }
      }
      fileSystem[path] = sound
    }
  }

  /// Damage under good checksums: what a hostile file would hold. Nothing may trap or run away.
  @Test(arguments: [
    SectionKind.meta, .terms, .postings, .positions, .lengths, .stored, .columns, .keys,
    .sequences,
  ])
  func forgedSectionsAreSurvived(section: SectionKind) throws {
    let (index, fileSystem) = try SmallIndex.sample()
    let size = try #require(try index.readers().first?.sections.first { $0.kind == section }).length
    let changes: [(UInt8) -> UInt8] = [{ _ in 0 }, { _ in 0xff }, { $0 ^ 1 }, { $0 ^ 0x80 }]
    for offset in 0..<size {
      for change in changes {
        let copy = fileSystem.copy()
        try forge(copy, segmentPath, kind: .segment, section: section) {
          $0[offset] = change($0[offset])
        }
        _ = try verify(copy)
        try? readEverything(copy, directory: "index")
      }
    }
    for length in 0..<size {
      let copy = fileSystem.copy()
      try forge(copy, segmentPath, kind: .segment, section: section) {
        $0.removeLast(size - length)
      }
      let (_, findings) = try verify(copy)
      #expect(findings.contains { $0.isFault }, "\(section.name) cut to \(length) bytes")
      try? readEverything(copy, directory: "index")
    }
  }

  @Test(arguments: [SectionKind.liveMeta, .liveBits, .docFreqDeltas])
  func forgedLiveFilesAreReported(section: SectionKind) throws {
    let (_, fileSystem) = try SmallIndex.sample()
    let file = try EnvelopeFile.open(fileSystem: fileSystem, path: livePath, kind: .live)
    let size = try #require(file.section(section)).count
    let deltas = try #require(file.section(.docFreqDeltas)).count / 2
    for offset in 0..<size {
      let copy = fileSystem.copy()
      try forge(copy, livePath, kind: .live, section: section) { $0[offset] ^= 1 }
      let (_, findings) = try verify(copy)
      // Zeros behind either column pad it, and mean nothing.
      let isPadding = section == .docFreqDeltas && offset % deltas >= deltas - 4
      #expect(isPadding || findings.contains { $0.isFault }, "\(section.name) byte \(offset)")
      try? readEverything(copy, directory: "index")
    }
  }

  @Test func faultsOfContentAreNamed() throws {
    try expectFinding("add up to", in: .meta) { $0[8] ^= 1 }
    try expectFinding("not given yet", in: .sequences) { $0.store(UInt64(1000), at: 8) }
    try expectFinding("the key of document", in: .keys) { $0[$0.count - 1] ^= 1 }
    try expectFinding("escape", "full length", in: .lengths) { $0.store(UInt16.max, at: 24) }
    try expectFinding("precision", in: .columns) { bytes in
      // Behind the head of four entries: three dates' seconds, then their zones.
      bytes[8 + 4 * 24 + 24 + 8] = 9
    }
    try expectFinding("cut off", in: .terms) { $0 = [] }
  }

  /// Lists of many blocks and groups, positions in several patched blocks, dead documents.
  @Test(arguments: testSeeds(51))
  func longListsAreWalkedAndTheirDamageSurvived(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let fileSystem = MemoryFileSystem()
    var index = SmallIndex(fileSystem: fileSystem)
    try index.add(
      (0..<5000).map { number in
        let repeated = [String](repeating: "all", count: 1 + generator.below(9))
        let rare = generator.chance(0.1) ? ["tenth"] : ["word\(generator.below(3000))"]
        let text = (repeated + rare).shuffled(using: &generator).joined(separator: " ")
        return SmallIndex.Document(
          article: Article(key: "\(number)", title: "title", body: text),
          sequence: UInt64(number), isLive: generator.chance(0.95))
      })
    try index.commit()
    let (summary, findings) = try verify(fileSystem)
    #expect(findings.isEmpty, "seed \(seed)")
    #expect(summary.postings > 15_000)

    var reported = 0
    for section in [SectionKind.terms, .postings, .positions, .stored] {
      let length = try #require(
        try index.readers().first?.sections.first { $0.kind == section }
      ).length
      for _ in 0..<12 {
        let copy = fileSystem.copy()
        let offset = generator.below(length)
        try forge(copy, segmentPath, kind: .segment, section: section) {
          $0[offset] ^= UInt8(1 << generator.below(8))
        }
        if try verify(copy).1.contains(where: \.isFault) { reported += 1 }
      }
    }
    // Some damage makes other words or texts, which only the checksums could tell.
    #expect(reported > 12, "seed \(seed): \(reported) of 48")
  }

  @Test func twoLiveDocumentsOfOneKeyAreReported() throws {
    let fileSystem = MemoryFileSystem()
    var index = SmallIndex(fileSystem: fileSystem)
    for sequence in 0..<2 as Range<UInt64> {
      try index.add([
        .init(article: Article(key: "same", body: "word"), sequence: sequence)
      ])
    }
    try index.commit()
    let (_, findings) = try verify(fileSystem)
    #expect(findings.count == 1)
    #expect(findings.first?.description.contains("live with one key") == true)
  }

  @Test func missingAndUnusedFilesAreReported() throws {
    let (_, fileSystem) = try SmallIndex.sample()
    for name in ["README.md", ".hidden", "lock", "stray", "seg-0000000000000009.lede"] {
      fileSystem["index/" + name] = [1]
    }
    let (summary, findings) = try verify(fileSystem)
    #expect(summary.faults == 0)
    #expect(
      findings == [
        .unusedFile(path: "index/seg-0000000000000009.lede"), .unusedFile(path: "index/stray"),
      ])
    fileSystem[segmentPath] = nil
    fileSystem["index/ledger.1"] = nil
    #expect(try verify(fileSystem).0.faults == 2)
    fileSystem["index/manifest"] = nil
    #expect(throws: FormatError.self) { try verify(fileSystem) }
  }

  // MARK: Support

  private func verify(
    _ fileSystem: MemoryFileSystem
  ) throws -> (IndexVerifier.Summary, [IndexVerifier.Finding]) {
    var findings: [IndexVerifier.Finding] = []
    let summary = try IndexVerifier.verify(directory: "index", fileSystem: fileSystem) {
      findings.append($0)
    }
    #expect(summary.faults == findings.count { $0.isFault })
    return (summary, findings)
  }

  private func expectFinding(
    _ parts: String..., in section: SectionKind, _ change: (inout [UInt8]) -> Void
  ) throws {
    let (_, fileSystem) = try SmallIndex.sample()
    try forge(fileSystem, segmentPath, kind: .segment, section: section, change)
    let (_, findings) = try verify(fileSystem)
    #expect(
      findings.contains { finding in
        parts.contains { finding.description.contains($0) }
          && finding.description.contains(segmentPath)
      }, "\(parts): \(findings)")
  }
}
