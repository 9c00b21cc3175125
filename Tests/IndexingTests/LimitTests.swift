import LedeAnalysis
import LedeIndexing
import LedeModel
import TestSupport
import Testing

@Suite struct LimitTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  @Test func whatIsTooLargeIsRefusedAndNothingIsLost() throws {
    let writer = try IndexWriter(directory: folder.path)
    var model = try ModelIndex(.english)
    for key in ["a", "b"] {
      let article = Article(key: key, title: "Title", body: "text of \(key)")
      try writer.add(article)
      model.add(article)
    }
    let huge = String(repeating: "x", count: IndexWriterOptions.maximumTextSize)
    for article in [
      Article(key: "a", title: "y", body: huge), Article(key: "b", body: "y", source: huge),
    ] {
      do {
        try writer.add(article)
        Issue.record("an article of more than 64 MiB was taken")
      } catch {
        #expect(error.concernsOneArticle)
        #expect(
          error
            == .textTooLarge(
              key: article.key, bytes: huge.utf8.count + 1, limit: huge.utf8.count))
      }
    }
    for key in ["", String(repeating: "k", count: IndexWriterOptions.maximumKeySize + 1)] {
      do {
        try writer.add(Article(key: key, body: "text"))
        Issue.record("a key of \(key.utf8.count) bytes was taken")
      } catch {
        #expect(error.concernsOneArticle)
        #expect(
          error
            == .invalidKey(
              key: key, bytes: key.utf8.count, limit: IndexWriterOptions.maximumKeySize))
      }
    }
    #expect(try writer.commit().documentCount == 2)
    try expect(folder.path, equals: model, "after refusals")
  }

  @Test func longDocumentsKeepExactLengthsAndPositions() throws {
    let writer = try IndexWriter(
      directory: folder.path, options: IndexWriterOptions(memoryBudget: 1 << 20))
    var model = try ModelIndex(.english)
    let words = (0..<70_000).map { "w\($0 % 977)" }
    let articles = [
      Article(key: "short", title: "A title", body: "w1 w2"),
      Article(key: "long", title: "w5 title", body: words.joined(separator: " ")),
      Article(key: "longest", body: (words + words).joined(separator: "\n")),
      Article(key: "title", title: words.joined(separator: " ")),
      Article(key: "empty"),
      Article(key: "punctuation", title: "…", body: "— . ,"),
    ]
    for article in articles {
      try writer.add(article)
      model.add(article)
    }
    try writer.commit()
    try expect(folder.path, equals: model, "long documents")
    let lengths = try DecodedIndex(folder.path).lengths(.text)
    #expect(lengths["long"] == 70_002)
    #expect(lengths["longest"] == 140_000)
    try writer.delete(key: "long")
    model.delete("long")
    try writer.commit()
    try expect(folder.path, equals: model, "after deleting a long document")
  }

  /// The document above the place would take more than 32 bits.
  @Test func aLongDocumentAmongManyShortOnes() throws {
    let writer = try IndexWriter(
      directory: folder.path, options: IndexWriterOptions(storesText: false))
    var expected: [[UInt8]: [String: [UInt32]]] = [:]
    func add(_ key: String, _ words: [String]) throws {
      try writer.add(Article(key: key, body: words.joined(separator: " ")))
      for (place, word) in words.enumerated() {
        expected[Array(word.utf8), default: [:]][key, default: []].append(UInt32(place))
      }
    }
    for number in 0..<40_000 { try add("\(number)", ["w\(number % 977)"]) }
    try add("long", (0..<140_000).map { "w\($0 % 997)" })
    try writer.commit()
    let isEqual = try DecodedIndex(folder.path).surfaces(.text) == expected
    #expect(isEqual)
    try expectVerified(folder.path, "long and short documents")
  }

  @Test func aHugeVocabulary() throws {
    let writer = try IndexWriter(directory: folder.path)
    var random = SplitMix64(seed: 7)
    var counts: [[UInt8]: Int] = [:]
    for number in 0..<20 {
      var words: [String] = []
      for _ in 0..<10_000 {
        let word = "v" + String(random.next() % 1_000_000_007, radix: 36)
        words.append(word)
        counts[Array(word.utf8), default: 0] += 1
      }
      try writer.add(Article(key: "\(number)", body: words.joined(separator: " ")))
    }
    try writer.commit()
    let index = try DecodedIndex(folder.path)
    #expect(index.segments.count == 1)
    var found: [[UInt8]: Int] = [:]
    for (surface, postings) in try index.surfaces(.text) {
      found[surface] = postings.values.reduce(0) { $0 + $1.count }
    }
    #expect(found == counts)
    #expect(counts.count > 150_000)
    try expectVerified(folder.path, "huge vocabulary")
  }

  @Test(arguments: testSeeds(11, 12))
  func budgetsDoNotChangeWhatIsFound(seed: UInt64) throws {
    var articles = RandomArticles(seed: seed)
    let archive = (0..<60).map { articles.article(key: "key \($0 % 50)") }
    var model = try ModelIndex(.english)
    for article in archive { model.add(article) }
    var segmentCounts: [Int] = []
    for budget in [1, 30_000, 200_000, 512 << 20] {
      let comment: Comment = "seed \(seed), budget \(budget)"
      let directory = folder.file("\(budget)")
      var options = IndexWriterOptions(memoryBudget: budget)
      options.mergesSegments = false
      let writer = try IndexWriter(directory: directory, options: options)
      for article in archive { try writer.add(article) }
      segmentCounts.append(try writer.commit().segmentCount)
      try expect(directory, equals: model, comment)
    }
    #expect(segmentCounts.first == 50 && segmentCounts.last == 1, "seed \(seed)")
    #expect(segmentCounts == segmentCounts.sorted(by: >), "seed \(seed)")
  }
}
