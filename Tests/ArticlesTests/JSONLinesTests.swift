import LedeArticles
import LedeModel
import TestSupport
import Testing

@Suite struct JSONLinesTests {
  private func read(
    _ text: String, _ options: ArticleReaderOptions = ArticleReaderOptions()
  ) throws -> Reading {
    try withFolder { folder in
      let reading = Reading(try folder.write(text, to: "a.jsonl"), options)
      #expect(reading.isConsistent)
      return reading
    }
  }

  @Test func everyField() throws {
    let reading = try read(
      """
      {"id":"k1","title":" A title ","body":"One.\\n\\nTwo.","date":"2020-07-01T14:08+08:00",\
      "source":"Daily","url":"https://x.example/1","author":"J. Doe","category":"metals",\
      "language":"en"}
      """)
    let article = try #require(reading.articles.first)
    #expect(article.key == "k1")
    #expect(article.title == "A title")
    #expect(article.body == "One.\n\nTwo.")
    #expect(article.date?.iso8601 == "2020-07-01T14:08:00+08:00")
    #expect(article.source == "Daily")
    #expect(article.url == "https://x.example/1")
    #expect(article.author == "J. Doe")
    #expect(article.category == "metals")
    #expect(article.language == "en")
    #expect(reading.problems.isEmpty)
    #expect(reading.inputs.first?.outcome == .read)
  }

