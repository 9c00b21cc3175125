import Lede
import TestSupport

/// The archive behind the golden index of format version 1, and how the index was written.
///
/// Small, but with every shape that the format knows: posting lists of one document, short ones, long
/// ones with a second level, dense blocks, many positions in one document, an escaped length, classes
/// and folds, unigrams and bigrams, several segments, dead documents, a ledger.
enum GoldenIndex {
  static let folder = Repository.root + "/Tests/FormatCompatibilityTests/Fixtures/v1"
  static let expected = Repository.root + "/Tests/FormatCompatibilityTests/Fixtures/v1.expected"

  /// Writes the index into an empty directory.
  static func write(to directory: String) throws {
    let writer = try IndexWriter(directory: directory, options: IndexWriterOptions())
    let root = writer.record(root: "golden", at: "/golden", kind: .directory)
    let input = writer.beginInput("first.jsonl", in: root)
    for article in firstArticles { try writer.add(article, from: input) }
    writer.record(
      LedgerInput(
        size: 1000, modificationTime: 1_593_561_600_000_000_000, isSettled: true, isComplete: true,
        contentHash: 42, rules: 1, articleCount: firstArticles.count, refusedCount: 0),
      of: "first.jsonl", in: root)
    try writer.commit()
    for article in secondArticles { try writer.add(article) }
    try writer.delete(key: "n17")
    try writer.delete(key: "n4000")
    try writer.commit()
  }

  /// What is live in it, by key.
  static var liveArticles: [String: Article] {
    var live: [String: Article] = [:]
    for article in firstArticles + secondArticles { live[article.key] = article }
    live["n17"] = nil
    live["n4000"] = nil
    return live
  }

  static let queries = [
    "common", "notes", "running", "run runs", "+common +seventh", "common -odd", "\"common note\"",
    "title:number", "cafe", "\"café\"", "北京", "北京大学", "东京", "alumina industry cluster",
    "+running +notes -seventh", "repeated", "\"repeated repeated\"", "\"of one word\"", "elan",
    "absent", "word12345",
  ]

  /// 4,300 short articles: enough for blocks in groups.
  private static let firstArticles: [Article] = (0..<4300).map { number in
    var words = ["common"]
    if number % 2 == 1 { words.append("odd") }
    if number % 7 == 0 { words.append("seventh") }
    if number % 10 == 3 { words.append(["run", "runs", "running", "runner"][number / 10 % 4]) }
    if number % 97 == 0 { words += ["note", "notes", "common", "note"] }
    if number % 500 == 1 { words.append("w\(number)") }
    return Article(
      key: "n\(number)", title: number % 50 == 0 ? "Number \(number)" : "",
      body: words.joined(separator: " "),
      date: number % 3 == 0
        ? ArticleDate(secondsSince1970: Int64(number) * 86_400, precision: .day) : nil,
      source: number % 4 == 0 ? "Source \(number % 12)" : nil)
  }

  private static let secondArticles: [Article] = [
    Article(
      key: "industry", title: "Alumina industry cluster",
      body: "An industrial cluster of the alumina industry.\nClusters of industries.",
      date: ArticleDate(secondsSince1970: 1_593_583_680, offsetMinutes: 480, precision: .minute),
      source: "Daily", url: "https://example.org/1", author: "A. Writer", category: "Industry",
      language: "en", provenance: Provenance(path: "golden/a.txt", offset: 7, contentHash: 99)),
    Article(key: "accents", title: "Café cafe", body: "élan elan e\u{301}lan cafés Cafés CAFÉ"),
    Article(key: "han", title: "北京", body: "我在北京大学读书。东京大学也很好。", language: "zh"),
    Article(key: "kana", title: "東京タワー", body: "ガスとカスは違う"),
    Article(key: "empty"),
    Article(key: "repeated", body: repeatElement("repeated", count: 300).joined(separator: " ")),
    Article(
      key: "long", title: "A document of one word",
      body: (0..<66_000).map { $0 == 12_345 ? "word12345" : "long" }.joined(separator: " ")),
    // Takes the place of one in the first segment.
    Article(key: "n4", title: "Replaced", body: "common notes of a replaced article"),
  ]
}
