import LedeAnalysis
import LedeIndexing
import LedeModel
import TestSupport
import Testing

/// Random archives, written by random operations, against the model.
@Suite struct RandomOperationsTests {
  @Test(arguments: testSeeds(1, 2, 3, 4, 5, 6))
  func anyHistoryGivesTheIndexOfItsLiveArticles(seed: UInt64) throws {
    let folder = try TemporaryDirectory()
    let directory = folder.file("index")
    var run = RandomRun(seed: seed)
    var model = try ModelIndex(run.options.language)
    for round in 0..<5 {
      let comment: Comment = "seed \(seed), round \(round), \(run.options)"
      let writer = try IndexWriter(directory: directory, options: run.options)
      let before = model
      try run.change(writer, &model, comment)
      #expect(writer.documentCount == model.order.count, comment)
      if run.articles.random.chance(0.25) {
        writer.rollback()
        #expect(writer.documentCount == before.order.count, comment)
        model = before
      }
      let summary = try writer.commit()
      #expect(summary.documentCount == model.order.count, comment)
      try expect(directory, equals: model, storesText: run.options.storesText, comment)
    }
  }
}

/// Operations on a writer and the model alike.
private struct RandomRun {
  var articles: RandomArticles
  let options: IndexWriterOptions

  init(seed: UInt64) {
    articles = RandomArticles(seed: seed)
    let languages: [Language] = [.english, .none, Language("fr") ?? .none]
    var options = IndexWriterOptions(
      language: languages[articles.random.below(3)], storesText: articles.random.chance(0.7),
      // From a segment per article to one per commit.
      memoryBudget: [1, 40_000, 1 << 20, 64 << 20][articles.random.below(4)])
    options.mergesSegments = articles.random.chance(0.5)
    self.options = options
  }

  mutating func change(
    _ writer: IndexWriter, _ model: inout ModelIndex, _ comment: Comment
  ) throws {
    for _ in 0..<articles.random.below(40) {
      let key = "key \(articles.random.below(30))"
      if articles.random.chance(0.25) {
        let existed = model.delete(key)
        #expect(try writer.delete(key: key) == existed, comment)
      } else {
        let article = articles.article(key: key)
        let existed = model.add(article)
        #expect(try writer.add(article) == (existed ? .replaced : .added), comment)
      }
    }
  }
}
