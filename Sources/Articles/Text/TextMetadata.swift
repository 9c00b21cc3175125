/// Recognises the lines of a scraped article that tell about it instead of being it.
enum TextMetadata {
  enum Fact: Equatable {
    case date(String)
    case source(String)
    case author(String)
    case url(String)
    case category(String)
    case language(String)
    case title(String)
  }

  /// What the line states, if it states nothing else: one fact, or several between separators.
  static func facts(in line: String) -> [Fact]? {
    if let fact = fact(in: line) { return [fact] }
    // Of several facts one is a date or has a label; most lines have neither, and end here.
    guard line.utf8.contains(where: { isDigit($0) || $0 == 0x3A || $0 == 0xEF }) else { return nil }
    let parts = pieces(of: line)
    guard parts.count > 1, parts.count <= 6 else { return nil }
    let facts = parts.map { fact(in: $0) }
    let unknown = zip(parts, facts).filter { $0.1 == nil }.map(\.0)
    guard let first = unknown.first else { return facts.compactMap { $0 } }
    // Beside a date, one short piece without a label is the source: `Reuters | Jul 1, 2020`.
    let hasDate = facts.contains { if case .date = $0 { true } else { false } }
    let hasSource = facts.contains { if case .source = $0 { true } else { false } }
    guard unknown.count == 1, hasDate, !hasSource, isName(first) else { return nil }
    return facts.map { $0 ?? .source(first) }
  }

  /// What the line states with a label (`Source: …`), which is how a tail states it.
  static func labelledFacts(in line: String) -> [Fact]? {
    let bare = line.trimmingPair("(", ")").trimmingPair("（", "）")
    guard let fact = labelled(bare) else { return nil }
    switch fact {
    case .source, .author, .url: return [fact]
    default: return nil
    }
  }

  private static func fact(in text: String) -> Fact? {
    if let fact = labelled(text) { return fact }
    if isURL(text) { return .url(text) }
    if isDate(text) { return .date(text) }
    return byline(text)
  }

