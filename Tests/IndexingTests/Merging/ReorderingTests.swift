import LedeAnalysis
import LedeCodecs
import LedeIndexing
import LedeModel
import TestSupport
import Testing

/// Reordered indexes hold the same as before, under other docIDs.
@Suite struct ReorderingTests {
  /// Articles about a few topics, each with words of its own, in no order.
  private static func articles(_ count: Int, _ random: inout SplitMix64) -> [Article] {
    (0..<count).map { number in
      let topic = random.below(8)
      let words = (0..<40).map { _ in
        random.chance(0.3) ? "common\(random.below(30))" : "topic\(topic)word\(random.below(60))"
      }
      return Article(
        key: "key \(number)", title: "about \(topic)", body: words.joined(separator: " "),
        source: "Source \(topic)")
    }
  }

  private static func build(
    _ directory: String, _ articles: [Article], _ options: IndexWriterOptions
  ) throws -> ModelIndex {
    var model = try ModelIndex(options.language)
    let writer = try IndexWriter(directory: directory, options: options)
    for article in articles {
      try writer.add(article)
      model.add(article)
    }
    try writer.commit()
    return model
  }

  @Test(arguments: testSeeds(1, 2, 3, 4))
  func aReorderedIndexHoldsTheSame(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let folder = try TemporaryDirectory()
    let options = IndexWriterOptions(
      storesText: random.chance(0.5), memoryBudget: [300_000, 1 << 26][random.below(2)])
    let articles = Self.articles(100 + random.below(900), &random)
    var model = try Self.build(folder.path, articles, options)
    let writer = try IndexWriter(directory: folder.path, options: options)
    for article in articles where random.chance(0.1) {
      try writer.delete(key: article.key)
      model.delete(article.key)
    }
    let comment: Comment = "seed \(seed), \(articles.count) articles, \(options)"
    let summary = try writer.optimize(reordering: true)
    #expect(summary.segmentsAfter == 1 && summary.documentCount == model.order.count, comment)
    // `liveKeys` orders by sequence number: docIDs changed, numbers did not.
    try expect(folder.path, equals: model, storesText: options.storesText, comment)
    let segment = try #require(try DecodedIndex(folder.path).segments.first)
    #expect(!segment.sequences.isAscending, comment)
    #expect(segment.sequences.bitsPerDocument <= 10, comment)
    let first = try keys(segment)
    #expect(Set(first) == Set(model.order) && first != model.order, comment)
    // Merged again without reordering, documents keep the order found.
    try writer.add(Article(key: "one more", body: "topic1word1"))
    try writer.optimize()
    let again = try #require(try DecodedIndex(folder.path).segments.first)
    #expect(try keys(again) == first + ["one more"], comment)
    try expectVerified(folder.path, comment)
  }

  private func keys(_ segment: SegmentReader) throws -> [String] {
    try (0..<UInt32(segment.docCount)).map { try segment.keys.key(of: $0) }
  }

  /// Articles of eight topics mixed at random: neighbours should share theirs afterwards.
  @Test(arguments: testSeeds(5, 6))
  func likeDocumentsComeTogether(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let folder = try TemporaryDirectory()
    let articles = Self.articles(2000, &random)
    _ = try Self.build(folder.path, articles, IndexWriterOptions())
    func sharing() throws -> Double {
      let segment = try #require(try DecodedIndex(folder.path).segments.first)
      let topics = try (0..<UInt32(segment.docCount)).map { try segment.columns.source($0) }
      return Double(zip(topics, topics.dropFirst()).count { $0 == $1 }) / Double(topics.count)
    }
    let before = try sharing()
    #expect(before < 0.2, "seed \(seed)")
    try IndexWriter(directory: folder.path).optimize(reordering: true)
    let after = try sharing()
    #expect(after > 0.9, "seed \(seed): \(after) of the neighbours have the same topic")
  }

  @Test(arguments: testSeeds(7))
  func theOrderIsTheSameEveryTime(seed: UInt64) throws {
    var files: [[UInt8]] = []
    for threads in [1, 1, 2, 3, 8] {
      var random = SplitMix64(seed: seed)
      let folder = try TemporaryDirectory()
      _ = try Self.build(folder.path, Self.articles(700, &random), IndexWriterOptions())
      try IndexWriter(directory: folder.path).optimize(reordering: true, threads: threads)
      files.append(try folder.read("seg-0000000000000002.lede"))
    }
    for other in files { #expect(files[0] == other, "seed \(seed)") }
  }

  @Test func withoutTimeTheOrderStays() throws {
    var random = SplitMix64(seed: 8)
    let folder = try TemporaryDirectory()
    let model = try Self.build(folder.path, Self.articles(500, &random), IndexWriterOptions())
    let summary = try IndexWriter(directory: folder.path)
      .optimize(reordering: true, timeBudget: .zero)
    #expect(summary.segmentsAfter == 1)
    try expect(folder.path, equals: model, "no time")
    let segment = try #require(try DecodedIndex(folder.path).segments.first)
    #expect(try keys(segment) == model.order)
  }

  @Test func givenUpWhileItReorders() throws {
    var random = SplitMix64(seed: 9)
    let folder = try TemporaryDirectory()
    _ = try Self.build(folder.path, Self.articles(1000, &random), IndexWriterOptions())
    let writer = try IndexWriter(directory: folder.path)
    let names = try folder.list()
    var reports = 0
    #expect(throws: IndexingError.cancelled) {
      try writer.optimize(reordering: true) { state in
        if state.step == .reordering { reports += 1 }
        return reports < 4
      }
    }
    #expect(try folder.list() == names)
    try expectVerified(folder.path, "given up")
  }
}
