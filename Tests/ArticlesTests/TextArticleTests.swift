import LedeArticles
import LedeModel
import TestSupport
import Testing

@Suite struct TextArticleTests {
  private func read(_ text: String, name: String = "a.txt") throws -> Article {
    try withFolder { folder in
      try folder.write(text, to: name)
      let reading = Reading(folder.path)
      #expect(reading.isConsistent)
      #expect(reading.problems.isEmpty, "\(reading.problems)")
      return try #require(reading.articles.first)
    }
  }

  /// The given article, to the letter.
  @Test func theArchetype() throws {
    let path = Repository.root + "/seeds/000_009b895a386fe0de.txt"
    let reading = Reading(path)
    let article = try #require(reading.articles.first)
    #expect(article.title == "Zouping fine alumina industry cluster signing ceremony held")
    #expect(article.date?.iso8601 == "2020-07-01T14:08:00+08:00")
    #expect(article.date?.precision == .minute)
    #expect(article.source == "China Nonferrous Metals Daily")
    #expect(article.category == "Metal News / Aluminium")
    #expect(article.body.hasPrefix("SMM: June 29th, Zouping fine alumina industry cluster"))
    #expect(article.body.hasSuffix("high-end aluminum industry base in the world."))
    #expect(!article.body.contains("Tencent") && !article.body.contains("QR code"))
    #expect(article.body.split(separator: "\n\n").count == 3)
    #expect(article.key.hasSuffix("seeds/000_009b895a386fe0de.txt"))
  }

  /// Blank lines behind a head without a body once sent the search for the tail round for ever.
  @Test(.timeLimit(.minutes(1)), arguments: ["\n\n", "\n \n", "\r\n\r\n\r\n", "\n\u{3000}\n\n"])
  func aTitleAlone(end: String) throws {
    let article = try read("Title" + end)
    #expect(article.title == "Title")
    #expect(article.body.isEmpty)
  }

  @Test func everyPartIsOptional() throws {
    let whole = [
      "Home / News / Steel / A title of its own", "A title of its own", "Jul 1, 2020 14:08",
      "Source: Some Daily", "By Jane Doe", "https://news.example/a/1",
    ]
    let body = "The first paragraph, long enough to be one.\n\nThe second one."
    for mask in 0..<(1 << whole.count) {
      let head = whole.indices.filter { mask & 1 << $0 != 0 }.map { whole[$0] }
      // A breadcrumb that does not begin at home is one only above its title.
      let article = try read((head + ["", body]).joined(separator: "\n"))
      let comment: Comment = "\(head)"
      if mask & 2 != 0 {
        #expect(article.title == "A title of its own", comment)
        #expect(article.body == body, comment)
      } else {
        #expect(article.title == "" || article.body != body, comment)
        #expect((article.title + article.body).contains("second one."), comment)
      }
      #expect((article.date?.dayString == "2020-07-01") == (mask & 4 != 0), comment)
      #expect((article.source == "Some Daily") == (mask & 8 != 0), comment)
      #expect((article.author == "Jane Doe") == (mask & 16 != 0), comment)
      #expect((article.url == "https://news.example/a/1") == (mask & 32 != 0), comment)
    }
  }

  @Test(arguments: [
    ("Home / Sport / The title here", "Sport"),
    (
      "Home > World > Europe > The title here",
      "World / Europe"
    ),
    ("Startseite » Wirtschaft » The title here", "Wirtschaft"),
    ("Home\u{A0} / \u{A0}Metal News\u{A0} / \u{A0}The title here", "Metal News"),
    ("Sport › Football › The title here", "Sport / Football"), ("Accueil > Politique", "Politique"),
    ("首页>新闻>The title here", "新闻"), ("Home / The title here", nil),
    ("Home / Science / The title …", "Science"), ("You are here: Home | Science", "Science"),
    ("Markets | Currencies", "Markets / Currencies"), ("Sport / Chess", "Sport / Chess"),
  ])
  func breadcrumbs(line: String, category: String?) throws {
    let article = try read("\(line)\nThe title here\n2020-07-01\n\nBody text.")
    #expect(article.title == "The title here")
    #expect(article.category == category, "\(line)")
    #expect(article.body == "Body text.")
  }