  /// The usual names of a field, in any spelling.
  @Test(arguments: [
    (["body", "text", "content", "contents", "articleBody", "Article_Text", "maintext"], "body"),
    (["title", "headline", "Title", "HEADLINE"], "title"),
    (["source", "publisher", "publication"], "source"),
    (["url", "link", "URL"], "url"), (["author", "authors", "byline"], "author"),
    (["category", "section", "categories"], "category"),
    (["language", "lang", "inLanguage"], "language"),
  ])
  func usualNames(names: [String], field: String) throws {
    for name in names {
      let reading = try read(#"{"\#(name)":"the value","summary":"x"}"#)
      let article = try #require(reading.articles.first, "\(name)")
      let value: String? =
        switch field {
        case "body": article.body
        case "title": article.title
        case "source": article.source
        case "url": article.url
        case "author": article.author
        case "category": article.category
        default: article.language
        }
      #expect(value == "the value", "\(name)")
      #expect(reading.problems.isEmpty, "\(name)")
    }
  }

  @Test(arguments: [
    "date", "published", "publishedAt", "published_at", "publishDate", "datePublished", "pubDate",
    "date_publish", "timestamp", "created_at",
  ])
  func datesByAnyName(name: String) throws {
    let reading = try read(#"{"title":"t","\#(name)":"1 July 2020"}"#)
    #expect(reading.articles.first?.date?.dayString == "2020-07-01")
    let number = try read(#"{"title":"t","\#(name)":1593583680123}"#)
    #expect(number.articles.first?.date?.iso8601 == "2020-07-01T06:08:00Z")
  }

  @Test func betterNamesWin() throws {
    let reading = try read(
      #"{"description":"short","text":"long","headline":"h","title":"t"}"# + "\n"
        + #"{"text":"","description":"short","title":null,"headline":"h"}"# + "\n"
        + #"{"title":"first","title":"second"}"#)
    #expect(reading.bodies == ["long", "short", ""])
    #expect(reading.articles.map(\.title) == ["t", "h", "second"])
    #expect(reading.problems.isEmpty)
  }

  @Test func keys() throws {
    let reading = try read(
      """
      {"id":42,"title":"a"}
      {"id":"","title":"b"}
      {"title":"c"}

      {"id":12345678901234567890123,"title":"d"}
      {"id":null,"_id":{"$oid":"5f"},"title":"e"}
      {"id":true,"title":"f"}
      {"id":"\(String(repeating: "x", count: 5000))","title":"g"}
      """)
    let file = String(reading.inputs[0].key)
    #expect(
      reading.keys == [
        "42", "\(file)#2", "\(file)#3", "12345678901234567890123", "5f", "\(file)#7", "\(file)#8",
      ])
    #expect(reading.kinds == [.wrongType, .wrongType])
  }

  @Test func keysInAFolderAreRelativeToIt() throws {
    try withFolder { folder in
      try folder.write(#"{"title":"t"}"#, to: "deep/a.jsonl")
      let reading = Reading(folder.path)
      #expect(reading.keys == ["deep/a.jsonl#1"])
      #expect(reading.articles.first?.provenance.path == folder.file("deep/a.jsonl"))
    }
  }

  @Test func mapping() throws {
    var options = ArticleReaderOptions()
    try options.fields.map("title=kicker")
    try options.fields.map("text=Full_Story")
    try options.fields.map("id=ref")
    let line = #"{"kicker":"K","title":"T","full-story":"S","body":"B","ref":7,"id":"x"}"#
    let article = try #require(try read(line, options).articles.first)
    #expect(article.title == "K")
    #expect(article.body == "S")
    #expect(article.key == "7")
  }

  @Test func mappingsThatMeanNothing() {
    var map = FieldMap()
    #expect(throws: ArticleError.invalidFieldMapping("title")) { try map.map("title") }
    #expect(throws: ArticleError.invalidFieldMapping("=x")) { try map.map("=x") }
    #expect(throws: ArticleError.invalidFieldMapping("title=")) { try map.map("title=") }
    #expect(throws: ArticleError.self) { try map.map("colour=x") }
  }

  @Test func listsAndObjects() throws {
    let reading = try read(
      #"{"title":"a","body":["One.","Two.",null],"authors":["X","Y"],"source":{"id":null,"name":"N"}}"#
        + "\n"
        + #"{"title":"b","author":[{"name":"P"},{"name":"Q"}],"date":{"$date":"2020-07-01"}}"#)
    #expect(reading.articles[0].body == "One.\n\nTwo.")
    #expect(reading.articles[0].author == "X, Y")
    #expect(reading.articles[0].source == "N")
    #expect(reading.articles[1].author == "P, Q")
    #expect(reading.articles[1].date?.dayString == "2020-07-01")
    #expect(reading.problems.isEmpty)
  }

  @Test func escapes() throws {
    let reading = try read(
      #"{"id":"k","title":"\"\\\/\b\f\n\r\t!","body":"\u00e9\u4e2d\ud83d\ude00\uD83D!\ude00 \u0041"}"#
    )
    #expect(reading.articles.first?.title == "\"\\/\u{8}\u{C}\n\r\t!")
    #expect(reading.articles.first?.body == "é中😀\u{FFFD}!\u{FFFD} A")
    #expect(reading.problems.isEmpty)
  }

  /// Each broken line is reported with its place, and the lines around it are read.
  @Test(
    arguments: [
      ("{", .invalidJSON), (#"{"title":"x""#, .invalidJSON), (#"{"title":"x}"#, .invalidJSON),
      (#"{"title" "x"}"#, .invalidJSON), (#"{"title":"x",}"#, .invalidJSON),
      (#"{"title":"x"} trailing"#, .invalidJSON), (#"{"title":"x"}{"title":"y"}"#, .invalidJSON),
      (#"{"title":tru}"#, .invalidJSON), (#"{"n":01,"title":"x"}"#, .invalidJSON),
      ("[1,2]", .invalidJSON), ("12", .invalidJSON), ("null", .invalidJSON),
      (#""text""#, .invalidJSON),
      ("{}", .noText), (#"{"title":null}"#, .noText), (#"{"name":"x"}"#, .noText),
      (#"{"title":7,"body":{}}"#, .noText), ("{\"title\":\"a\u{1}b\"}", .invalidJSON),
      ("garbage", .invalidJSON),
      (#"{"title":"x","a":"# + String(repeating: "[", count: 3000) + "}", .invalidJSON),
    ] as [(String, Problem.Kind)])
  func brokenLines(line: String, kind: Problem.Kind) throws {
    let good = #"{"id":"1","title":"a"}"# + "\n"
    let reading = try read(good + line + "\n" + good)
    #expect(reading.articles.count == 2, "\(line)")
    let problem = try #require(reading.problems.last, "\(line)")
    #expect(problem.kind == kind, "\(line): \(problem)")
    #expect(problem.severity == .error)
    #expect(problem.line == 2)
    #expect((problem.offset ?? 0) >= UInt64(good.utf8.count))
    #expect(!problem.reason.isEmpty && !problem.remedy.isEmpty)
    #expect(reading.report.records.refused == 1)
    #expect(reading.inputs.first?.outcome == .read)
  }

  @Test func wrongTypesAreLeftOutAndReported() throws {
    let reading = try read(
      #"{"id":"1","title":"a","body":12,"source":[1],"date":"soon","author":{"x":1},"lang":true}"#)
    #expect(reading.articles.count == 1)
    #expect(reading.articles.first?.date == nil)
    #expect(
      reading.kinds.sorted { $0.rawValue < $1.rawValue }
        == [.unreadableDate, .wrongType, .wrongType, .wrongType, .wrongType])
    #expect(reading.problems.allSatisfy { $0.severity == .warning && $0.line == 1 })
    #expect(reading.report.withoutDate == 1)
  }

  /// Test collections number documents without any text; counts must come out nevertheless.
  @Test func recordsThatSayTheyAreEmptyAreKept() throws {
    let reading = try read(
      #"{"id":"471","title":"","body":" "}"# + "\n" + #"{"id":"2","body":"\q"}"#)
    #expect(reading.keys == ["471", "2"])
    #expect(reading.kinds == [.noText, .wrongType, .noText])
    #expect(reading.problems.allSatisfy { $0.severity == .warning })
    #expect(reading.report.withoutTitle == 2)
  }

  @Test func manyProblemsAreCountedAndNotAllHandedOut() throws {
    var options = ArticleReaderOptions()
    options.maximumProblemsPerKind = 3
    let reading = try read(String(repeating: "{\n", count: 50) + #"{"title":"t"}"#, options)
    #expect(reading.articles.count == 1)
    #expect(reading.problems.count == 3)
    #expect(reading.inputs.first?.suppressedProblems == 47)
    #expect(reading.report.problems[.invalidJSON] == 50)
    #expect(reading.report.records.refused == 50)
  }

  @Test func lineEndsAndBlankLines() throws {
    let line = #"{"title":"t"}"#
    let reading = try read("\r\n\(line)\r\n \t\n\(line)\n\n\(line)")
    #expect(reading.articles.count == 3)
    #expect(reading.articles.map(\.provenance.offset) == [2, 20, 35])
    #expect(reading.problems.isEmpty)
    let hash = Array(line.utf8).withUnsafeBytes { FowlerNollVo.hash($0) }
    #expect(reading.articles.allSatisfy { $0.provenance.contentHash == hash })
  }

  @Test func tooLongRecordsAreRefusedAndTheRestGoesOn() throws {
    var options = ArticleReaderOptions()
    options.maximumRecordLength = 1000
    func line(_ length: Int) -> String {
      let frame = #"{"title":""}"#
      return #"{"title":"\#(String(repeating: "x", count: length - frame.utf8.count))"}"#
    }
    let lengths = [999, 1000, 1001, 50, 3_000_000, 51]
    let reading = try read(lengths.map(line).joined(separator: "\n"), options)
    #expect(reading.articles.map { $0.title.utf8.count + 12 } == [999, 1000, 50, 51])
    #expect(reading.kinds == [.recordTooLong, .recordTooLong])
    #expect(reading.problems.map(\.line) == [3, 5])
    #expect(reading.problems.map(\.offset) == [2001, 3054])
    #expect(reading.inputs.first?.outcome == .read)
  }

  @Test func documentsOverSeveralLinesGetOneProblem() throws {
    for text in ["[\n{\"title\":\"a\"},\n{\"title\":\"b\"}\n]\n", "{\n  \"title\": \"a\"\n}\n"] {
      let reading = try read(text)
      #expect(reading.articles.isEmpty)
      #expect(reading.kinds == [.notJSONLines])
      #expect(reading.problems.first?.remedy.contains("jq") == true)
      #expect(reading.inputs.first?.outcome == .failed)
    }
  }

  /// The input's hash changes with any record, and with nothing else.
  @Test func contentHashOfTheInput() throws {
    func hash(_ text: String) throws -> UInt64? { try read(text).inputs.first?.contentHash }
    let base = try hash("{\"title\":\"a\"}\n{\"title\":\"b\"}\n")
    #expect(try hash("{\"title\":\"a\"}\n\n{\"title\":\"b\"}") == base)
    #expect(try hash("{\"title\":\"b\"}\n{\"title\":\"a\"}\n") != base)
    #expect(try hash("{\"title\":\"a\"}\n{\"title\":\"c\"}\n") != base)
    #expect(try hash("{\"title\":\"a\"}\n") != base)
  }
}
