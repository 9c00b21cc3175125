import LedeModel

/// Takes a scraped page that was saved as plain text apart:
///
///     Home / Metal News / Title of the article      breadcrumb
///     Title of the article                          title
///     Jul 1,2020 14:08CST                           date and other metadata, in any order
///     Source:Some Daily
///     The content below was translated …            boilerplate head
///
///     First paragraph …                             body
///
///     Scan the QR code …                            boilerplate tail
///     Related news
///
/// Each part may be missing. What is not surely one of the others is body: the parser looks at
/// the first and last few dozen lines only, so its work beside copying the body does not grow
/// with the text.
struct TextArticleParser {
  /// Lines at the head that may be metadata.
  private static let maximumHeadLines = 16
  /// A line longer than this is a paragraph, whatever it begins with.
  static let maximumHeadLineLength = 400

  let lines: TextLines
  var article = Article(key: "")
  /// What the date line said; read when the source and the URL are known, since these help.
  private var dateText: String?
  /// What the lines looked at so far state, by their start: the same few are asked about often.
  private var known: [Int: [TextMetadata.Fact]?] = [:]

  /// Parses well-formed UTF-8. The article comes without key and provenance.
  static func parse(
    _ bytes: UnsafeRawBufferPointer, centralTime: ArticleReaderOptions.CentralTime
  ) -> Article {
    var parser = TextArticleParser(lines: TextLines(bytes: bytes))
    let bodyStart = parser.readHead()
    let bodyEnd = parser.readTail(from: bodyStart)
    parser.article.body = parser.body(bodyStart..<bodyEnd)
    if let text = parser.dateText {
      let context = ZoneContext(article: parser.article, centralTime: centralTime)
      parser.article.date = DateParser.date(text, in: context)
    }
    return parser.article
  }

  init(lines: TextLines) { self.lines = lines }

  private mutating func facts(in line: TextLines.Line) -> [TextMetadata.Fact]? {
    if let known = known[line.start] { return known }
    let facts = TextMetadata.facts(in: lines.text(line.range))
    known[line.start] = .some(facts)
    return facts
  }

  // MARK: Head

  /// Reads up to the first line of the body and returns where that begins.
  private mutating func readHead() -> Int {
    guard var line = lines.nonblankLine(from: 0) else { return 0 }
    if let breadcrumb = breadcrumb(line) {
      article.category = breadcrumb.category
      guard let next = lines.nonblankLine(from: line.next) else { return line.next }
      line = next
    }
    if isTitle(line) {
      article.title = lines.text(line.range)
      guard let next = lines.nonblankLine(from: line.next) else { return line.next }
      line = next
    }
    for _ in 0..<Self.maximumHeadLines {
      guard takeHeadLine(line) else { return line.start }
      guard let next = lines.nonblankLine(from: line.next) else { return line.next }
      line = next
    }
    return line.start
  }

  private mutating func takeHeadLine(_ line: TextLines.Line) -> Bool {
    guard isShort(line) else { return false }
    let text = lines.text(line.range)
    if !article.title.isEmpty, text == article.title { return true }
    if let facts = facts(in: line) {
      take(facts)
      return true
    }
    return TextBoilerplate.isHead(text)
  }

  private mutating func take(_ facts: [TextMetadata.Fact]) {
    for fact in facts {
      switch fact {
      case .date(let text):
        // The day of publication counts, wherever it stands beside that of a change.
        if dateText.map(DateParser.isChange) ?? true { dateText = text }
      case .source(let text): article.source = article.source ?? text
      case .author(let text): article.author = article.author ?? text
      case .url(let text): article.url = article.url ?? text
      case .category(let text): article.category = article.category ?? text
      case .language(let text): article.language = article.language ?? text
      case .title(let text): if article.title.isEmpty { article.title = text }
      }
    }
  }

  /// A title is the first line, unless that is metadata or reads like a paragraph.
  private mutating func isTitle(_ line: TextLines.Line) -> Bool {
    guard isShort(line) else { return false }
    let text = lines.text(line.range)
    if facts(in: line) != nil { return false }
    if isTitleAboveMetadata(line) { return true }
    let endsSentence = [".", "。", "!", "！", "”", "\""].contains { text.hasSuffix($0) }
    return line.range.count <= (endsSentence ? 120 : 300)
  }

  // MARK: Breadcrumb

  /// The line as a path of pages: `Home / Metal News / Aluminium / Title`.
  ///
  /// It must begin at a home page or end in the title, or be followed by a title and metadata, so
  /// that ordinary lines with a slash stay what they are.
  private mutating func breadcrumb(_ line: TextLines.Line) -> (category: String?, Void)? {
    guard isShort(line) else { return nil }
    let text = lines.text(line.range)
    guard text.utf8.contains(where: TextMetadata.mayBeSeparator) else { return nil }
    let next = lines.nonblankLine(from: line.next)
    var isAboveHead = false
    if let next { isAboveHead = isTitleAboveMetadata(next) }
    guard
      let parts = TextMetadata.breadcrumb(text, title: headText(next), isAboveHead: isAboveHead)
    else { return nil }
    return (parts.isEmpty ? nil : parts.joined(separator: " / "), ())
  }

  private mutating func isTitleAboveMetadata(_ line: TextLines.Line) -> Bool {
    guard isShort(line), facts(in: line) == nil,
      let below = lines.nonblankLine(from: line.next), isShort(below)
    else { return false }
    return facts(in: below) != nil
  }

  private func isShort(_ line: TextLines.Line) -> Bool {
    line.range.count <= Self.maximumHeadLineLength
  }

  /// The text of a line that is short enough for the head.
  private func headText(_ line: TextLines.Line?) -> String? {
    guard let line, isShort(line) else { return nil }
    return lines.text(line.range)
  }

  // MARK: Tail

  /// Returns the end of the body: behind it come only boilerplate and metadata.
  private mutating func readTail(from floor: Int) -> Int {
    var end = lines.bytes.count
    var position = end
    var shortLines = 0
    for _ in 0..<TextBoilerplate.maximumTailLines {
      guard let line = lines.nonblankLine(before: position, floor: floor) else { break }
      position = line.start
      guard isShort(line) else { break }
      let text = lines.text(line.range)
      if TextBoilerplate.isTailHeading(text) {
        // What follows a heading such as `Related news` are the titles of other articles.
        end = line.start
        shortLines = 0
      } else if shortLines == 0, takeTailLine(text) {
        end = line.start
      } else {
        guard line.range.count <= TextBoilerplate.maximumLinkLength else { break }
        shortLines += 1
      }
    }
    return end
  }

  private mutating func takeTailLine(_ text: String) -> Bool {
    if TextBoilerplate.isTail(text) { return true }
    guard let facts = TextMetadata.labelledFacts(in: text) else { return false }
    take(facts)
    return true
  }

  // MARK: Body

  /// The text between, without blank lines around it and with LF at line ends.
  private func body(_ range: Range<Int>) -> String {
    let trimmed = lines.trim(range.lowerBound..<max(range.lowerBound, range.upperBound))
    let bytes = UnsafeRawBufferPointer(rebasing: lines.bytes[trimmed])
    guard bytes.contains(0x0D) else { return String(decoding: bytes, as: UTF8.self) }
    return String(unsafeUninitializedCapacity: bytes.count) { out in
      var count = 0
      for (index, byte) in bytes.enumerated() {
        if byte == 0x0A, index > 0, bytes[index - 1] == 0x0D { continue }
        out[count] = byte == 0x0D ? 0x0A : byte
        count += 1
      }
      return count
    }
  }
}
