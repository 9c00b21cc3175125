import LedeIndexing
import LedeModel
import TestSupport
import Testing

/// Merges beside the writer: what it does meanwhile is in the merged segment too.
@Suite struct BackgroundMergeTests {
  private static let options = {
    var options = IndexWriterOptions()
    options.mergesInBackground = true
    return options
  }()

  /// A writer whose tenth commit has just started a merge of ten segments, held up by the disk.
  private static func start(
    _ folder: TemporaryDirectory, _ fileSystem: GatedFileSystem, _ articles: inout RandomArticles
  ) throws -> (IndexWriter, ModelIndex) {
    var model = try ModelIndex(.english)
    let writer = try IndexWriter(
      directory: folder.path, options: options, fileSystem: fileSystem)
    fileSystem.isClosed = true
    for round in 0..<10 {
      #expect(!writer.isMerging)
      for number in 0..<6 {
        let article = articles.article(key: "key \(6 * round + number)")
        try writer.add(article)
        model.add(article)
      }
      try writer.commit()
    }
    #expect(writer.isMerging)
    fileSystem.waitForArrival()
    return (writer, model)
  }

  @Test(arguments: testSeeds(71, 72, 73))
  func changesDuringAMergeAreCarriedOver(seed: UInt64) throws {
    let folder = try TemporaryDirectory()
    let comment: Comment = "seed \(seed)"
    var articles = RandomArticles(seed: seed)
    let fileSystem = GatedFileSystem()
    var (writer, model) = try Self.start(folder, fileSystem, &articles)
    let before = try DecodedIndex(folder.path)
    for _ in 0..<30 {
      let key = "key \(articles.random.below(80))"
      if articles.random.chance(0.4) {
        #expect(try writer.delete(key: key) == (model.articles[key] != nil), comment)
        model.delete(key)
      } else {
        let article = articles.article(key: key)
        try writer.add(article)
        model.add(article)
      }
      if articles.random.chance(0.2) { try writer.commit() }
    }
    try writer.commit()
    // Held up all the time: the commits went on without it, and its files are still there.
    #expect(writer.isMerging, comment)
    try expect(folder.path, equalsButFiles: model, comment)
    fileSystem.isClosed = false
    let summary = try writer.finishMerges()
    #expect(!writer.isMerging && summary.segmentCount < 10, comment)
    #expect(summary.documentCount == model.order.count, comment)
    try expect(folder.path, equals: model, comment)
    #expect(try before.liveKeys().count == 60, "readers keep their snapshot, \(comment)")
  }

  @Test func theNextCommitTakesTheMergeIn() throws {
    let folder = try TemporaryDirectory()
    var articles = RandomArticles(seed: 74)
    let fileSystem = GatedFileSystem()
    var (writer, model) = try Self.start(folder, fileSystem, &articles)
    fileSystem.isClosed = false
    var commits = 0
    while writer.isMerging, commits < 10_000 {
      let article = articles.article(key: "key \(commits % 3)")
      try writer.add(article)
      model.add(article)
      commits += 1
      if try writer.commit().segmentCount < 10 { break }
    }
    #expect(try writer.commit().segmentCount < 10)
    try writer.finishMerges()
    try expect(folder.path, equals: model, "\(commits) commits")
  }

  @Test func allDocumentsOfAMergeMayDieMeanwhile() throws {
    let folder = try TemporaryDirectory()
    var articles = RandomArticles(seed: 75)
    let fileSystem = GatedFileSystem()
    var (writer, model) = try Self.start(folder, fileSystem, &articles)
    for key in model.order {
      try writer.delete(key: key)
      model.delete(key)
    }
    fileSystem.isClosed = false
    #expect(try writer.finishMerges().segmentCount == 0)
    try expect(folder.path, equals: model, "all dead")
    #expect(try folder.list() == ["lock", "manifest"])
  }

  @Test(arguments: [true, false])
  func aWriterThatGoesGivesItUp(isRolledBack: Bool) throws {
    let folder = try TemporaryDirectory()
    var articles = RandomArticles(seed: 76)
    let fileSystem = GatedFileSystem()
    var model: ModelIndex
    do {
      let writer: IndexWriter
      (writer, model) = try Self.start(folder, fileSystem, &articles)
      try writer.add(articles.article(key: "never committed"))
      fileSystem.isClosed = false
      if isRolledBack {
        writer.rollback()
        #expect(!writer.isMerging && writer.documentCount == model.order.count)
        try expect(folder.path, equals: model, "rolled back")
        let article = articles.article(key: "after")
        try writer.add(article)
        model.add(article)
        try writer.finishMerges()
      }
    }
    try expect(folder.path, equals: model, "given up")
    #expect(try DecodedIndex(folder.path).segments.count == (isRolledBack ? 1 : 10))
  }

  @Test func askedToMergeAllItGivesUpTheOneAtWork() throws {
    let folder = try TemporaryDirectory()
    var articles = RandomArticles(seed: 77)
    let fileSystem = GatedFileSystem()
    let (writer, model) = try Self.start(folder, fileSystem, &articles)
    fileSystem.isClosed = false
    #expect(try writer.optimize().segmentsAfter == 1)
    try expect(folder.path, equals: model, "optimized")
  }

  /// Each failing point of the merge's thread: the commits around it stand.
  @Test func aFailureLeavesTheSegments() throws {
    var point = 0
    var failures = 1
    while failures > 0 {
      let comment: Comment = "failing at operation \(point)"
      let folder = try TemporaryDirectory()
      var articles = RandomArticles(seed: 78)
      let fileSystem = GatedFileSystem()
      fileSystem.remaining = point
      var (writer, model) = try Self.start(folder, fileSystem, &articles)
      try writer.delete(key: "key 5")
      model.delete("key 5")
      fileSystem.isClosed = false
      // A commit waits for nobody; it takes in what has ended by then.
      while writer.isMerging, fileSystem.failures == 0, try writer.commit().segmentCount > 1 {}
      failures = fileSystem.failures
      try writer.commit()
      try expect(folder.path, equalsButFiles: model, comment)
      // Whatever became of it, the next merge, by this thread, mends it.
      #expect(try writer.finishMerges().segmentCount == 1, comment)
      try expect(folder.path, equals: model, comment)
      point += 1
    }
    #expect(point > 4)
  }

  /// A lower bound on the time from before the merge's start: no load on the machine can break it.
  @Test func aThrottleSlowsIt() throws {
    let folder = try TemporaryDirectory()
    var options = Self.options
    options.mergeBytesPerSecond = 4 << 20
    options.compressionLevel = 1
    var random = SplitMix64(seed: 79)
    let writer = try IndexWriter(directory: folder.path, options: options)
    var start = ContinuousClock.now
    for number in 0..<10 {
      var body = ""
      for _ in 0..<10_000 { body += "\(random.next()) " }
      try writer.add(Article(key: "\(number)", body: body))
      // The last of these commits starts the merge.
      start = .now
      try writer.commit()
    }
    let bytes = try DecodedIndex(folder.path).segments.reduce(0) { $0 + $1.size }
    try writer.finishMerges()
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    #expect(try DecodedIndex(folder.path).segments.count == 1)
    // Without a throttle it takes a tenth of this.
    #expect(seconds > Double(bytes) / Double(4 << 20), "\(bytes) bytes")
  }
}
