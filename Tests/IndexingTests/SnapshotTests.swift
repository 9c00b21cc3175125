import Lede
import LedeCodecs
import LedeStorage
import TestSupport
import Testing

/// Searchers over what is not committed, and over what is no longer there.
@Suite struct SnapshotTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func writer(memoryBudget: Int = 64 << 20) throws -> IndexWriter {
    try IndexWriter(
      directory: folder.path, options: IndexWriterOptions(memoryBudget: memoryBudget))
  }

  private func keys(_ searcher: Searcher, _ query: String = "text") throws -> [String] {
    try searcher.keys(matching: QueryParser.parse(query))
  }

  @Test func whatIsNotCommittedIsFound() throws {
    let writer = try writer()
    let empty = try Searcher.open(try writer.snapshot())
    try writer.add(Article(key: "a", title: "one", body: "text one"))
    try writer.add(Article(key: "b", body: "text two"))
    let first = try Searcher.open(try writer.snapshot())
    try writer.delete(key: "a")
    try writer.add(Article(key: "b", body: "text three"))
    try writer.add(Article(key: "c", body: "text four"))
    let second = try Searcher.open(try writer.snapshot())
    #expect(throws: SearchError.self) { try Searcher.open(directory: folder.path) }
    writer.rollback()
    #expect(try keys(try Searcher.open(try writer.snapshot())) == [])
    #expect(try keys(empty) == [])
    #expect(try keys(first) == ["a", "b"] && first.article(key: "b")?.body == "text two")
    #expect(try keys(second) == ["b", "c"] && second.article(key: "b")?.body == "text three")
    #expect(try keys(second, "two") == [] && second.article(key: "a") == nil)
    #expect(first.statistics.documents == 2 && second.statistics.documents == 2)
  }

  /// Files go when their index has no use for them; whoever has them open reads on.
  @Test func readersOutliveTheirFiles() throws {
    let writer = try writer(memoryBudget: 1)
    for number in 0..<6 { try writer.add(Article(key: "\(number)", body: "text \(number)")) }
    try writer.commit()
    let reader = try Searcher.open(directory: folder.path)
    let names = Set(try folder.list().filter { $0.hasPrefix("seg-") })
    let options = SearchOptions(limit: 10)
    let before = try reader.rank(QueryParser.parse("text 3"), options: options)
    try writer.delete(key: "3")
    try writer.optimize()
    for number in 0..<3 { try writer.delete(key: "\(number)") }
    try writer.commit()
    try writer.delete(matching: QueryParser.parse("text"))
    try writer.commit()
    #expect(names.isDisjoint(with: try folder.list()))
    #expect(try reader.rank(QueryParser.parse("text 3"), options: options) == before)
    #expect(try reader.article(key: "3")?.body == "text 3")
    #expect(try reader.isCurrent() == false)
    let fresh = try reader.reopened()
    #expect(try keys(fresh) == [])
    #expect(try fresh.isCurrent() && fresh.reopened() === fresh)
  }

  /// A reader that is slow between the manifest and its files finds the next manifest.
  @Test func aReaderThatLosesTheRaceTakesTheNewerCommit() throws {
    let writer = try writer()
    try writer.add(Article(key: "0", body: "text 0"))
    try writer.commit()
    let slow = SlowFileSystem()
    let commits = Monitor(0)
    // Whenever the reader is about to map a segment, the writer makes it go.
    slow.beforeMapping = { path in
      guard path.hasSuffix(".lede"), commits.withLock({ $0 }) < 7 else { return }
      let number = commits.withLock {
        $0 += 1; return $0
      }
      do {
        try writer.add(Article(key: "\(number)", body: "text \(number)"))
        try writer.optimize()
      } catch { Issue.record("\(error)") }
    }
    let searcher = try Searcher.open(directory: folder.path, fileSystem: slow)
    #expect(try keys(searcher) == (0...7).map { "\($0)" })
    // Without a newer manifest a file that is missing is damage.
    let segment = try #require(try folder.list().first { $0.hasSuffix(".lede") })
    try PosixFileSystem().remove(folder.file(segment))
    let error = #expect(throws: SearchError.self) { try Searcher.open(directory: folder.path) }
    #expect(error?.description.contains(segment) == true)
  }

  @Test func deletesByQueryAreExactAndComplete() throws {
    let writer = try writer(memoryBudget: 200_000)
    for number in 0..<11_000 {
      try writer.add(
        Article(
          key: "\(number)", title: number % 3 == 0 ? "third" : "", body: "text w\(number % 7)"))
    }
    // More than any page of results holds.
    #expect(try writer.delete(matching: QueryParser.parse("+text -title:third -w5")) == 6286)
    #expect(writer.documentCount == 11_000 - 6286)
    writer.rollback()
    #expect(writer.documentCount == 0)
    try writer.add(Article(key: "a", body: "text"))
    #expect(try writer.delete(matching: QueryParser.parse("absent")) == 0)
    #expect(throws: (any Error).self) { try writer.delete(matching: QueryParser.parse("\"open")) }
    #expect(try writer.commit().documentCount == 1)
  }

  /// Deleted documents leave no trace in statistics, scores and ranks.
  @Test(arguments: [true, false], testSeeds(31, 32))
  func ranksAreThoseOfAnIndexWithoutTheDeleted(storesText: Bool, seed: UInt64) throws {
    var articles = RandomArticles(seed: seed)
    var options = IndexWriterOptions(storesText: storesText, memoryBudget: 400_000)
    options.mergesSegments = false
    let writer = try IndexWriter(directory: folder.file("deleted"), options: options)
    var model = try ModelIndex(.english)
    for round in 0..<3 {
      for number in 0..<150 {
        let article = articles.article(key: "\(articles.random.below(round == 0 ? 1000 : 300))")
        try writer.add(article)
        model.add(article)
        if number % 3 == 0 {
          let key = "\(articles.random.below(300))"
          try writer.delete(key: key)
          model.delete(key)
        }
      }
      try writer.commit()
    }
    let query = try QueryParser.parse("+running -cafe")
    let gone = try Searcher.open(directory: folder.file("deleted")).keys(matching: query)
    #expect(try writer.delete(matching: query) == gone.count && !gone.isEmpty)
    for key in gone { model.delete(key) }
    try writer.commit()
    let without = try IndexWriter(directory: folder.file("without"), options: options)
    for key in model.order { if let article = model.articles[key] { try without.add(article) } }
    try without.commit()
    let expected = try Searcher.open(directory: folder.file("without"))
    for round in 0..<2 {
      let found = try Searcher.open(directory: folder.file("deleted"))
      #expect((found.statistics.deleted > 0) == (round == 0))
      for query in [
        "running walk", "the of a", "+industry cafe", "\"resume the\"", "北京大学", "title:walk",
        "w1 w2 w3 w4 w5", "naive -elan",
      ] {
        let options = SearchOptions(limit: 1000, countsExactly: true)
        let query = try QueryParser.parse(query)
        let (here, there) = (
          try found.rank(query, options: options), try expected.rank(query, options: options)
        )
        #expect(here.rankDigest == there.rankDigest, "\(query), seed \(seed)")
        #expect(here == there, "\(query), seed \(seed)")
      }
      try writer.optimize()
    }
  }
}

/// The disk, with something done before each mapping.
private final class SlowFileSystem: ForwardingFileSystem, @unchecked Sendable {
  let base = PosixFileSystem()
  var beforeMapping: (String) -> Void = { _ in }

  func map(_ path: String) throws(StorageError) -> MappedFile {
    beforeMapping(path)
    return try base.map(path)
  }
}
