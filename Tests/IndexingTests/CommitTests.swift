import LedeAnalysis
import LedeCodecs
import LedeIndexing
import LedeModel
import LedeStorage
import TestSupport
import Testing

@Suite struct CommitTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func writer(_ options: IndexWriterOptions = IndexWriterOptions()) throws -> IndexWriter {
    try IndexWriter(directory: folder.path, options: options)
  }

  @Test func anEmptyIndexIsAnIndex() throws {
    let summary = try writer().commit()
    #expect(summary.documentCount == 0)
    #expect(summary.generation == 1)
    try expect(folder.path, equals: try ModelIndex(.english), "empty index")
  }

  @Test func aCommitWithoutChangesWritesNothing() throws {
    let writer = try writer()
    try writer.add(Article(key: "a", body: "one"))
    let first = try writer.commit()
    let names = try folder.list()
    let second = try writer.commit()
    #expect(second.generation == first.generation)
    #expect(second.added == 0)
    #expect(try folder.list() == names)
  }

  @Test func rollbackForgetsEverythingSinceTheCommit() throws {
    let writer = try writer(IndexWriterOptions(memoryBudget: 1))
    var model = try ModelIndex(.english)
    for key in ["a", "b", "c"] {
      let article = Article(key: key, title: "Title \(key)", body: "text of \(key)")
      try writer.add(article)
      model.add(article)
    }
    try writer.commit()
    let names = try folder.list()
    try writer.add(Article(key: "a", body: "another"))
    try writer.add(Article(key: "d", body: "a new one"))
    #expect(try writer.delete(key: "b"))
    #expect(try folder.list() != names)
    writer.rollback()
    #expect(writer.documentCount == 3)
    #expect(try folder.list() == names)
    #expect(try writer.delete(key: "d") == false)
    try writer.commit()
    try expect(folder.path, equals: model, "after rollback")
    let article = Article(key: "e", body: "goes on")
    try writer.add(article)
    model.add(article)
    try writer.commit()
    try expect(folder.path, equals: model, "after going on")
  }

  @Test func anUncommittedWriterLeavesNothing() throws {
    do {
      let writer = try writer(IndexWriterOptions(memoryBudget: 1))
      try writer.add(Article(key: "a", body: "one"))
      try writer.add(Article(key: "b", body: "two"))
      #expect(try folder.list().contains { $0.hasSuffix(".lede") })
    }
    #expect(try folder.list() == ["lock"])
  }

  @Test func segmentsWithoutLiveArticlesGoAway() throws {
    let writer = try writer(IndexWriterOptions(memoryBudget: 1))
    for key in ["a", "b", "c"] { try writer.add(Article(key: key, body: "text of \(key)")) }
    #expect(try writer.commit().segmentCount == 3)
    try writer.delete(key: "b")
    #expect(try writer.commit().segmentCount == 2)
    try writer.delete(key: "a")
    try writer.delete(key: "c")
    let summary = try writer.commit()
    #expect(summary.segmentCount == 0)
    #expect(summary.deleted == 2)
    #expect(try folder.list() == ["lock", "manifest"])
    try writer.add(Article(key: "a", body: "again"))
    #expect(try writer.commit().documentCount == 1)
    try expectVerified(folder.path, "after all")
  }

  @Test func addedAndDeletedBeforeAFlushLeavesNoSegment() throws {
    let writer = try writer()
    try writer.add(Article(key: "a", body: "one"))
    #expect(try writer.delete(key: "a"))
    #expect(try writer.delete(key: "a") == false)
    #expect(try writer.commit().segmentCount == 0)
    try expectVerified(folder.path, "nothing left")
  }

  @Test func sequenceNumbersGoOnAndUpdatesTakeNewOnes() throws {
    do {
      let writer = try writer()
      for key in ["a", "b", "c"] { try writer.add(Article(key: key, body: key)) }
      try writer.commit()
    }
    let writer = try writer()
    #expect(try writer.add(Article(key: "a", body: "newer")) == .replaced)
    #expect(try writer.add(Article(key: "d", body: "last")) == .added)
    let summary = try writer.commit()
    #expect(summary.added == 1 && summary.replaced == 1)
    let index = try DecodedIndex(folder.path)
    #expect(try index.liveKeys() == ["b", "c", "a", "d"])
    #expect(index.manifest.nextSequence == 5)
  }

  @Test func earlierSnapshotsStayReadable() throws {
    let writer = try writer()
    try writer.add(Article(key: "a", body: "the first text"))
    try writer.commit()
    let before = try DecodedIndex(folder.path)
    try writer.add(Article(key: "a", body: "the second text"))
    try writer.commit()
    #expect(try before.article("a")?.body == "the first text")
    #expect(try DecodedIndex(folder.path).article("a")?.body == "the second text")
  }

  @Test func theLedgerRemembersRootsAndInputs() throws {
    let writer = try writer()
    writer.record(root: "archive", kind: .directory)
    writer.record(root: "-", kind: .standardInput)
    writer.record(
      input: "archive/a", size: 10, modificationTime: 20, contentHash: 30, articleCount: 1)
    writer.record(
      input: "archive/b", size: 11, modificationTime: 21, contentHash: 31, articleCount: 2)
    try writer.commit()
    writer.record(
      input: "archive/a", size: 12, modificationTime: 22, contentHash: 32, articleCount: 3)
    writer.record(root: "archive", kind: .directory)
    writer.rollback()
    #expect(try DecodedIndex(folder.path).ledger.inputs.map(\.size) == [10, 11])
    writer.record(
      input: "archive/a", size: 13, modificationTime: 23, contentHash: 33, articleCount: 4)
    try writer.commit()
    let ledger = try DecodedIndex(folder.path).ledger
    #expect(
      ledger.roots == [
        .init(path: "archive", kind: .directory), .init(path: "-", kind: .standardInput),
      ])
    #expect(
      ledger.inputs == [
        .init(path: "archive/a", size: 13, mtime: 23, contentHash: 33, articleCount: 4),
        .init(path: "archive/b", size: 11, mtime: 21, contentHash: 31, articleCount: 2),
      ])
    try expectVerified(folder.path, "with a ledger")
  }

  @Test func foreignFilesAreLeftAlone() throws {
    try folder.write("mine", to: "notes.txt")
    try folder.write("mine", to: "seg-1.lede")
    let writer = try writer()
    try writer.add(Article(key: "a", body: "one"))
    try writer.commit()
    #expect(try folder.list().contains("notes.txt"))
    #expect(try folder.list().contains("seg-1.lede"))
  }

  @Test func segmentsWithoutAManifestAreNotOverwritten() throws {
    do {
      let writer = try writer()
      try writer.add(Article(key: "a", body: "precious"))
      try writer.commit()
    }
    let segment = try #require(try folder.list().first { $0.hasSuffix(".lede") })
    let bytes = try folder.read(segment)
    try PosixFileSystem().remove(folder.file("manifest"))
    let writer = try writer()
    try writer.add(Article(key: "b", body: "other"))
    writer.rollback()
    try writer.add(Article(key: "b", body: "other"))
    #expect(try folder.read(segment) == bytes)
  }
}
