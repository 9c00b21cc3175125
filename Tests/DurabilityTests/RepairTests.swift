import DiskSimulation
import Fuzzing
import LedeAnalysis
import LedeCodecs
import LedeIndexing
import LedeModel
import LedeStorage
import TestSupport
import Testing

/// A repair leaves a sound index that holds all that could be saved, and says what could not.
@Suite struct RepairTests {
  static let directory = "index"

  /// Three segments, the second with a live file, and a ledger.
  static func index(
    storesText: Bool = true, language: Language = .english, words: String = words
  ) throws -> SimulatedDisk {
    let disk = SimulatedDisk()
    var options = IndexWriterOptions(language: language, storesText: storesText)
    options.mergesSegments = false
    let writer = try IndexWriter(directory: directory, options: options, fileSystem: disk)
    _ = writer.record(root: "archive", at: "/archive", kind: .directory)
    for segment in 0..<3 {
      for number in 0..<12 {
        try writer.add(article(segment * 12 + number, version: 0, words))
      }
      try writer.commit()
    }
    // Replaced, and deleted.
    try writer.add(article(13, version: 1, words))
    try writer.delete(key: "key 14")
    try writer.commit()
    return disk
  }

  static let words = "running cafés 中国氧化铝 common words"

  static func article(
    _ number: Int, version: Int, _ words: String = words
  ) -> Article {
    Article(
      key: "key \(number)", title: "title \(number)",
      body: "version \(version) article\(number) \(words)",
      date: ArticleDate(year: 2020, month: 7, day: 1 + number % 28), source: "Daily \(number % 3)")
  }

  private static let damagedPath = directory + "/" + IndexFileName.segment(id: 2).string
  private static let livePath =
    directory + "/" + IndexFileName.live(segment: 2, generation: 4).string

  static func repair(
    _ disk: any FileSystem, _ change: (inout IndexRepair.Options) -> Void = { _ in }
  ) throws -> RepairReport {
    var options = IndexRepair.Options()
    change(&options)
    return try IndexRepair.repair(directory: directory, options: options, fileSystem: disk)
  }

