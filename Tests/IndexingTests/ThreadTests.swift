import LedeIndexing
import LedeModel
import TestSupport
import Testing

/// What is written does not depend on how many threads write it.
@Suite struct ThreadTests {
  private static func files(
    _ folder: TemporaryDirectory, _ name: String
  ) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for file in try folder.list(name) { files[file] = try folder.read("\(name)/\(file)") }
    return files
  }

  /// Documents of every size, runs of Han that are cut, keys that come again.
  private static func archive(_ articles: inout RandomArticles) -> [Article] {
    (0..<400).map { number in
      var article = articles.article(key: "key \(articles.random.below(350))")
      switch number % 40 {
      case 7: article.body = String(repeating: article.body + " seven ", count: 300)
      case 13: article.body = String(repeating: "漢字仮名", count: 1 + articles.random.below(30_000))
      case 29: article.title = String(repeating: "x", count: articles.random.below(200_000))
      default: break
      }
      return article
    }
  }

  @Test(arguments: testSeeds(1, 2, 3))
  func anyNumberOfThreadsWritesTheSameFiles(seed: UInt64) throws {
    let folder = try TemporaryDirectory()
    var articles = RandomArticles(seed: seed)
    let archive = Self.archive(&articles)
    for budget in [500_000, 4 << 20, 512 << 20] {
      var expected: [String: [UInt8]] = [:]
      for threads in [1, 2, 3, 7] {
        let name = "\(budget) \(threads)"
        let options = IndexWriterOptions(
          storesText: seed % 2 == 0, memoryBudget: budget, threads: threads)
        let writer = try IndexWriter(directory: folder.file(name), options: options)
        for (number, article) in archive.enumerated() {
          try writer.add(article)
          if number % 50 == 49 { try writer.delete(key: archive[number - 20].key) }
        }
        try writer.commit()
        let written = try Self.files(folder, name)
        if threads == 1 { expected = written }
        let comment: Comment = "seed \(seed), budget \(budget), \(threads) threads"
        #expect(written.keys.sorted() == expected.keys.sorted(), comment)
        for (file, bytes) in written {
          let isSame = bytes == expected[file]
          #expect(isSame, "\(comment): \(file)")
        }
      }
    }
  }

  @Test func aWriterGivenUpWhileThreadsWorkLeavesTheLastCommit() throws {
    let folder = try TemporaryDirectory()
    var articles = RandomArticles(seed: 5)
    let archive = Self.archive(&articles)
    for round in 0..<5 {
      let options = IndexWriterOptions(memoryBudget: 8 << 20, threads: 3)
      let writer = try IndexWriter(directory: folder.path, options: options)
      let some = archive.prefix(60 * (round + 1))
      for article in some { try writer.add(article) }
      if round % 2 == 0 { writer.rollback() }
      #expect(writer.documentCount == (round % 2 == 0 ? 0 : Set(some.map(\.key)).count))
    }
    let writer = try IndexWriter(directory: folder.path)
    #expect(writer.documentCount == 0)
  }
}
