import DiskSimulation
import Fuzzing
import LedeCodecs
import LedeIndexing
import LedeModel
import LedeStorage
import TestSupport
import Testing

/// What `verify --deep` derives from the texts is what the index says; where the index says
/// something else under good checksums, it is told.
@Suite struct DeepVerifyTests {
  private static let directory = "index"

  private func differences(
    _ disk: SimulatedDisk, memoryBudget: Int = 64 << 20
  ) throws -> (DeepVerifier.Summary, [String]) {
    var found: [String] = []
    let summary = try DeepVerifier.verify(
      directory: Self.directory, fileSystem: disk, memoryBudget: memoryBudget
    ) { found.append($0.description) }
    return (summary, found)
  }

  /// A budget of one byte derives document by document.
  @Test(arguments: [0, 1, 2, 3], [1, 30_000, 64 << 20])
  func soundIndexesAreDerivedExactly(shape: Int, memoryBudget: Int) throws {
    let shapes = [
      SeedIndex.Shape(articles: 9, deleted: [1, 3]), SeedIndex.Shape(articles: 12, isMerged: true),
      SeedIndex.Shape(articles: 150, deleted: [7]), SeedIndex.Shape(articles: 40),
    ]
    let disk = SimulatedDisk(try SeedIndex(shapes[shape]).files)
    let (summary, found) = try differences(disk, memoryBudget: memoryBudget)
    #expect(found == [] && summary.differences == 0)
    #expect(summary.documents >= 9 && summary.segments >= 1)
  }

  /// Folds, classes, runs without spaces, replacements before and after the flush, an empty title.
  @Test func everyKindOfTermIsDerived() throws {
    let disk = try Self.index([
      "running cafés naïve 中国氧化铝产量 ประเทศไทย", "Runs café RUN", "ガス résumé",
    ])
    #expect(try differences(disk).1 == [])
  }

  /// Three articles, the first of which is replaced twice: dead from birth, and dead since.
  private static func index(_ bodies: [String]) throws -> SimulatedDisk {
    let disk = SimulatedDisk()
    var options = IndexWriterOptions()
    // Half of the first segment is dead in the end, and a merge would leave that half out.
    options.mergesSegments = false
    let writer = try IndexWriter(directory: directory, options: options, fileSystem: disk)
    try writer.add(Article(key: "0", title: "first", body: "gone before it was written"))
    for (number, body) in bodies.enumerated() {
      try writer.add(Article(key: "\(number)", title: number == 1 ? "" : "the title", body: body))
    }
    try writer.commit()
    try writer.add(Article(key: "2", title: "again", body: bodies[2]))
    try writer.commit()
    return disk
  }

  /// Sections of another index, under good checksums.
  private func exchanging(
    _ kinds: Set<UInt32>, _ bodies: [String], with others: [String]
  ) throws -> SimulatedDisk {
    let disk = try Self.index(bodies)
    let donor = try Self.index(others)
    let path = Self.directory + "/" + IndexFileName.segment(id: 1).string
    var image = EnvelopeImage(try #require(disk[path]))
    let other = EnvelopeImage(try #require(donor[path]))
    for index in image.sections.indices where kinds.contains(image.sections[index].kind) {
      let same = other.sections.first { $0.kind == image.sections[index].kind }
      image.sections[index].bytes = try #require(same).bytes
    }
    disk[path] = image.file
    return disk
  }

  private static let bodies = ["alpha beta gamma", "delta cafés", "eta running theta"]

  @Test(arguments: [
    (["alpha beta delta", "delta cafés", "eta running theta"], "delta"),
    (["alpha gamma beta", "delta cafés", "eta running theta"], "position"),
    (["alpha beta gamma", "delta cafés", "eta runs theta"], "run"),
    (["alpha beta gamma", "delta cafes", "eta running theta"], "caf"),
  ])
  func otherTextsAreDifferences(others: [String], names: String) throws {
    // 6 is the stored texts.
    let disk = try exchanging([6], Self.bodies, with: others)
    #expect(try findings(in: disk, Self.directory, faultsOnly: true) == [])
    let (summary, found) = try differences(disk)
    #expect(summary.differences > 0)
    #expect(found.contains { $0.contains(names) && $0.contains(".lede") }, "\(found)")
  }

  /// Terms, postings and positions of another text, and lengths and meta that go with them.
  @Test(arguments: [[2, 3, 4] as Set<UInt32>, [1, 2, 3, 4, 5]])
  func otherTermsAreDifferences(kinds: Set<UInt32>) throws {
    let others = ["alpha beta gamma", "delta", "eta running theta iota"]
    let disk = try exchanging(kinds, Self.bodies, with: others)
    #expect(try differences(disk).0.differences > 0)
  }

  @Test func withoutTextsItSaysWhyNot() throws {
    let index = try SeedIndex(SeedIndex.Shape(articles: 3, storesText: false))
    let error = #expect(throws: IndexingError.self) {
      try DeepVerifier.verify(
        directory: Self.directory, fileSystem: SimulatedDisk(index.files), report: { _ in })
    }
    #expect(error == .noStoredText(directory: Self.directory))
  }
}
