import DiskSimulation
import LedeAnalysis
import LedeIndexing
import LedeModel
import TestSupport
import Testing

/// A disk that fails at any one point of a merge leaves the segments of before or those of after.
@Suite struct OptimizeFaultTests {
  private static let options = {
    var options = IndexWriterOptions(memoryBudget: 40_000)
    options.mergesSegments = false
    return options
  }()

  /// An index of several segments with dead documents.
  private static func start(_ directory: String) throws -> ModelIndex {
    var model = try ModelIndex(.english)
    var articles = RandomArticles(seed: 41)
    let writer = try IndexWriter(directory: directory, options: options)
    for number in 0..<30 {
      let article = articles.article(key: "key \(number % 24)")
      try writer.add(article)
      model.add(article)
    }
    try writer.delete(key: "key 3")
    model.delete("key 3")
    try writer.commit()
    return model
  }

  /// How many changing operations a merge takes.
  private static func operationCount() throws -> Int {
    let folder = try TemporaryDirectory()
    _ = try start(folder.path)
    let fileSystem = FaultyFileSystem()
    try IndexWriter(directory: folder.path, options: options, fileSystem: fileSystem).optimize()
    return fileSystem.count
  }

  @Test(arguments: [true, false])
  func aFailureAtAnyOperationLeavesAllArticles(keepsFailing: Bool) throws {
    let operations = try Self.operationCount()
    #expect(operations >= 8)
    var failures = 0
    for point in 0..<operations {
      let comment: Comment = "failing at operation \(point) of \(operations)"
      let folder = try TemporaryDirectory()
      let model = try Self.start(folder.path)
      let before = try DecodedIndex(folder.path).segments.count
      let fileSystem = FaultyFileSystem()
      fileSystem.keepsFailing = keepsFailing
      do {
        let writer = try IndexWriter(
          directory: folder.path, options: Self.options, fileSystem: fileSystem)
        fileSystem.remaining = point
        do {
          try writer.optimize()
          #expect(try DecodedIndex(folder.path).segments.count == 1, comment)
        } catch {
          failures += 1
          #expect([1, before].contains(try DecodedIndex(folder.path).segments.count), comment)
          fileSystem.remaining = nil
          writer.rollback()
          #expect(writer.documentCount == model.order.count, comment)
        }
      }
      // The next writer clears away what a failed one left.
      _ = try IndexWriter(directory: folder.path, options: Self.options)
      try expect(folder.path, equals: model, comment)
    }
    #expect(failures >= 6)
  }
}
