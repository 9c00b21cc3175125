import DiskSimulation
import LedeAnalysis
import LedeIndexing
import LedeModel
import LedeStorage
import TestSupport
import Testing

/// A disk that fails at any one point leaves one commit or the other, whole.
@Suite struct FaultTests {
  private static let options = IndexWriterOptions(memoryBudget: 60_000)

  /// Replaces, deletes and adds, over several flushes.
  private static func change(_ writer: IndexWriter, seed: UInt64) throws {
    var articles = RandomArticles(seed: seed)
    let root = writer.record(root: "archive", at: "/archive", kind: .directory)
    let input = writer.beginInput("0.jsonl", in: root)
    for number in 0..<12 { try writer.add(articles.article(key: "key \(number)"), from: input) }
    try writer.delete(key: "key 20")
  }

  private static func model(seeds: [UInt64]) throws -> ModelIndex {
    var model = try ModelIndex(.english)
    for (round, seed) in seeds.enumerated() {
      var articles = RandomArticles(seed: seed)
      let first = round == 0 ? 10 : 0
      for number in 0..<12 { model.add(articles.article(key: "key \(number + first)")) }
      if round > 0 { model.delete("key 20") }
    }
    return model
  }

  /// An index of one commit.
  private static func start(_ directory: String) throws {
    let writer = try IndexWriter(directory: directory, options: options)
    var articles = RandomArticles(seed: 1)
    for number in 0..<12 { try writer.add(articles.article(key: "key \(number + 10)")) }
    try writer.commit()
  }

  /// How many changing operations the second commit takes.
  private static func operationCount() throws -> Int {
    let folder = try TemporaryDirectory()
    try start(folder.path)
    let fileSystem = FaultyFileSystem()
    let writer = try IndexWriter(
      directory: folder.path, options: options, fileSystem: fileSystem)
    try change(writer, seed: 2)
    try writer.commit()
    return fileSystem.count
  }

  @Test(arguments: [true, false])
  func aFailureAtAnyOperationLeavesACommitWhole(keepsFailing: Bool) throws {
    let old = try Self.model(seeds: [1])
    let new = try Self.model(seeds: [1, 2])
    let operations = try Self.operationCount()
    #expect(operations > 20)
    var failures = 0
    for point in 0..<operations {
      let comment: Comment = "failing at operation \(point) of \(operations)"
      let folder = try TemporaryDirectory()
      try Self.start(folder.path)
      let fileSystem = FaultyFileSystem()
      fileSystem.keepsFailing = keepsFailing
      var isOld = true
      do {
        let writer = try IndexWriter(
          directory: folder.path, options: Self.options, fileSystem: fileSystem)
        fileSystem.remaining = point
        do {
          try Self.change(writer, seed: 2)
          try writer.commit()
          isOld = false
        } catch {
          failures += 1
          isOld = try Self.generation(folder.path) == 1
          try Self.expectRefusal(writer, comment)
        }
      }
      // The files that a failed writer left do not hurt, and the next writer clears them away.
      _ = try DecodedIndex(folder.path)
      _ = try IndexWriter(directory: folder.path, options: Self.options)
      try expect(folder.path, equals: isOld ? old : new, comment)
    }
    #expect(failures > 20)
  }

  private static func generation(_ directory: String) throws -> UInt64 {
    try DecodedIndex(directory).manifest.generation
  }

  private static func expectRefusal(_ writer: IndexWriter, _ comment: Comment) throws {
    do {
      try writer.commit()
      Issue.record("a failed writer committed: \(comment)")
    } catch {
      guard case .writerFailed(_, let reason) = error else { throw error }
      #expect(reason.contains("No space left"), comment)
    }
  }

  @Test func aWriterThatFailedGoesOnAfterRollback() throws {
    let operations = try Self.operationCount()
    for point in stride(from: 0, to: operations, by: 3) {
      let comment: Comment = "failing once at operation \(point)"
      let folder = try TemporaryDirectory()
      try Self.start(folder.path)
      let fileSystem = FaultyFileSystem()
      fileSystem.keepsFailing = false
      let writer = try IndexWriter(
        directory: folder.path, options: Self.options, fileSystem: fileSystem)
      fileSystem.remaining = point
      do {
        try Self.change(writer, seed: 2)
        try writer.commit()
      } catch { writer.rollback() }
      fileSystem.remaining = nil
      try Self.change(writer, seed: 3)
      try writer.commit()
      var model = try Self.model(seeds: [1, 2, 3])
      // Whether or not the second round came through, the third replaces it.
      #expect(try Set(DecodedIndex(folder.path).liveKeys()) == Set(model.order), comment)
      model.order = try DecodedIndex(folder.path).liveKeys()
      try expect(folder.path, equals: model, comment)
    }
  }
}