  /// A zone does not change whether the text is a date, so any context will do.
  private static func isDate(_ text: String) -> Bool {
    // Full-width digits begin with 0xEF.
    guard text.utf8.contains(where: { isDigit($0) || $0 == 0xEF }) else { return false }
    return DateParser.date(text, in: ZoneContext()) != nil
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

  // MARK: Labels

  private enum Label { case source, author, url, date, category, language, title }

  private static let labels: [String: Label] = {
    let rows: [(Label, String)] = [
      (.source, "source quelle fuente fonte bron 来源 來源 出处 稿源 文章来源 信息来源 出典"),
      (.author, "author by autor autorin auteur autore reporter 作者 记者 記者"),
      (.url, "url link permalink 链接 原文链接 網址"),
      (.date, "date datum fecha published 日期 时间 发布时间 發布時間"),
      (.category, "category kategorie rubrik ressort catégorie rubrique categoría sección section"),
      (.category, "分类 栏目 频道"), (.language, "language sprache langue idioma 语言"),
      (.title, "title titel titre título titolo headline 标题 標題"),
    ]
    var table: [String: Label] = [:]
    for (label, words) in rows {
      for word in words.split(separator: " ") { table[String(word)] = label }
    }
    return table
  }()

  private static func labelled(_ text: String) -> Fact? {
    guard let colon = firstColon(text) else { return nil }
    let name = text[..<colon.lowerBound].trimmingSpaces().lowercased()
    guard let label = labels[name] else { return nil }
    let rest = text[colon.upperBound...].trimmingSpaces()
    guard !rest.isEmpty, rest.utf8.count <= 300 else { return nil }
    switch label {
    case .source: return isURL(rest) ? .url(rest) : isName(rest, 200) ? .source(rest) : nil
    case .author: return isName(rest, 200) ? .author(rest) : nil
    case .url: return isURL(rest) ? .url(rest) : nil
    case .date: return isDate(rest) ? .date(rest) : nil
    case .category: return .category(rest)
    case .language: return .language(rest)
    case .title: return .title(rest)
    }
  }

  /// The first `:` or `：`, if it comes as early as that of a label.
  private static func firstColon(_ text: String) -> Range<String.Index>? {
    let bytes = text.utf8
    var at = bytes.startIndex
    for _ in 0..<28 {
      guard at < bytes.endIndex else { return nil }
      if bytes[at] == 0x3A { return at..<bytes.index(after: at) }
      if bytes[at...].starts(with: [0xEF, 0xBC, 0x9A]) { return at..<bytes.index(at, offsetBy: 3) }
      at = bytes.index(after: at)
    }
    return nil
  }

  private static let bylineWords: Set<String> = ["By", "BY", "Von", "Par", "Por", "Di", "Door"]

  /// `By Jane Doe`, `Von Anna Muster`, `Par Jean Dupont`: a few capitalised words.
  private static func byline(_ text: String) -> Fact? {
    guard text.utf8.count <= 80 else { return nil }
    let words = text.split(separator: " ")
    guard (2...7).contains(words.count), bylineWords.contains(String(words[0])) else { return nil }
    let joiners: Set<Substring> = [
      "and", "und", "et", "y", "e", "de", "von", "van", "der", "la", "&",
    ]
    let isNames = words.dropFirst().allSatisfy { word in
      joiners.contains(word)
        || (word.first?.isUppercase ?? false) && !word.contains(where: \.isNumber)
    }
    guard isNames, words[1].first?.isUppercase ?? false, !text.hasSuffix(".") else { return nil }
    return .author(words.dropFirst().joined(separator: " "))
  }

  static func isURL(_ text: String) -> Bool {
    (text.hasPrefix("http://") || text.hasPrefix("https://")) && !text.contains(" ")
      && text.utf8.count > 10
  }

  /// Names are short and no sentence.
  private static func isName(_ text: String, _ maximumLength: Int = 60) -> Bool {
    text.utf8.count <= maximumLength && !text.hasSuffix("。")
      && !(text.hasSuffix(".") && text.split(separator: " ").count > 6)
  }

  // MARK: Pieces

  /// The line cut at separators and before labels within it (`14:08 来源：…`).
  private static func pieces(of line: String) -> [String] {
    var parts: [String] = [line]
    for separator in ["|", "｜", "·", "•", " – ", " — ", " - ", " / "] {
      parts = parts.flatMap { $0.pieces(separatedBy: separator) }
    }
    return parts.flatMap(cutBeforeLabels).map { $0.trimmingSpaces() }.filter { !$0.isEmpty }
  }

  private static func cutBeforeLabels(_ text: String) -> [String] {
    var parts: [String] = []
    for word in text.split(separator: " ") {
      let name = word.prefix { $0 != ":" && $0 != "：" }
      let isLabel = name.count < word.count && labels[name.lowercased()] != nil
      if parts.isEmpty || isLabel {
        parts.append(String(word))
      } else {
        parts[parts.count - 1] += " " + word
      }
    }
    return parts
  }

  // MARK: Breadcrumb

  private static let homes: Set<String> = [
    "home", "homepage", "home page", "start", "startseite", "accueil", "inicio", "portada",
    "início",
    "首页", "首頁", "主页", "ホーム", "news", "you are here", "sie sind hier", "vous êtes ici",
  ]

  /// First bytes of the signs between the parts of a breadcrumb.
  static func mayBeSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "|")
      || byte == 0xC2 || byte == 0xE2
  }

  /// The path without home page and title; nil where the line is no breadcrumb.
  ///
  /// - Parameter isAboveHead: whether a title and metadata follow, in which case a few short parts
  ///   are enough.
  static func breadcrumb(_ line: String, title: String?, isAboveHead: Bool) -> [String]? {
    for separator in [" / ", " > ", " » ", " › ", " → ", ">", "»", "›", " | ", "/"] {
      var parts = line.pieces(separatedBy: separator).map { $0.trimmingSpaces() }
      guard parts.count > 1, parts.count <= 12, !parts.contains("") else { continue }
      let home = parts[0].lowercased()
      let startsAtHome = homes.contains(home) || homes.contains { home.hasPrefix("\($0):") }
      let endsInTitle = title.map { isTitle(parts[parts.count - 1], of: $0) } ?? false
      let isShort = isAboveHead && parts.allSatisfy { $0.utf8.count <= 40 }
      guard endsInTitle || ((startsAtHome || isShort) && separator != "/") else { continue }
      if endsInTitle { parts.removeLast() }
      if startsAtHome, !parts.isEmpty, home != "news" { parts.removeFirst() }
      return parts
    }
    return nil
  }

  /// Whether the last part is the title, or its beginning before an ellipsis.
  private static func isTitle(_ part: String, of title: String) -> Bool {
    if part.lowercased() == title.lowercased() { return true }
    for ellipsis in ["...", "…"] where part.hasSuffix(ellipsis) {
      let start = part.dropLast(ellipsis.count)
      return start.count >= 8 && title.hasPrefix(start)
    }
    return false
  }
}

extension StringProtocol {
  func trimmingSpaces() -> String {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}

extension String {
  /// The pieces between occurrences of a non-empty separator.
  func pieces(separatedBy separator: String) -> [String] {
    let text = Array(utf8)
    let mark = Array(separator.utf8)
    guard text.containsBytes(mark) else { return [self] }
    var pieces: [String] = []
    var start = 0
    var at = 0
    while at + mark.count <= text.count {
      if text[at] == mark[0], text[at..<at + mark.count].elementsEqual(mark) {
        pieces.append(String(decoding: text[start..<at], as: UTF8.self))
        at += mark.count
        start = at
      } else {
        at += 1
      }
    }
    pieces.append(String(decoding: text[start...], as: UTF8.self))
    return pieces
  }

  /// Without a pair of brackets that encloses the whole.
  func trimmingPair(_ open: Character, _ close: Character) -> String {
    guard count > 2, first == open, last == close else { return self }
    return String(dropFirst().dropLast())
  }
}

extension Array<UInt8> {
  /// Whether the bytes hold the others, which are not empty, side by side.
  func containsBytes(_ other: [UInt8]) -> Bool {
    guard count >= other.count else { return false }
    return withUnsafeBufferPointer { bytes in
      for start in 0...(bytes.count - other.count) where bytes[start] == other[0] {
        if bytes[start..<start + other.count].elementsEqual(other) { return true }
      }
      return false
    }
  }
}
