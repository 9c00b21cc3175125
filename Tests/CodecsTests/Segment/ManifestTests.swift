import LedeCodecs
import LedeModel
import LedeStorage
import TestSupport
import Testing

/// The manifest, the ledger, the live file and the names of files.
@Suite struct ManifestTests {
  private let fileSystem = MemoryFileSystem()

  @Test(arguments: testSeeds(41, 42))
  func manifestsComeBack(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    for count in [0, 1, 3, 500] {
      var manifest = Manifest(
        generation: generator.next() >> 1, analyzer: (0..<generator.below(90)).map { UInt8($0) },
        nextSequence: generator.next() >> 1, nextSegmentID: generator.next() >> 1,
        ledgerGeneration: generator.next() >> 1, storesText: generator.chance(0.5))
      for id in 0..<UInt64(count) {
        let docs = UInt32(generator.below(1 << 30))
        let isWhole = generator.chance(0.5)
        manifest.segments.append(
          ManifestSegment(
            id: id * 7, docCount: docs, liveCount: isWhole ? docs : docs / 2,
            liveGeneration: isWhole ? 0 : 1 + generator.next() / 2))
      }
      try manifest.commit(fileSystem: fileSystem, directory: "d")
      let read = try Manifest.read(fileSystem: fileSystem, directory: "d")
      #expect(read == manifest, "seed \(seed), \(count) segments")
    }
  }

  /// A counter at the end of its range would trap when the next commit adds one.
  @Test func countersNearTheEndOfTheirRangeAreDamage() throws {
    for next in [UInt64.max, UInt64.max / 2 + 1] {
      try Manifest(generation: 1, analyzer: [], nextSequence: next)
        .commit(fileSystem: fileSystem, directory: "d")
      expectCorrupt("counter") { try Manifest.read(fileSystem: fileSystem, directory: "d") }
    }
  }

