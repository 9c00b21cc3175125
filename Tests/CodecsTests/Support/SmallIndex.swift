import LedeCodecs
import LedeModel
import LedeStorage

/// Writes whole indexes from plain documents, without the analyzer: words are split at spaces.
struct SmallIndex {
  struct Document {
    var article: Article
    var sequence: UInt64
    var isLive = true
  }

  static let directory = "index"
  let fileSystem: any FileSystem
  var storesText = true
  var manifest = Manifest(analyzer: [1, 2, 3])

  init(fileSystem: any FileSystem, storesText: Bool = true) {
    self.fileSystem = fileSystem
    self.storesText = storesText
    manifest.storesText = storesText
  }

  /// Adds a segment, with a live file when a document is dead.
  mutating func add(_ documents: [Document]) throws {
    let id = manifest.nextSegmentID
    let postings = try writeSegment(id, documents)
    var entry = ManifestSegment(
      id: id, docCount: UInt32(documents.count),
      liveCount: UInt32(documents.count { $0.isLive }))
    if entry.liveCount < entry.docCount {
      entry.liveGeneration = 1
      try writeLive(id, documents, postings)
    }
    manifest.segments.append(entry)
    manifest.nextSegmentID += 1
    manifest.nextSequence = max(
      manifest.nextSequence, (documents.map(\.sequence).max() ?? 0) + 1)
  }

  mutating func commit(ledger: Ledger? = nil) throws {
    manifest.generation += 1
    if let ledger {
      manifest.ledgerGeneration = manifest.generation
      try ledger.write(
        fileSystem: fileSystem, directory: Self.directory, generation: manifest.generation)
    }
    try manifest.commit(fileSystem: fileSystem, directory: Self.directory)
  }

  func readers() throws -> [SegmentReader] {
    try manifest.segments.map {
      try SegmentReader.open(fileSystem: fileSystem, directory: Self.directory, entry: $0)
    }
  }

  // MARK: Segment

  /// Documents of each term, by ordinal.
  private typealias TermDocuments = [UInt32: [UInt32]]

  private func writeSegment(_ id: UInt64, _ documents: [Document]) throws -> TermDocuments {
    let envelope = try EnvelopeWriter(
      fileSystem: fileSystem, path: Self.directory + "/" + IndexFileName.segment(id: id).string,
      kind: .segment, id: id)
    try envelope.begin(.stored)
    let stored = StoredArticlesWriter(level: 4, blockSize: 512, storesText: storesText)
    var (columns, keys) = (ColumnsWriter(), KeysWriter())
    var (sequences, lengths) = (SequencesWriter(), LengthsWriter())
    for document in documents {
      try stored.add(document.article, to: envelope)
      columns.add(document.article)
      try keys.add(document.article.key)
      sequences.add(document.sequence)
      let length = Self.lengths(document.article)
      lengths.add(text: length.text, title: length.title)
    }
    try stored.finish(to: envelope)
    try envelope.end()
    let terms = try writeTerms(documents, envelope)
    try lengths.write(to: envelope)
    try columns.write(to: envelope)
    try keys.write(to: envelope)
    try sequences.write(to: envelope)
    try SegmentMeta(
      docCount: UInt32(documents.count), storesText: storesText, sumLengths: lengths.sums
    ).write(to: envelope)
    try envelope.finish()
    return terms
  }

  private func writeTerms(
    _ documents: [Document], _ envelope: EnvelopeWriter
  ) throws -> TermDocuments {
    var postings = PostingsWriter()
    var dictionary = TermDictionaryWriter(docCount: documents.count)
    var terms: TermDocuments = [:]
    for field in Field.allCases {
      dictionary.begin(.surface(field))
      let lengths = documents.map {
        let length = Self.lengths($0.article)
        return field == .text ? length.text : length.title
      }
      for (word, places) in occurrences(documents, field).sorted(by: { $0.key < $1.key }) {
        let docs = places.keys.sorted()
        let plain = PlainPostings(
          docs: docs, freqs: docs.map { UInt32(places[$0]?.count ?? 0) },
          ordinals: docs.map { places[$0] ?? [] })
        let location = postings.add(plain, withPositions: true, lengths: lengths)
        terms[dictionary.add(word, location)] = docs
      }
    }
    try writeTermSections(&postings, &dictionary, to: envelope)
    return terms
  }

