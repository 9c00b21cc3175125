import LedeCodecs
import LedeModel
import LedeStorage

/// What a segment keeps of its documents beside their terms, as plain arrays.
struct SegmentValues {
  static let path = "index/" + IndexFileName.segment(id: 3).string
  var articles: [Article] = []
  var text: [UInt32] = []
  var title: [UInt32] = []
  var sequences: [UInt64] = []
  /// Written in their place, whatever the keys say of them.
  var forgedSequences: [UInt64]?

  init() {}

  /// Documents with nothing but keys.
  init(keys: [String]) {
    articles = keys.map { Article(key: $0) }
    text = keys.map { _ in 0 }
    title = text
    sequences = keys.indices.map { UInt64($0) }
  }

  /// Writes a segment without terms and opens it.
  func write(to fileSystem: MemoryFileSystem = MemoryFileSystem()) throws -> SegmentReader {
    let path = Self.path
    let envelope = try EnvelopeWriter(fileSystem: fileSystem, path: path, kind: .segment, id: 3)
    let stored = StoredArticlesWriter(storesText: false)
    var (columns, keys) = (ColumnsWriter(), KeysWriter())
    var (sequences, lengths) = (SequencesWriter(), LengthsWriter())
    try envelope.begin(.stored)
    for (index, article) in articles.enumerated() {
      try stored.add(article, to: envelope)
      columns.add(article)
      try keys.add(article.key)
      lengths.add(text: text[index], title: title[index])
      sequences.add(self.sequences[index])
    }
    try stored.finish(to: envelope)
    try envelope.end()
    var postings = PostingsWriter()
    var dictionary = TermDictionaryWriter(docCount: articles.count)
    try writeTermSections(&postings, &dictionary, to: envelope)
    try lengths.write(to: envelope)
    try columns.write(to: envelope)
    try keys.write(to: envelope, sequences: sequences)
    if let forgedSequences {
      sequences = SequencesWriter()
      for number in forgedSequences { sequences.add(number) }
    }
    try sequences.write(to: envelope)
    let count = UInt32(articles.count)
    try SegmentMeta(docCount: count, storesText: false, sumLengths: lengths.sums)
      .write(to: envelope)
    try envelope.finish()
    return try Self.open(fileSystem, docCount: count)
  }

  static func open(_ fileSystem: MemoryFileSystem, docCount: UInt32) throws -> SegmentReader {
    try SegmentReader.open(
      fileSystem: fileSystem, directory: "index",
      entry: ManifestSegment(id: 3, docCount: docCount, liveCount: docCount))
  }
}
