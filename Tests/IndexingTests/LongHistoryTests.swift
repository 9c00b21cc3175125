import Lede
import LedeCodecs
import TestSupport
import Testing

/// One long random history of an index against a model in memory: no difference, ever.
///
/// `LEDE_MODEL_OPERATIONS=100000 swift test -c release --disable-testable-imports --disable-xctest
/// --filter LongHistoryTests` is the whole; some operations of it are part of every test run.
@Suite struct LongHistoryTests {
  private static let operations = environment("LEDE_MODEL_OPERATIONS").flatMap(Int.init) ?? 1500

  @Test(arguments: testSeeds(20_261), [true, false])
  func theIndexIsWhatTheModelSays(seed: UInt64, storesText: Bool) throws {
    print("history: seed \(seed), stores text: \(storesText), \(Self.operations) operations")
    var history = try History(seed: seed, storesText: storesText)
    for number in 0..<Self.operations {
      try history.step(number)
      if history.hasFailed { break }
    }
    try history.finish()
    print("history: \(history.counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })")
  }
}

/// An index, the model of what it should be, and what was done to both.
private struct History {
  private let folder: TemporaryDirectory
  private let storesText: Bool
  private let seed: UInt64
  private var articles: RandomArticles
  /// nil only between closing one and opening the next.
  private var writer: IndexWriter?
  private var model: ModelIndex
  private var committed: ModelIndex
  private var readers: [(searcher: Searcher, answers: [RankedDocuments])] = []
  private var number = 0
  private(set) var counts: [String: Int] = [:]
  private(set) var hasFailed = false

  private static let queries = [
    "running", "cafe walk", "+the +x", "alumina industry -walk", "\"running walk\"", "北京 42",
    "title:industry", "w7 w8 w9 fine",
  ]

  init(seed: UInt64, storesText: Bool) throws {
    folder = try TemporaryDirectory()
    self.storesText = storesText
    self.seed = seed
    articles = RandomArticles(seed: seed)
    model = try ModelIndex(.english)
    committed = model
    writer = try opened()
  }

  private var directory: String { folder.file("index") }
  private var comment: Comment { "seed \(seed), stores text: \(storesText), operation \(number)" }

  private mutating func opened() throws -> IndexWriter {
    var options = IndexWriterOptions(
      storesText: storesText, compressionLevel: 1,
      memoryBudget: [30_000, 300_000, 64 << 20][articles.random.below(3)])
    options.mergesSegments = articles.random.chance(0.7)
    return try IndexWriter(directory: directory, options: options)
  }

  private mutating func count(_ name: String) { counts[name, default: 0] += 1 }

  private mutating func expect(_ isTrue: Bool, _ what: String) {
    if isTrue { return }
    hasFailed = true
    Issue.record("\(what): \(comment)")
  }

  // MARK: Operations

  mutating func step(_ number: Int) throws {
    self.number = number
    let choice = articles.random.below(1000)
    // Before the writer is held here: it gives the lock up with its last reference.
    if (28..<32).contains(choice) { return try reopen() }
    guard let writer else { return }
    switch choice {
    case 0..<20: try commit(writer)
    case 20..<28: try rollBack(writer)
    case 32..<35: try optimize(writer)
    case 35..<40: try deleteByQuery(writer)
    case 40..<48: try takeSnapshot(writer)
    case 48..<300: try delete(writer)
    default: try add(writer)
    }
  }

  private mutating func add(_ writer: IndexWriter) throws {
    count("add")
    let article = articles.article(key: "key \(articles.random.below(250))")
    let existed = model.add(article)
    expect(try writer.add(article) == (existed ? .replaced : .added), "outcome of add")
  }

  private mutating func delete(_ writer: IndexWriter) throws {
    count("delete")
    let key = "key \(articles.random.below(250))"
    let existed = model.articles[key] != nil
    expect(try writer.contains(key: key) == existed, "contains")
    expect(try writer.delete(key: key) == existed, "outcome of delete")
    model.delete(key)
  }

  private mutating func deleteByQuery(_ writer: IndexWriter) throws {
    count("delete by query")
    let query = try QueryParser.parse("w\(articles.random.below(300)) +résumé")
    let fresh = try self.fresh(model)
    let keys = try fresh.keys(matching: query)
    expect(try writer.delete(matching: query) == keys.count, "count of delete by query")
    for key in keys { expect(model.delete(key), "delete by query") }
  }

  private mutating func commit(_ writer: IndexWriter) throws {
    count("commit")
    let summary = try writer.commit()
    committed = model
    expect(summary.documentCount == model.order.count, "documents of the commit")
    try check(try Searcher.open(directory: directory), committed)
    // Everything, term by term, now and then: it takes as long as fifty operations.
    if articles.random.chance(0.25) {
      try IndexingTests.expect(directory, equals: committed, storesText: storesText, comment)
    }
  }

  private mutating func rollBack(_ writer: IndexWriter) throws {
    count("rollback")
    writer.rollback()
    model = committed
    expect(writer.documentCount == model.order.count, "documents after rollback")
  }

  private mutating func reopen() throws {
    count("reopen")
    writer = nil
    model = committed
    let fresh = try opened()
    expect(fresh.documentCount == model.order.count, "documents after reopening")
    writer = fresh
  }

  private mutating func optimize(_ writer: IndexWriter) throws {
    count("optimize")
    let summary = try writer.optimize(
      maximumSegments: 1 + articles.random.below(3), reordering: articles.random.chance(0.3))
    committed = model
    expect(summary.documentCount == model.order.count, "documents of optimize")
    try check(try Searcher.open(directory: directory), committed)
  }

  /// What is not committed is found, and an old state is found again as it was.
  private mutating func takeSnapshot(_ writer: IndexWriter) throws {
    count("snapshot")
    let searcher = try Searcher.open(try writer.snapshot())
    try check(searcher, model)
    readers.append((searcher, try answers(searcher)))
    if readers.count > 3 {
      let (old, before) = readers.remove(at: articles.random.below(3))
      expect(try answers(old) == before, "an old reader")
    }
  }

  mutating func finish() throws {
    guard let writer else { return }
    try commit(writer)
    try IndexingTests.expect(directory, equals: committed, storesText: storesText, comment)
  }

  // MARK: Answers

  /// Statistics and answers of a searcher against the model, and at times against a new index of it.
  private mutating func check(_ searcher: Searcher, _ model: ModelIndex) throws {
    expect(searcher.statistics.documents == model.order.count, "documents of a searcher")
    let found = try answers(searcher)
    for (query, answer) in zip(Self.queries, found) {
      var options = SearchOptions(limit: 100, countsExactly: true)
      options.strategy = .exhaustive
      let exhaustive = try searcher.rank(QueryParser.parse(query), options: options)
      expect(answer == exhaustive, "'\(query)' scored one by one")
    }
    guard articles.random.chance(0.3) else { return }
    expect(try answers(try fresh(model)) == found, "answers of an index built anew")
  }

  private func answers(_ searcher: Searcher) throws -> [RankedDocuments] {
    try Self.queries.map {
      try searcher.rank(
        QueryParser.parse($0), options: SearchOptions(limit: 100, countsExactly: true))
    }
  }

  /// A new index of the model's articles, in their order.
  private func fresh(_ model: ModelIndex) throws -> Searcher {
    let folder = try TemporaryDirectory()
    let writer = try IndexWriter(
      directory: folder.path, options: IndexWriterOptions(storesText: false))
    for key in model.order {
      if let article = model.articles[key] { try writer.add(article) }
    }
    return try Searcher.open(try writer.snapshot())
  }
}