  @Test func theManifestIsNamedAfterWhatItNames() throws {
    try Manifest(generation: 1, analyzer: []).commit(fileSystem: fileSystem, directory: "d")
    #expect(
      fileSystem.log == [
        "sync d/", "sync d/manifest.tmp", "rename d/manifest.tmp d/manifest", "sync d/",
      ])
  }

  @Test func manifestsThatContradictThemselvesAreRefused() throws {
    let changes: [(inout [UInt8]) -> Void] = [
      { $0.store(UInt64(9), at: 0) },  // another generation than the header's
      { $0.store(UInt32(2), at: 32) }, { $0.store(UInt32.max, at: 36) },
      { $0.store(UInt32.max, at: 40) }, { $0.store(UInt32(1), at: 44) },
      { $0.store(UInt32(6), at: 48 + 12) },  // six of five documents live
      { $0.store(UInt32(4), at: 48 + 12) },  // a dead one, but no live file
      { $0.store(UInt64(1), at: 72) },  // the first segment again
      { $0.removeLast() }, { $0.append(0) }, { $0 = [] },
    ]
    for (number, change) in changes.enumerated() {
      try Manifest(
        generation: 1, analyzer: [1],
        segments: [
          ManifestSegment(id: 1, docCount: 5, liveCount: 5),
          ManifestSegment(id: 2, docCount: 5, liveCount: 5),
        ]
      ).commit(fileSystem: fileSystem, directory: "d")
      try forge(fileSystem, "d/manifest", kind: .manifest, section: .manifest, change)
      expectCorrupt("", "change \(number)") {
        try Manifest.read(fileSystem: fileSystem, directory: "d")
      }
    }
  }

  @Test(arguments: testSeeds(43))
  func ledgersComeBack(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    var ledger = Ledger(
      roots: [
        .init(path: "-", location: "-", kind: .standardInput),
        .init(path: "archive/é", location: "/data/archive/é", kind: .directory),
        .init(path: "one.jsonl", location: "/data/one.jsonl", kind: .file),
      ], nextInput: 301)
    for number in 0..<300 {
      ledger.roots[1].inputs.append(
        .init(
          key: "é/\(number)", number: UInt64(300 - number),
          state: .init(rawValue: UInt8(generator.below(8))), firstSequence: generator.next() >> 30,
          size: generator.next() >> 20, mtime: Int64(bitPattern: generator.next()),
          contentHash: generator.next(), rules: UInt64(generator.below(3)),
          articleCount: UInt64(generator.below(100)),
          refusedCount: UInt64(generator.below(3))))
    }
    for ledger in [Ledger(), ledger] {
      try ledger.write(fileSystem: fileSystem, directory: "d", generation: 8)
      #expect(
        try Ledger.read(fileSystem: fileSystem, directory: "d", generation: 8) == ledger,
        "seed \(seed)")
    }
    // Every changed byte under a good checksum: refused or read as something else, never a trap.
    let path = "d/" + IndexFileName.ledger(generation: 8).string
    let sound = try #require(fileSystem[path])
    for offset in 0..<200 {
      for value in [0, 0x7f, 0x80, 0xff] as [UInt8] {
        fileSystem[path] = sound
        try forge(fileSystem, path, kind: .ledger, section: .ledger) { $0[offset] = value }
        let read = try? Ledger.read(fileSystem: fileSystem, directory: "d", generation: 8)
        #expect((read?.roots.map(\.inputs.count).max() ?? 0) <= 400)
      }
    }
  }

  @Test(arguments: [1, 63, 64, 65, 128, 1000])
  func liveDocumentsComeBack(count: Int) throws {
    for seed in testSeeds(44) {
      var generator = SplitMix64(seed: seed)
      let isLive = (0..<count).map { _ in generator.chance(0.8) }
      var words = [UInt64](repeating: 0, count: (count + 63) / 64)
      for doc in isLive.indices where isLive[doc] { words[doc / 64] |= 1 << UInt64(doc % 64) }
      let ordinals = (0..<400).filter { _ in generator.chance(0.5) }.map { UInt32($0 * 3) }
      let writer = LiveWriter(
        docCount: count, words: words,
        docFreqDeltas: ordinals.map { (ordinal: $0, docFreqDelta: $0 + 1) },
        sumLengthDeltas: [0, 0])
      try writer.write(fileSystem: fileSystem, directory: "index", segment: 1, generation: 4)
      var index = SmallIndex(fileSystem: fileSystem)
      try index.addWithoutTerms((0..<count).map { Article(key: "\($0)") })
      var entry = index.manifest.segments[0]
      entry.liveCount = UInt32(isLive.count { $0 })
      entry.liveGeneration = 4
      let reader = try SegmentReader.open(
        fileSystem: fileSystem, directory: "index", entry: entry)
      let live = try #require(reader.live)
      #expect(reader.liveCount == writer.liveCount)
      #expect((0..<count).map { reader.isLive(UInt32($0)) } == isLive, "seed \(seed)")
      for ordinal in 0..<UInt32(1210) {
        let expected = ordinals.contains(ordinal) ? ordinal + 1 : 0
        #expect(live.docFreqDelta(ordinal: ordinal) == expected, "seed \(seed)")
      }
    }
  }

  @Test func namesAreReadAsTheyAreWritten() {
    let names: [(IndexFileName, String)] = [
      (.manifest, "manifest"), (.lock, "lock"), (.unborn, "unborn"),
      (.ledger(generation: 12), "ledger.12"),
      (.segment(id: 0xab), "seg-00000000000000ab.lede"),
      (.segment(id: .max), "seg-ffffffffffffffff.lede"),
      (.live(segment: 1, generation: 30), "seg-0000000000000001.30.live"),
    ]
    for (name, string) in names {
      #expect(name.string == string)
      #expect(IndexFileName(string) == name)
      #expect(IndexFileName(string + ".tmp") == .aside)
    }
    for other in [
      "", "manifest.bak", "seg-1.lede", "seg-00000000000000AB.lede", "ledger.", "ledger.012",
      "seg-0000000000000001.x.live", "README.md", ".tmp", "seg-.lede", "ledger.-1",
    ] {
      #expect(IndexFileName(other) == nil, "\(other)")
    }
  }
}
