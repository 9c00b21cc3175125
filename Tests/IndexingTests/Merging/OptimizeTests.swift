import LedeAnalysis
import LedeCodecs
import LedeIndexing
import LedeModel
import TestSupport
import Testing

/// Merged segments against those of an index built at once, byte by byte.
@Suite struct OptimizeTests {
  /// An index of random operations in segments of every size, and the model of what it holds.
  private static func build(
    _ directory: String, _ options: IndexWriterOptions, _ articles: inout RandomArticles
  ) throws -> ModelIndex {
    var model = try ModelIndex(options.language)
    for _ in 0..<1 + articles.random.below(3) {
      let writer = try IndexWriter(directory: directory, options: options)
      for _ in 0..<10 + articles.random.below(60) {
        let key = "key \(articles.random.below(60))"
        if articles.random.chance(0.2) {
          try writer.delete(key: key)
          model.delete(key)
        } else {
          let article = articles.article(key: key)
          try writer.add(article)
          model.add(article)
        }
      }
      try writer.commit()
    }
    return model
  }

  /// The live articles of the model in their order, in one segment.
  private static func rebuild(
    _ directory: String, _ model: ModelIndex, _ options: IndexWriterOptions
  ) throws {
    var options = options
    options.memoryBudget = 1 << 30
    let writer = try IndexWriter(directory: directory, options: options)
    for key in model.order { try writer.add(try #require(model.articles[key])) }
    try writer.commit()
  }

  @Test(arguments: testSeeds(1, 2, 3, 4, 5, 6, 7, 8))
  func aMergedIndexIsTheOneBuiltAtOnce(seed: UInt64) throws {
    let folder = try TemporaryDirectory()
    var articles = RandomArticles(seed: seed)
    let languages: [Language] = [.english, .none, Language("fr") ?? .none]
    var options = IndexWriterOptions(
      language: languages[articles.random.below(3)], storesText: articles.random.chance(0.7),
      memoryBudget: [1, 40_000, 200_000][articles.random.below(3)])
    options.mergesSegments = false
    let (merged, fresh) = (folder.file("merged"), folder.file("fresh"))
    let model = try Self.build(merged, options, &articles)
    let before = try DecodedIndex(merged)
    let comment: Comment = "seed \(seed), \(before.segments.count) segments, \(options)"
    let summary = try IndexWriter(directory: merged, options: options).optimize()
    #expect(summary.segmentsBefore == before.segments.count, comment)
    #expect(summary.segmentsAfter == (model.order.isEmpty ? 0 : 1), comment)
    #expect(summary.documentCount == model.order.count, comment)
    #expect(
      summary.purgedCount
        == before.segments.reduce(0) { $0 + $1.docCount - $1.liveCount }, comment)
    try expect(merged, equals: model, storesText: options.storesText, comment)
    try Self.rebuild(fresh, model, options)
    #expect(
      try SegmentSections(merged).differences(from: SegmentSections(fresh)) == [], comment)
    #expect(try SegmentSections(merged).sections.isEmpty == model.order.isEmpty, comment)
    // Who had the index open goes on with the snapshot.
    #expect(try before.liveKeys() == model.order, comment)
    for key in model.order { #expect(try before.article(key)?.key == key, comment) }
  }

  /// Sections that exceed what may wait in memory go by way of the disk, and come out the same.
  @Test(arguments: testSeeds(14))
  func littleMemoryMakesTheSameSegment(seed: UInt64) throws {
    let folder = try TemporaryDirectory()
    var random = SplitMix64(seed: seed)
    var options = IndexWriterOptions(memoryBudget: 1)
    options.mergesSegments = false
    let (merged, fresh) = (folder.file("merged"), folder.file("fresh"))
    var model = try ModelIndex(.english)
    let writer = try IndexWriter(directory: merged, options: options)
    for number in 0..<24 {
      // Each article a segment, of words that are mostly its own.
      let words = (0..<12_000).map { _ in "w\(random.below(60_000))" }
      let article = Article(key: "\(number)", body: words.joined(separator: " "))
      try writer.add(article)
      model.add(article)
    }
    try writer.commit()
    #expect(try DecodedIndex(merged).segments.count == 24)
    try writer.optimize()
    try Self.rebuild(fresh, model, options)
    let sections = try SegmentSections(merged)
    #expect(try sections.differences(from: SegmentSections(fresh)) == [], "seed \(seed)")
    for kind in [SectionKind.terms, .postings] {
      #expect(try #require(sections.sections[kind]).count > 1 << 16, "else \(kind) is not spilled")
    }
    // More than a section that is open keeps back.
    #expect(try #require(sections.sections[.positions]).count > 1 << 18)
    #expect(try folder.list("merged").count { $0.hasPrefix("seg-") } == 1)
  }

  @Test(arguments: testSeeds(11, 12, 13))
  func anyNumberOfSegmentsMayBeLeft(seed: UInt64) throws {
    let folder = try TemporaryDirectory()
    var articles = RandomArticles(seed: seed)
    var options = IndexWriterOptions(memoryBudget: 40_000)
    options.mergesSegments = false
    let model = try Self.build(folder.path, options, &articles)
    for limit in [5, 3, 2, 1] {
      let comment: Comment = "seed \(seed), at most \(limit) segments"
      let summary = try IndexWriter(directory: folder.path, options: options)
        .optimize(maximumSegments: limit)
      #expect(summary.segmentsAfter <= limit, comment)
      try expect(folder.path, equals: model, comment)
    }
  }

  @Test func whatIsMergedAlreadyIsLeftAlone() throws {
    let folder = try TemporaryDirectory()
    let writer = try IndexWriter(directory: folder.path)
    for key in ["a", "b"] { try writer.add(Article(key: key, body: "text of \(key)")) }
    let generation = try writer.commit().generation
    let names = try folder.list()
    let summary = try writer.optimize()
    #expect(summary.generation == generation && summary.bytesWritten == 0)
    #expect(try folder.list() == names)
    #expect(try writer.delete(key: "b"))
    let purged = try writer.optimize()
    #expect(purged.generation == generation + 1 && purged.purgedCount == 1)
    #expect(try DecodedIndex(folder.path).liveKeys() == ["a"])
    #expect(try !folder.list().contains { $0.hasSuffix(".live") })
  }

  @Test func articlesThatWaitComeWithIt() throws {
    let folder = try TemporaryDirectory()
    let writer = try IndexWriter(directory: folder.path)
    try writer.add(Article(key: "a", body: "one"))
    try writer.commit()
    try writer.add(Article(key: "b", body: "two"))
    #expect(try writer.optimize().documentCount == 2)
    try writer.delete(key: "a")
    try writer.delete(key: "b")
    #expect(try writer.optimize().segmentsAfter == 0)
    #expect(try folder.list() == ["lock", "manifest"])
  }

  @Test func givenUpItIsAsIfItHadNotBegun() throws {
    let folder = try TemporaryDirectory()
    var articles = RandomArticles(seed: 21)
    var options = IndexWriterOptions(memoryBudget: 40_000)
    options.mergesSegments = false
    let model = try Self.build(folder.path, options, &articles)
    let writer = try IndexWriter(directory: folder.path, options: options)
    let names = try folder.list()
    // Reports so far, and how many of them say yes; once enough do, it is done.
    var (calls, limit) = (0, 0)
    var isDone = false
    while !isDone {
      calls = 0
      do {
        try writer.optimize { _ in
          calls += 1
          return calls <= limit
        }
        isDone = true
      } catch {
        #expect(error == .cancelled, "given up at report \(limit)")
        #expect(try folder.list() == names, "given up at report \(limit)")
        #expect(writer.documentCount == model.order.count)
        limit += 1
      }
    }
    #expect(limit >= 3)
    #expect(try folder.list().count { $0.hasSuffix(".lede") } == 1)
    try expect(folder.path, equals: model, "done in the end")
  }

  @Test func damageIsNotWrittenOn() throws {
    let folder = try TemporaryDirectory()
    var articles = RandomArticles(seed: 22)
    var options = IndexWriterOptions(memoryBudget: 40_000)
    options.mergesSegments = false
    _ = try Self.build(folder.path, options, &articles)
    let name = try #require(try folder.list().first { $0.hasSuffix(".lede") })
    var bytes = try folder.read(name)
    bytes[bytes.count / 2] ^= 1
    try folder.write(bytes, to: name)
    let names = try folder.list()
    let error = #expect(throws: IndexingError.self) {
      try IndexWriter(directory: folder.path, options: options).optimize()
    }
    guard case .format(.corrupt(let path, _, _, _)) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(path.hasSuffix(name))
    #expect(try folder.list() == names)
  }
}