  @Test(arguments: [
    "And/or questions", "Input / output", "A > B is proven", "He said: home / work",
  ])
  func ordinaryLinesAreNoBreadcrumbs(line: String) throws {
    let article = try read("\(line)\n\nBody text of some length.")
    #expect(article.title == line)
    #expect(article.category == nil)
  }

  @Test(arguments: [
    ("Quelle: Muster-Zeitung", "Muster-Zeitung"), ("Fuente: El Ejemplo", "El Ejemplo"),
    ("Source : Le Quotidien", "Le Quotidien"), ("来源：中国有色金属报", "中国有色金属报"),
    ("2020年7月1日 14:08 来源：新华社 作者：李明", "新华社"), ("Reuters | Jul 1, 2020", "Reuters"),
    ("Jul 1, 2020 · Example Times · By Jane Doe", "Example Times"),
    ("By Jane Doe | Source: The Post | 2020-07-01", "The Post"),
  ])
  func sources(line: String, source: String) throws {
    let article = try read("The title\n\(line)\n\nBody text.")
    #expect(article.title == "The title")
    #expect(article.source == source, "\(line)")
    #expect(article.body == "Body text.")
  }

  @Test(arguments: [
    "By the end of the year the plant will run.", "Source code was published by the ministry.",
    "On 1 July 2020 the plant opened its gates.", "Home is where the furnace is.",
    "Related news agencies reported the same.", "Editing genes is now routine, she said.",
  ])
  func firstParagraphsStayInTheBody(line: String) throws {
    let article = try read("The title\nJul 1, 2020\n\(line)\n\nMore text.")
    #expect(article.body == "\(line)\n\nMore text.")
    #expect(article.author == nil)
    #expect(article.source == nil)
  }

  @Test func publicationCountsAndNotTheChange() throws {
    let published = try read("T\nUpdated 9 Aug 2021\nPublished 7 Aug 2021\n\nBody.")
    #expect(published.date?.dayString == "2021-08-07")
    let changed = try read("T\nUpdated 9 Aug 2021\n\nBody.")
    #expect(changed.date?.dayString == "2021-08-09")
  }

  /// The samples differ on purpose; each is read, and only the given article is about alumina.
  @Test func seeds() throws {
    let reading = Reading(Repository.root + "/seeds")
    #expect(reading.articles.count == 44)
    #expect(reading.report.skipped == [.notAnArticleFormat: 1])
    #expect(reading.report.errors == 0)
    #expect(reading.report.encodings == [.utf8: 42, .windows1252: 1, .utf16LittleEndian: 1])
    #expect(reading.report.withoutTitle == 2)
    #expect(reading.report.withoutDate == 3)
    #expect(reading.isConsistent)
    let about = reading.articles.filter { ($0.title + $0.body).lowercased().contains("alumina") }
    #expect(about.map(\.key) == ["000_009b895a386fe0de.txt"])
    for article in reading.articles {
      let boilerplate = ["QR code", "Related", "责任编辑", "À lire", "Mehr zum", "Te puede", "rights"]
      #expect(!boilerplate.contains { article.body.contains($0) }, "\(article.key)")
    }
  }

  @Test func headBoilerplate() throws {
    let article = try read(
      """
      The title
      Share this article
      Jul 1, 2020
      The content below was translated by a machine for reference.
      3 min read

      Body text.
      """)
    #expect(article.body == "3 min read\n\nBody text." || article.body == "Body text.")
    #expect(article.date?.dayString == "2020-07-01")
  }

  @Test(arguments: [
    "Related news", "Related news\nAnother title\nYet another title",
    "All rights reserved.\n\nRelated Articles:\n\nOther title",
    "© 2020 Example Media", "Copyright 2020. All rights reserved.",
    "Scan the QR code and join the group.\n\n\nFor queries, please contact a@b.example\n\nRelated news",
    "Lesen Sie auch: Noch ein Artikel", "Mehr zum Thema\nNoch ein Artikel",
    "À lire aussi\nUn autre article", "Te puede interesar\nOtro artículo", "责任编辑：王五",
    "（责任编辑：王五）", "相关阅读\n另一篇文章\n第三篇文章", "Tags: steel, ships",
    "(Reporting by J. Doe; Editing by R. Roe)",
  ])
  func tails(tail: String) throws {
    let body = "The first paragraph.\n\nThe last paragraph of the article."
    let article = try read("The title\nJul 1, 2020\n\n\(body)\n\n\(tail)\n")
    #expect(article.body == body, "\(tail)")
  }

