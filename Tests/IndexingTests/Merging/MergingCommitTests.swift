import DiskSimulation
import LedeAnalysis
import LedeCodecs
import LedeIndexing
import LedeModel
import LedeStorage
import TestSupport
import Testing

/// Segments that pile up are merged after commits.
@Suite struct MergingCommitTests {
  @Test(arguments: testSeeds(1, 2))
  func manyCommitsLeaveFewSegments(seed: UInt64) throws {
    let folder = try TemporaryDirectory()
    var articles = RandomArticles(seed: seed)
    var model = try ModelIndex(.english)
    var most = 0
    for round in 0..<45 {
      let writer = try IndexWriter(directory: folder.path)
      for _ in 0..<1 + articles.random.below(3) {
        let article = articles.article(key: "key \(articles.random.below(80))")
        try writer.add(article)
        model.add(article)
      }
      let summary = try writer.commit()
      #expect(summary.added + summary.replaced > 0, "seed \(seed), round \(round)")
      #expect(summary.documentCount == model.order.count, "seed \(seed), round \(round)")
      let index = try DecodedIndex(folder.path)
      #expect(summary.segmentCount == index.segments.count, "seed \(seed), round \(round)")
      #expect(summary.generation == index.manifest.generation, "seed \(seed), round \(round)")
      #expect(try index.liveKeys() == model.order, "seed \(seed), round \(round)")
      most = max(most, summary.segmentCount)
    }
    #expect(most >= 5 && most < 10, "seed \(seed)")
    try expect(folder.path, equals: model, "seed \(seed)")
  }

  @Test func aSegmentMostlyDeadIsRewritten() throws {
    let folder = try TemporaryDirectory()
    let writer = try IndexWriter(directory: folder.path)
    var model = try ModelIndex(.english)
    for number in 0..<10 {
      let article = Article(key: "\(number)", title: "Number \(number)", body: "text \(number)")
      try writer.add(article)
      model.add(article)
    }
    try writer.commit()
    for number in 0..<3 {
      try writer.delete(key: "\(number)")
      model.delete("\(number)")
    }
    try writer.commit()
    #expect(try folder.list().contains { $0.hasSuffix(".live") })
    try writer.delete(key: "5")
    model.delete("5")
    let summary = try writer.commit()
    #expect(summary.deleted == 1 && summary.segmentCount == 1)
    #expect(try !folder.list().contains { $0.hasSuffix(".live") })
    try expect(folder.path, equals: model, "rewritten")
  }

  /// Each failing point of a commit that merges: what it added is there, or nothing of it.
  @Test func aFailureLeavesACommitWhole() throws {
    let last = Article(key: "last", body: "the tenth segment")
    func start(_ directory: String) throws -> ModelIndex {
      var model = try ModelIndex(.english)
      let writer = try IndexWriter(directory: directory)
      for number in 0..<9 {
        let article = Article(key: "\(number)", body: "segment \(number)")
        try writer.add(article)
        model.add(article)
        #expect(try writer.commit().segmentCount == number + 1)
      }
      return model
    }
    var point = 0
    var isDone = false
    while !isDone {
      let comment: Comment = "failing at operation \(point)"
      let folder = try TemporaryDirectory()
      let before = try start(folder.path)
      var after = before
      after.add(last)
      let fileSystem = FaultyFileSystem()
      var summary: CommitSummary?
      do {
        let writer = try IndexWriter(
          directory: folder.path, options: IndexWriterOptions(), fileSystem: fileSystem)
        fileSystem.remaining = point
        _ = try? writer.add(last)
        summary = try? writer.commit()
        isDone = fileSystem.remaining.map { $0 > 0 } ?? false
      }
      let added = try DecodedIndex(folder.path).liveKeys().contains("last")
      #expect(summary == nil || added, comment)
      _ = try IndexWriter(directory: folder.path)
      try expect(folder.path, equals: added ? after : before, comment)
      if isDone { #expect(summary?.segmentCount == 1, comment) }
      point += 1
    }
    #expect(point > 15)
  }
}