  /// Ordinals by document, by word.
  private func occurrences(
    _ documents: [Document], _ field: Field
  ) -> [String: [UInt32: [UInt32]]] {
    var all: [String: [UInt32: [UInt32]]] = [:]
    for (doc, document) in documents.enumerated() {
      let title = Self.words(document.article.title)
      for (position, word) in title.enumerated() {
        all[word, default: [:]][UInt32(doc), default: []].append(UInt32(position))
      }
      guard field == .text else { continue }
      let start = UInt32(title.count)
      for (position, word) in Self.words(document.article.body).enumerated() {
        all[word, default: [:]][UInt32(doc), default: []].append(start + UInt32(position))
      }
    }
    return all
  }

  private static func words(_ text: String) -> [String] {
    text.split(separator: " ").map(String.init)
  }

  private static func lengths(_ article: Article) -> (text: UInt32, title: UInt32) {
    let title = UInt32(words(article.title).count)
    return (title + UInt32(words(article.body).count), title)
  }

  private func writeLive(
    _ id: UInt64, _ documents: [Document], _ terms: TermDocuments
  ) throws {
    var words = [UInt64](repeating: 0, count: (documents.count + 63) / 64)
    var sums: [UInt64] = [0, 0]
    for (doc, document) in documents.enumerated() {
      if document.isLive {
        words[doc / 64] |= 1 << UInt64(doc % 64)
      } else {
        let length = Self.lengths(document.article)
        sums[0] += UInt64(length.text)
        sums[1] += UInt64(length.title)
      }
    }
    let deltas = terms.sorted { $0.key < $1.key }.compactMap { ordinal, docs in
      let dead = docs.count { !documents[Int($0)].isLive }
      return dead == 0 ? nil : (ordinal: ordinal, docFreqDelta: UInt32(dead))
    }
    try LiveWriter(
      docCount: documents.count, words: words, docFreqDeltas: deltas, sumLengthDeltas: sums
    ).write(fileSystem: fileSystem, directory: Self.directory, segment: id, generation: 1)
  }
}

extension SmallIndex {
  /// Two segments, a dead document, a ledger: a little of everything in few bytes.
  static func sample(storesText: Bool = true) throws -> (SmallIndex, MemoryFileSystem) {
    let fileSystem = MemoryFileSystem()
    var index = SmallIndex(fileSystem: fileSystem, storesText: storesText)
    var first = sampleArticles.enumerated().map {
      Document(article: $1, sequence: UInt64($0))
    }
    first[1].isLive = false
    try index.add(first)
    try index.add([
      Document(article: Article(key: "b", title: "bauxite again", body: "ore"), sequence: 9)
    ])
    let ledger = Ledger(
      roots: [
        .init(
          path: "news", location: "/news", kind: .directory,
          inputs: [
            .init(
              key: "a.txt", number: 1, state: .complete, size: 7, mtime: -5, contentHash: 0xabcd,
              articleCount: 1)
          ])
      ], nextInput: 2)
    try index.commit(ledger: ledger)
    return (index, fileSystem)
  }

  static var sampleArticles: [Article] {
    [
      Article(
        key: "a", title: "alumina cluster", body: "the alumina industry cluster in the west",
        date: ArticleDate(
          year: 2020, month: 7, day: 1, hour: 14, minute: 8, offsetMinutes: 480,
          precision: .minute), source: "Metals Daily", url: "https://example.org/a",
        author: "A. Writer", category: "industry", language: "en",
        provenance: Provenance(path: "news/a.txt", offset: 0, contentHash: 77)),
      Article(key: "b", title: "bauxite", body: "bauxite ore and ore trains"),
      Article(key: "c", title: "", body: "ore", source: "Agency", category: "markets"),
    ]
  }
}
