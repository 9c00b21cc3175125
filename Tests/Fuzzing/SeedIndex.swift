import DiskSimulation
import LedeCodecs
import LedeIndexing
import LedeModel
import LedeStorage
import TestSupport

/// A sound index whose files are taken apart and changed.
package struct SeedIndex {
  package static let directory = "index"

  let manifest: [UInt8]
  /// The one segment, its live file and the ledger, by path.
  package let segmentPath: String
  let segment: EnvelopeImage
  let segmentBytes: [UInt8]
  package let livePath: String?
  let live: EnvelopeImage?
  let ledgerPath: String?
  package let files: [String: [UInt8]]
  /// How much of it one execution reads.
  let readLimit: Int

  /// What makes indexes differ in the code that reads them.
  package struct Shape: Sendable {
    var articles: Int
    var storesText = true
    /// Articles deleted after the first commit.
    var deleted: [Int] = []
    /// Added in two commits, then merged and reordered.
    var isMerged = false
    var readLimit = 400

    package init(
      articles: Int, storesText: Bool = true, deleted: [Int] = [], isMerged: Bool = false,
      readLimit: Int = 400
    ) {
      self.articles = articles
      self.storesText = storesText
      self.deleted = deleted
      self.isMerged = isMerged
      self.readLimit = readLimit
    }
  }

  static let shapes: [Shape] = [
    Shape(articles: 4), Shape(articles: 7, deleted: [1, 3]), Shape(articles: 5, storesText: false),
    Shape(articles: 9, isMerged: true),
    // Lists of several blocks, dense and sparse.
    Shape(articles: 420, deleted: [7, 300], readLimit: 40),
    // Lists with range bounds and heads.
    Shape(articles: 2_400, readLimit: 16),
  ]

  package init(_ shape: Shape) throws {
    let disk = SimulatedDisk()
    var options = IndexWriterOptions(storesText: shape.storesText)
    options.mergesSegments = false
    do {
      let writer = try IndexWriter(
        directory: Self.directory, options: options, fileSystem: disk)
      let root = writer.record(root: "archive", at: "/archive", kind: .directory)
      let input = writer.beginInput("a.jsonl", in: root)
      for number in 0..<shape.articles {
        if shape.isMerged, number == shape.articles / 2 { try writer.commit() }
        try writer.add(
          Self.article(number, of: shape.articles), from: number % 3 == 0 ? nil : input)
      }
      Self.record(in: writer, articleCount: shape.articles)
      try writer.commit()
      for number in shape.deleted { try writer.delete(key: "k\(number)") }
      if shape.isMerged {
        try writer.optimize(reordering: true)
      } else {
        try writer.commit()
      }
    }
    try self.init(disk.files, readLimit: shape.readLimit)
  }

  /// Writes into a writer's ledger that an input was read.
  package static func record(in writer: IndexWriter, articleCount: Int) {
    let root = writer.record(root: "archive", at: "/archive", kind: .directory)
    writer.record(
      LedgerInput(
        size: 99, modificationTime: 5, isSettled: true, isComplete: true, contentHash: 7, rules: 1,
        articleCount: articleCount, refusedCount: 0), of: "a.jsonl", in: root)
  }

  private init(_ all: [String: [UInt8]], readLimit: Int) throws {
    let lock = Self.directory + "/lock"
    let files = all.filter { $0.key != lock }
    self.files = files
    self.readLimit = readLimit
    let path = files.keys.first { $0.hasSuffix(".lede") }
    guard let path, let bytes = files[path], let manifest = files[Self.directory + "/manifest"]
    else { throw Fuzzing.WrongAnswer(description: "the seed index has no segment") }
    self.manifest = manifest
    segmentPath = path
    segmentBytes = bytes
    segment = EnvelopeImage(bytes)
    let livePath = files.keys.first { $0.hasSuffix(".live") }
    self.livePath = livePath
    live = livePath.flatMap { files[$0] }.map { EnvelopeImage($0) }
    ledgerPath = files.keys.first { $0.contains("/ledger.") }
  }

  private static func article(_ number: Int, of count: Int) -> Article {
    var random = SplitMix64(seed: UInt64(number) &+ 77)
    let words = [
      "market", "markets", "café", "cafe", "alumina", "中国氧化铝", "running", "runs", "the", "ore",
    ]
    var body = "all " + String(repeating: "again ", count: random.below(4))
    // Most documents of a large index are short, so that it stays small.
    for _ in 0..<(count > 100 ? 3 : 12) { body += words[random.below(words.count)] + " " }
    if number % 3 == 0 { body += "third w\(number)" }
    return Article(
      key: "k\(number)", title: number % 4 == 0 ? "" : "title the market \(number % 5)", body: body,
      date: number % 2 == 0 ? ArticleDate(year: 2020, month: 7, day: 1 + number % 28) : nil,
      source: number % 3 == 0 ? "Daily" : nil, url: number % 5 == 0 ? "https://example.org" : nil,
      author: number % 7 == 0 ? "A. Writer" : nil, category: number % 2 == 0 ? "metals" : nil,
      language: number % 3 == 1 ? "en" : nil,
      provenance: Provenance(path: "archive/a.jsonl", offset: UInt64(number), contentHash: 9))
  }
}