  /// Expects a sound index that differs from what it was by what was reported lost.
  private static func expectRepaired(
    _ disk: SimulatedDisk, from sound: SimulatedDisk, _ report: RepairReport, _ comment: Comment
  ) throws {
    #expect(try findings(in: disk, directory, faultsOnly: true) == [], comment)
    let before = try contents(of: sound, directory)
    let after = try contents(of: disk, directory)
    #expect(report.documentCount == after.count, comment)
    let mayRevive = report.manifestDamage != nil || report.segments.contains(where: \.mayRevive)
    let unchecked = Set(report.segments.flatMap(\.uncheckedKeys))
    for (key, body) in after where !unchecked.contains(key) {
      #expect(before[key] == body || (mayRevive && before[key] == nil), "\(comment): \(key)")
    }
    let missing = before.keys.filter { after[$0] == nil }
    #expect(missing.count <= report.lost, comment)
    if !mayRevive { #expect(missing.count == report.lost, comment) }
    let named = Set(report.segments.flatMap(\.lostKeys))
    #expect(named.isSubset(of: missing) || mayRevive, comment)
    if after.isEmpty { return }
    let manifest = try Manifest.read(fileSystem: disk, directory: directory)
    guard manifest.storesText else { return }
    var differences: [String] = []
    _ = try DeepVerifier.verify(directory: directory, fileSystem: disk) {
      differences.append($0.description)
    }
    // Values that nothing could be held against are reported, not derived.
    #expect(differences == [], comment)
  }

  @Test func aSoundIndexIsLeftAlone() throws {
    let disk = try Self.index()
    let files = disk.files
    let report = try Self.repair(disk)
    #expect(!report.isDamaged && report.healthySegments == 4 && report.documentCount == 35)
    #expect(disk.files == files)
  }

  /// By section: whether all documents can be saved.
  @Test(
    arguments: [
      (1, true), (2, true), (3, true), (4, true), (5, true), (6, false), (7, true), (8, false),
      (9, true),
    ] as [(UInt32, Bool)])
  func oneDamagedSection(kind: UInt32, savesAll: Bool) throws {
    let sound = try Self.index()
    let file = try EnvelopeFile.open(
      fileSystem: sound, path: Self.damagedPath, kind: .segment)
    let region = try #require(file.section(SectionKind(rawValue: kind)))
    for offset in stride(from: 0, to: region.count, by: max(1, region.count / 12)) {
      let disk = SimulatedDisk(sound.files)
      var bytes = try #require(disk[Self.damagedPath])
      bytes[Int(region.fileOffset) + offset] ^= 0x15
      disk[Self.damagedPath] = bytes
      let report = try Self.repair(disk)
      let comment: Comment = "section \(kind), byte \(offset): \(report)"
      #expect(report.healthySegments == 3 && report.segments.count == 1, comment)
      if savesAll { #expect(report.lost == 0 && report.saved == 10, comment) }
      #expect(report.segments.first?.losesValues == (kind == 7), comment)
      try Self.expectRepaired(disk, from: sound, report, comment)
      // The others were not touched, and the damaged file is still there.
      for (path, bytes) in sound.files where path.hasSuffix(".lede") && path != Self.damagedPath {
        #expect(disk[path] == bytes, comment)
      }
      #expect(disk[Self.damagedPath + ".damaged"] == bytes, comment)
    }
  }

  /// Any byte of any file, and any file cut short or missing.
  @Test(arguments: testSeeds(71))
  func anyDamageIsRepaired(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let sound = try Self.index()
    var lost = 0
    var runs = 0
    for (path, bytes) in sound.files.sorted(by: { $0.key < $1.key }) where !bytes.isEmpty {
      for round in 0..<24 {
        let disk = SimulatedDisk(sound.files)
        switch round {
        case 0: disk[path] = nil
        case 1..<4: disk[path] = Array(bytes.prefix(random.below(bytes.count)))
        default:
          var damaged = bytes
          damaged[random.below(bytes.count)] ^= UInt8(1 + random.below(255))
          disk[path] = damaged
        }
        let comment: Comment = "seed \(seed), \(path), round \(round)"
        let report: RepairReport
        do {
          report = try Self.repair(disk)
        } catch IndexingError.format(.tooNew) { continue } catch IndexingError.format(.tooOld) {
          continue
        }
        runs += 1
        lost += report.lost
        #expect(report.isDamaged, comment)
        try Self.expectRepaired(disk, from: sound, report, comment)
        #expect(try !Self.repair(disk).isDamaged, comment)
      }
    }
    print("REPAIRS seed \(seed): \(runs) repaired, \(lost) of \(runs * 35) documents lost")
    #expect(runs > 100)
  }

  @Test func aDryRunReportsAndChangesNothing() throws {
    for path in [Self.damagedPath, Self.livePath, Self.directory + "/manifest"] {
      let disk = try Self.index()
      disk[path]?[40] ^= 1
      let files = disk.files
      let dry = try Self.repair(disk) { $0.isDryRun = true }
      #expect(disk.files == files)
      var report = try Self.repair(disk)
      report.keptAside = []
      #expect(dry == report)
    }
  }

  @Test func damagedFilesCanBeDiscarded() throws {
    let disk = try Self.index()
    disk[Self.damagedPath]?[40] ^= 1
    #expect(try Self.repair(disk) { $0.keepsDamaged = false }.keptAside == [])
    #expect(!disk.files.keys.contains { $0.hasSuffix(".damaged") || $0 == Self.damagedPath })
  }

  @Test func aLostLiveFileBringsNoReplacedVersionBack() throws {
    let sound = try Self.index()
    let disk = SimulatedDisk(sound.files)
    disk[Self.livePath] = nil
    let report = try Self.repair(disk)
    #expect(report.segments.first?.mayRevive == true && report.lost == 0)
    var expected = try contents(of: sound, Self.directory)
    // Deleted without a trace elsewhere.
    expected["key 14"] = Self.article(14, version: 0).body
    #expect(try contents(of: disk, Self.directory) == expected)
    #expect(try findings(in: disk, Self.directory, faultsOnly: true) == [])
  }

  @Test func withoutTextsADamagedSegmentIsLostByName() throws {
    let sound = try Self.index(storesText: false)
    let disk = SimulatedDisk(sound.files)
    let size = try #require(disk[Self.damagedPath]).count
    disk[Self.damagedPath]?[size / 3] ^= 1
    let report = try Self.repair(disk)
    #expect(report.lost == 10 && report.saved == 0)
    #expect(report.segments.first?.lostKeys.isEmpty == false)
    #expect(try findings(in: disk, Self.directory, faultsOnly: true) == [])
  }

  /// The disk fails in the middle: the index is as it was, or repaired; and can be repaired then.
  @Test func aFailureDuringTheRepairLosesNothing() throws {
    let sound = try Self.index()
    let damaged = SimulatedDisk(sound.files)
    damaged[Self.damagedPath]?[40] ^= 1
    var point = 0
    while true {
      let disk = SimulatedDisk(damaged.files)
      let faulty = FaultyFileSystem(disk)
      faulty.remaining = point
      let comment: Comment = "failing at \(point)"
      let isDone = (try? Self.repair(faulty)) != nil
      let report = try Self.repair(disk)
      #expect(try findings(in: disk, Self.directory, faultsOnly: true) == [], comment)
      #expect(try contents(of: disk, Self.directory).count + report.lost >= 35 - 10, comment)
      if isDone, faulty.failureCount == 0 { break }
      point += 1
    }
    #expect(point > 5)
  }
}
