import Foundation
import Lede
import LedeCodecs
import LedeStorage
import TestSupport
import Testing

/// An index of format version 1, written when that version was fixed, opens and answers as then.
@Suite struct FormatVersion1Tests {
  /// A copy, so that nothing can change the fixture.
  private let copy: TemporaryDirectory
  private var directory: String { copy.file("index") }

  init() throws {
    copy = try TemporaryDirectory()
    try FileManager.default.copyItem(atPath: GoldenIndex.folder, toPath: copy.file("index"))
  }

  /// Whether ICU and libstemmer here are those that made the terms; scores are defined only then.
  private func isSameAnalyzer() throws -> Bool {
    let manifest = try Manifest.read(fileSystem: PosixFileSystem(), directory: directory)
    return try manifest.analyzer == Analyzer.identity(of: .english).encoded
  }

  @Test func itIsWhole() throws {
    var findings: [String] = []
    let summary = try IndexVerifier.verify(directory: directory) {
      findings.append($0.description)
    }
    #expect(findings == [])
    #expect(summary.segments == 2)
    #expect(summary.liveDocuments == GoldenIndex.liveArticles.count)
    #expect(summary.documents == GoldenIndex.liveArticles.count + 3)
  }

  @Test func articlesAreAsTheyWere() throws {
    let fileSystem = PosixFileSystem()
    let manifest = try Manifest.read(fileSystem: fileSystem, directory: directory)
    var found: [String: Article] = [:]
    for entry in manifest.segments {
      let segment = try SegmentReader.open(
        fileSystem: fileSystem, directory: directory, entry: entry)
      for doc in 0..<UInt32(segment.docCount) where segment.isLive(doc) {
        let article = try segment.stored.article(doc)
        found[article.key] = article
      }
    }
    #expect(found == GoldenIndex.liveArticles)
    let ledger = try Ledger.read(
      fileSystem: fileSystem, directory: directory, generation: manifest.ledgerGeneration)
    #expect(ledger.roots.map(\.path) == ["golden"])
    #expect(ledger.roots[0].kind == .directory && ledger.roots[0].location == "/golden")
    #expect(ledger.roots[0].inputs.map(\.articleCount) == [4300])
  }

  @Test(arguments: [SearchOptions.Strategy.pruned, .exhaustive])
  func scoresAreWhatTheyWereToTheBit(strategy: SearchOptions.Strategy) throws {
    let lines = try String(contentsOfFile: GoldenIndex.expected, encoding: .utf8)
      .split(separator: "\n").map { GoldenAnswer(line: String($0)) }
    #expect(lines.map(\.query) == GoldenIndex.queries)
    guard try isSameAnalyzer() else {
      #expect(throws: SearchError.self) { try Searcher.open(directory: directory) }
      return
    }
    let searcher = try Searcher.open(directory: directory)
    for expected in lines {
      #expect(try GoldenAnswer(expected.query, searcher, strategy) == expected)
    }
  }

  @Test func itCanBeWrittenOn() throws {
    guard try isSameAnalyzer() else {
      #expect(throws: IndexingError.self) { try IndexWriter(directory: directory) }
      return
    }
    let writer = try IndexWriter(directory: directory)
    #expect(try writer.add(Article(key: "n5", body: "a newer text")).isReplacement)
    #expect(try writer.delete(key: "han"))
    let summary = try writer.commit()
    #expect(summary.documentCount == GoldenIndex.liveArticles.count - 1)
    var findings: [String] = []
    _ = try IndexVerifier.verify(directory: directory) { findings.append($0.description) }
    #expect(findings == [])
  }

  /// The same archive written today answers the same, whatever its bytes.
  @Test func anIndexWrittenTodayAnswersTheSame() throws {
    guard try isSameAnalyzer() else { return }
    let today = copy.file("today")
    try GoldenIndex.write(to: today)
    let then = try Searcher.open(directory: directory)
    let now = try Searcher.open(directory: today)
    for query in GoldenIndex.queries {
      #expect(try GoldenAnswer(query, now, .pruned) == GoldenAnswer(query, then, .pruned))
    }
  }
}
