import DiskSimulation
import Fuzzing
import LedeCodecs
import LedeIndexing
import LedeModel
import LedeSearching
import LedeStorage
import TestSupport
import Testing

/// Damage to any byte of any file is found by `verify`; nothing traps on it; and no writer makes it
/// look sound.
@Suite struct DamagedIndexTests {
  private static let queries = [
    "market", "+all +again", "\"the market\"", "中国 ore", "title:market",
  ]

  /// Every byte of the smallest one, and of every file of the others so many places.
  private static let shapes = [
    SeedIndex.Shape(articles: 4, deleted: [1]), SeedIndex.Shape(articles: 3, storesText: false),
    SeedIndex.Shape(articles: 6, isMerged: true),
    SeedIndex.Shape(articles: 420, deleted: [7, 300]), SeedIndex.Shape(articles: 2_400),
  ]
  private static let smallest = 1
  private static let places = environment("LEDE_FLIPS").flatMap(Int.init) ?? 250

  @Test(arguments: shapes.indices, testSeeds(91))
  func everyFlippedByteIsFoundAndNeverBlessed(shape: Int, seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let index = try SeedIndex(Self.shapes[shape])
    let isWhole = shape == Self.smallest
    var flips = 0
    for (path, sound) in index.files.sorted(by: { $0.key < $1.key }) {
      let step = isWhole ? 1 : max(1, sound.count / Self.places)
      for offset in stride(from: random.below(step), to: sound.count, by: step) {
        var damaged = sound
        damaged[offset] ^= UInt8(1 + random.below(255))
        var files = index.files
        files[path] = damaged
        flips += 1
        try check(files, index.files, "seed \(seed), \(path), byte \(offset)")
      }
    }
    print("FLIPS shape \(shape) seed \(seed): \(flips) bytes")
    let bytes = index.files.values.reduce(0) { $0 + $1.count }
    #expect(flips >= (isWhole ? bytes : min(2 * Self.places, bytes)))
  }

  @Test(arguments: [0, 1, 2])
  func everyTruncationIsFoundAndNeverBlessed(shape: Int) throws {
    let index = try SeedIndex(Self.shapes[shape])
    for (path, sound) in index.files {
      for length in sound.indices {
        var files = index.files
        files[path] = Array(sound[..<length])
        try check(files, index.files, "\(path) cut to \(length) bytes")
      }
    }
  }

  private func check(
    _ files: [String: [UInt8]], _ sound: [String: [UInt8]], _ place: String
  ) throws {
    let directory = SeedIndex.directory
    let disk = SimulatedDisk(files)
    try demand(
      try !findings(in: disk, directory, faultsOnly: true).isEmpty, "\(place) is not found")
    search(disk)
    // A writer refuses, or what it leaves is still found to be damaged.
    for writes in [Self.add, Self.optimize] {
      let disk = SimulatedDisk(files)
      guard (try? writes(disk)) != nil else { continue }
      let isFound = try !findings(in: disk, directory, faultsOnly: true).isEmpty
      if isFound { continue }
      let pristine = SimulatedDisk(sound)
      try writes(pristine)
      try demand(
        try contents(of: disk, directory) == contents(of: pristine, directory),
        "\(place) was written on")
    }
  }

  private func search(_ disk: SimulatedDisk) {
    guard let searcher = try? Searcher.open(directory: SeedIndex.directory, fileSystem: disk)
    else { return }
    for text in Self.queries {
      guard let query = try? QueryParser.parse(text) else { continue }
      _ = try? searcher.search(query, options: SearchOptions(limit: 5))
      _ = try? searcher.count(query)
    }
    for number in 0..<4 { _ = try? searcher.article(key: "k\(number)") }
  }

  private static func writer(_ disk: SimulatedDisk) throws -> IndexWriter {
    let storesText =
      try Manifest.read(fileSystem: disk, directory: SeedIndex.directory).storesText
    return try IndexWriter(
      directory: SeedIndex.directory, options: IndexWriterOptions(storesText: storesText),
      fileSystem: disk)
  }

  private static func add(_ disk: SimulatedDisk) throws {
    let writer = try writer(disk)
    try writer.add(Article(key: "k2", title: "another", body: "one"))
    try writer.delete(key: "k0")
    try writer.commit()
  }

  private static func optimize(_ disk: SimulatedDisk) throws {
    let writer = try writer(disk)
    try writer.delete(key: "k0")
    try writer.optimize()
  }

  /// What the bits say and what is stated must agree, or a merge of no documents follows.
  @Test func aLiveFileThatMiscountsIsRefusedByWriters() throws {
    let index = try SeedIndex(Self.shapes[0])
    let path = try #require(index.livePath)
    var image = EnvelopeImage(try #require(index.files[path]))
    let bits = try #require(image.sections.firstIndex { $0.kind == 33 })
    image.sections[bits].bytes = [UInt8](repeating: 0, count: image.sections[bits].bytes.count)
    let disk = SimulatedDisk(index.files)
    disk[path] = image.file
    let error = #expect(throws: IndexingError.self) { try Self.writer(disk) }
    #expect(error?.description.contains("documents are live") == true)
  }

  /// A manifest and a segment of which one has texts: a merge would take the other's word.
  @Test func aManifestThatIsWrongAboutTextsIsRefusedByWriters() throws {
    let index = try SeedIndex(Self.shapes[1])
    let path = SeedIndex.directory + "/manifest"
    var image = EnvelopeImage(try #require(index.files[path]))
    image.sections[0].bytes[32] ^= 1
    let disk = SimulatedDisk(index.files)
    disk[path] = image.file
    let error = #expect(throws: IndexingError.self) { try Self.writer(disk) }
    #expect(error?.description.contains("about texts") == true)
    let found = try findings(in: disk, SeedIndex.directory, faultsOnly: true)
    #expect(found.contains { $0.contains("about texts") })
  }
}