  @Test func tailsThatTellTheSource() throws {
    let article = try read("The title\n\nBody text.\n\n(Quelle: Beispielagentur)\n")
    #expect(article.body == "Body text.")
    #expect(article.source == "Beispielagentur")
  }

  @Test(arguments: [
    "Copyright law is changing, as the following long paragraph explains in some detail. "
      + String(repeating: "It goes on and on. ", count: 20),
    "The tags were red.", "He asked them to share.",
  ])
  func lastParagraphsStay(last: String) throws {
    let article = try read("The title\n\nFirst.\n\n\(last)")
    #expect(article.body.hasSuffix(last.trimmingCharacters))
  }

  @Test func lineEndsBecomeLineFeeds() throws {
    let text = "The title\nJul 1, 2020\n\nOne.\nTwo.\n\nThree."
    for end in ["\r\n", "\r"] {
      let article = try read(text.pieces("\n").joined(separator: end))
      #expect(article.title == "The title")
      #expect(article.date?.dayString == "2020-07-01")
      #expect(article.body == "One.\nTwo.\n\nThree.")
    }
  }

  @Test func oneLine() throws {
    #expect(try read("Only a title").title == "Only a title")
    let paragraph = String(repeating: "A paragraph without a title. ", count: 10)
    let article = try read(paragraph)
    #expect(article.title == "")
    #expect(article.body == paragraph.trimmingCharacters)
  }

  @Test func tooLongTextsAreRefused() throws {
    var options = ArticleReaderOptions()
    options.maximumRecordLength = 1 << 20
    try withFolder { folder in
      let limit = options.maximumRecordLength
      try folder.write(repeatElement(UInt8(ascii: "x"), count: limit), to: "a.txt")
      try folder.write(repeatElement(UInt8(ascii: "x"), count: limit + 1), to: "b.txt")
      try folder.write("T\n\nBody.", to: "c.txt")
      let reading = Reading(folder.path, options)
      #expect(reading.keys == ["a.txt", "c.txt"])
      #expect(reading.kinds == [.recordTooLong])
      #expect(reading.report.records.refused == 1)
      #expect(reading.report.inputs.failed == 1)
      #expect(reading.isConsistent)
    }
  }

  @Test func manyShortLinesAreABody() throws {
    let lines = (1...50_000).map { "line \($0)" }
    let article = try read("The title\n\n" + lines.joined(separator: "\n"))
    #expect(article.body == lines.joined(separator: "\n"))
  }

  /// Whatever is shuffled together, every word of the body's paragraphs survives.
  @Test(arguments: testSeeds(31, 32)) func paragraphsAreNeverLost(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let parts = [
      "Home / News / Some title", "Some title", "Jul 1, 2020", "Source: X", "Related news", "",
      "Tags: a", "© 2020 Y", "By Jane Doe", "来源：某报", "责任编辑：某人", "https://a.example/b",
      " ", "\u{3000}", "|", ":", "Source:", "By", "/", "Home / ",
    ]
    try withFolder { folder in
      for round in 0..<200 {
        var lines = (0..<random.below(14)).map { _ in parts[random.below(parts.count)] }
        let paragraph = "Paragraph \(round): " + String(repeating: "words and words. ", count: 30)
        lines.insert(paragraph, at: random.below(lines.count + 1))
        let text = lines.joined(separator: ["\n", "\r\n", "\r", "\n\n"][random.below(4)])
        let reading = Reading(try folder.write(text, to: "a.txt"))
        #expect(reading.isConsistent, "seed \(seed), round \(round)")
        #expect(
          reading.bodies.first?.contains(paragraph.trimmingCharacters) == true,
          "seed \(seed), round \(round): \(text)")
      }
    }
  }
}

extension String {
  fileprivate var trimmingCharacters: String {
    var text = self[...]
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }

  fileprivate func pieces(_ separator: Character) -> [String] {
    split(separator: separator, omittingEmptySubsequences: false).map(String.init)
  }
}
