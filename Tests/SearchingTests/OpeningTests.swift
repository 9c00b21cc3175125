import Foundation
import LedeAnalysis
import LedeCodecs
import LedeModel
import LedeSearching
import LedeStorage
import TestSupport
import Testing

@Suite struct OpeningTests {
  @Test func aFolderWithoutIndexHasItsOwnError() throws {
    let folder = try TemporaryDirectory()
    for path in [folder.path, folder.path + "/absent"] {
      let error = #expect(throws: SearchError.self) { try Searcher.open(directory: path) }
      guard case .noIndex(let directory) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(directory == path)
      #expect(error?.description.contains("lede index") == true)
    }
  }

  @Test func anotherAnalyzerIsRefused() throws {
    let small = try SmallIndex(["alpha"])
    let fileSystem = PosixFileSystem()
    var manifest = try Manifest.read(fileSystem: fileSystem, directory: small.index.directory)
    let own = manifest.analyzer
    var identity = try #require(AnalyzerIdentity(encoded: own))
    identity.icuVersion += ".1"
    for foreign in [identity.encoded, [9, 9, 9], Array(own.dropLast())] {
      manifest.analyzer = foreign
      try manifest.commit(fileSystem: fileSystem, directory: small.index.directory)
      let error = #expect(throws: SearchError.self) {
        try Searcher.open(directory: small.index.directory)
      }
      guard case .analyzerMismatch = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(error?.description.contains("build the index again") == true)
    }
  }

  @Test func anEmptyIndexAnswersWithNothing() throws {
    let index = try TestIndex([])
    let searcher = try Searcher.open(directory: index.directory)
    let results = try searcher.search(.word("alpha"))
    #expect(results.hits.isEmpty && results.total == 0 && results.relation == .equal)
    #expect(try searcher.count(.phrase("a b")) == 0)
    #expect(searcher.statistics.documents == 0)
  }

  @Test func articlesAndStatistics() throws {
    let documents = (0..<3).map { number in
      TestDocument(
        article: Article(
          key: "k\(number)", title: "title \(number)", body: "body text",
          date: ArticleDate(year: 2020, month: 7, day: 1), source: "source",
          url: "http://x/\(number)"),
        sequence: UInt64(number), isDeleted: number == 1)
    }
    let index = try TestIndex([documents])
    let searcher = try Searcher.open(directory: index.directory)
    #expect(try searcher.article(key: "k2") == documents[2].article)
    #expect(try searcher.article(key: "k1") == nil)
    #expect(try searcher.article(key: "k9") == nil)
    let statistics = searcher.statistics
    #expect(statistics.documents == 2 && statistics.deleted == 1 && statistics.segments == 1)
    // title, number, title again in text: "title", "0", "1", "2", "body", "text".
    #expect(statistics.terms == 6 && statistics.tokens == 8 && statistics.storesText)
    #expect(statistics.sections.reduce(0) { $0 + $1.bytes } < statistics.bytes)
    let postings = try searcher.postingStatistics()
    #expect(postings.postings == 3 * 4 + 3 * 2 && postings.occurrences == 18)
    let hit = try #require(try searcher.search(.word("body")).hits.first)
    #expect(hit.key == "k0" && hit.title == "title 0" && hit.source == "source")
    #expect(hit.url == "http://x/0" && hit.date?.dayString == "2020-07-01")
  }

  @Test(arguments: testSeeds(1))
  func manyThreadsGetTheSameAnswers(seed: UInt64) throws {
    var archive = RandomArchive(seed: seed)
    let index = try TestIndex(
      archive.segments(documents: 500, segments: 2, deleted: 0.1, shuffled: true))
    let searcher = try Searcher.open(directory: index.directory)
    let queries = (0..<40).map { _ in archive.flatQuery() }
    let answers = try queries.map { try searcher.search($0) }
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      for step in 0..<80 {
        let number = (step * 7 + thread * 5) % queries.count
        let answer = try? searcher.search(queries[number])
        if answer?.hits != answers[number].hits
          || answer?.rankDigest != answers[number].rankDigest
        {
          Issue.record("seed \(seed): query \(number) differs on thread \(thread)")
          return
        }
      }
    }
  }
}
