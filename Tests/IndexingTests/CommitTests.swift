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

  @Test func foreignFilesAreLeftAlone() throws {
    try folder.write("mine", to: "notes.txt")
    try folder.write("mine", to: "seg-1.lede")
    let writer = try writer()
    try writer.add(Article(key: "a", body: "one"))
    try writer.commit()
    #expect(try folder.list().contains("notes.txt"))
    #expect(try folder.list().contains("seg-1.lede"))
  }

  @Test func aLostManifestIsNotANewIndex() throws {
    do {
      let writer = try writer()
      try writer.add(Article(key: "a", body: "precious"))
      try writer.commit()
    }
    let manifest = try folder.read("manifest")
    try PosixFileSystem().remove(folder.file("manifest"))
    let names = try folder.list()
    for _ in 0..<2 {
      do {
        _ = try writer()
        Issue.record("an index without its manifest was taken for a new one")
      } catch {
        #expect(error as? IndexingError == .manifestLost(directory: folder.path))
        #expect("\(error)".contains("restore"))
      }
    }
    #expect(try folder.list() == names)
    // With the manifest back it is what it was.
    try folder.write(manifest, to: "manifest")
    #expect(try writer().documentCount == 1)
  }

  /// A first run that was killed: what it left is no index, and the next one begins anew.
  @Test func anInterruptedFirstRunIsNoLostManifest() throws {
    let kept = try TemporaryDirectory()
    do {
      let writer = try writer(IndexWriterOptions(memoryBudget: 1))
      try writer.add(Article(key: "a", body: "one"))
      #expect(try folder.list().contains("unborn"))
      // As a crash leaves it, before the writer tidies up.
      for name in try folder.list() where name != "lock" {
        try kept.write(try folder.read(name), to: name)
      }
    }
    #expect(try folder.list() == ["lock"])
    for name in try kept.list() { try folder.write(try kept.read(name), to: name) }
    let leftover = try #require(try folder.list().first { $0.hasSuffix(".lede") })
    let writer = try writer()
    #expect(writer.documentCount == 0)
    try writer.add(Article(key: "b", body: "two"))
    #expect(try writer.commit().documentCount == 1)
    #expect(try !folder.list().contains(leftover))
    #expect(try !folder.list().contains("unborn"))
    try expectVerified(folder.path, "begun anew")
  }
}
