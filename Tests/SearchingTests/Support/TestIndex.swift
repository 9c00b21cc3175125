import LedeAnalysis
import LedeCodecs
import LedeModel
import LedeStorage
import TestSupport

/// An article for a test index, with what an index writer would decide itself.
struct TestDocument {
  var article: Article
  /// Any order: documents of an index may have been reordered.
  var sequence: UInt64
  var isDeleted = false
}

/// Writes an index straight through the codecs, so that tests choose segments, deletes and sequence
/// numbers, and so that searching is tested without the indexer.
struct TestIndex {
  let folder: TemporaryDirectory
  let language: Language
  var directory: String { folder.path }

  init(_ segments: [[TestDocument]], language: Language = .english) throws {
    folder = try TemporaryDirectory("lede-searching")
    self.language = language
    let analyzer = try Analyzer(language: language)
    var manifest = Manifest(
      generation: 1, analyzer: try Analyzer.identity(of: language).encoded)
    for (number, documents) in segments.enumerated() where !documents.isEmpty {
      let writer = TestSegment(documents, analyzer: analyzer)
      let id = UInt64(number + 1)
      let live = documents.count { !$0.isDeleted }
      try writer.write(directory: folder.path, id: id)
      manifest.segments.append(
        ManifestSegment(
          id: id, docCount: UInt32(documents.count), liveCount: UInt32(live),
          liveGeneration: live < documents.count ? 1 : 0))
    }
    try manifest.commit(fileSystem: PosixFileSystem(), directory: folder.path)
  }
}

/// One segment of a ``TestIndex``, inverted with dictionaries: slow and plain.
private struct TestSegment {
  typealias Postings = [UInt32: [UInt32]]

  let documents: [TestDocument]
  private var surfaces: [Field: [[UInt8]: Postings]] = [.text: [:], .title: [:]]
  private var words: [Field: Set<[UInt8]>] = [.text: [], .title: []]
  private var lengths: [Field: [UInt32]] = [.text: [], .title: []]
  private var classOf: [[UInt8]: [UInt8]] = [:]
  private var foldOf: [[UInt8]: [UInt8]] = [:]

  init(_ documents: [TestDocument], analyzer: Analyzer) {
    self.documents = documents
    for (doc, document) in documents.enumerated() {
      let article = document.article
      let title = invert(UInt32(doc), [(article.title, 0)], .title, analyzer)
      let start = Field.bodyStart(titleLength: title)
      let body = invert(
        UInt32(doc), [(article.title, 0), (article.body, start)], .text, analyzer)
      lengths[.title]?.append(title)
      lengths[.text]?.append(body)
    }
  }

  /// Returns the number of positions taken.
  private mutating func invert(
    _ doc: UInt32, _ parts: [(text: String, start: UInt32)], _ field: Field, _ analyzer: Analyzer
  ) -> UInt32 {
    var length: UInt32 = 0
    for part in parts {
      var batch = TokenBatch()
      analyzer.analyze(part.text, into: &batch)
      length += batch.positionCount
      for token in batch.tokens {
        let bytes = Array(batch.bytes[batch.termRange(of: token)])
        surfaces[field]?[bytes, default: [:]][doc, default: []].append(part.start + token.position)
        guard token.kind == .word else { continue }
        words[field]?.insert(bytes)
        if classOf[bytes] == nil {
          var form: [UInt8] = []
          bytes.withUnsafeBufferPointer { analyzer.stemClass(ofSurface: $0, into: &form) }
          classOf[bytes] = form
          bytes.withUnsafeBufferPointer { analyzer.fold($0, into: &form) }
          foldOf[bytes] = form
        }
      }
    }
    return length
  }

  func write(directory: String, id: UInt64) throws {
    let fileSystem = PosixFileSystem()
    let envelope = try EnvelopeWriter(
      fileSystem: fileSystem, path: indexPath(directory, .segment(id: id)), kind: .segment, id: id)
    let stored = StoredArticlesWriter(level: 1, storesText: true)
    var keys = KeysWriter()
    var columns = ColumnsWriter()
    var sequences = SequencesWriter()
    var lengthsWriter = LengthsWriter()
    try envelope.begin(.stored)
    for (doc, document) in documents.enumerated() {
      try stored.add(document.article, to: envelope)
      try keys.add(document.article.key)
      columns.add(document.article)
      sequences.add(document.sequence)
      lengthsWriter.add(text: lengths.at(.text)[doc], title: lengths.at(.title)[doc])
    }
    try stored.finish(to: envelope)
    try envelope.end()
    var deltas: [UInt32: UInt32] = [:]
    try writeTerms(envelope, &deltas)
    try keys.write(to: envelope)
    try columns.write(to: envelope)
    try sequences.write(to: envelope)
    try lengthsWriter.write(to: envelope)
    try SegmentMeta(
      docCount: UInt32(documents.count), storesText: true, sumLengths: lengthsWriter.sums
    ).write(to: envelope)
    try envelope.finish()
    guard documents.contains(where: \.isDeleted) else { return }
    var words = [UInt64](repeating: 0, count: (documents.count + 63) / 64)
    for (doc, document) in documents.enumerated() where !document.isDeleted {
      words[doc / 64] |= 1 << UInt64(doc % 64)
    }
    let sums = Field.allCases.map { field in
      documents.indices.reduce(UInt64(0)) {
        $0 + (documents[$1].isDeleted ? UInt64(lengths.at(field)[$1]) : 0)
      }
    }
    try LiveWriter(
      docCount: documents.count, words: words,
      docFreqDeltas: deltas.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
      sumLengthDeltas: sums
    ).write(fileSystem: fileSystem, directory: directory, segment: id, generation: 1)
  }

  private func writeTerms(_ envelope: EnvelopeWriter, _ deltas: inout [UInt32: UInt32]) throws {
    var terms = TermDictionaryWriter(docCount: documents.count)
    var postings = PostingsWriter()
    for field in Field.allCases {
      var ordinals: [[UInt8]: UInt32] = [:]
      terms.begin(.surface(field))
      for (key, list) in surfaces.at(field).sorted(by: { $0.key.lexicographicallyPrecedes($1.key) })
      {
        ordinals[key] = add(key, list, true, field, &terms, &postings, &deltas)
      }
      let classes = Dictionary(grouping: words.at(field)) { classOf.at($0) }
      terms.begin(.class(field))
      for (key, members) in classes.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
        if members.count == 1 {
          if members[0] != key {
            key.withUnsafeBufferPointer {
              terms.addAlias(key: $0, ordinal: ordinals.at(members[0]))
            }
          }
          continue
        }
        var merged: Postings = [:]
        for member in members {
          merged.merge(surfaces.at(field).at(member)) { $0 + $1 }
        }
        _ = add(key, merged, false, field, &terms, &postings, &deltas)
      }
      let folds = Dictionary(grouping: words.at(field)) { foldOf.at($0) }
      terms.begin(.fold(field))
      for (key, members) in folds.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) })
      where members != [key] {
        key.withUnsafeBufferPointer {
          terms.addFold(key: $0, ordinals: members.map { ordinals.at($0) }.sorted())
        }
      }
    }
    try envelope.begin(.terms)
    try terms.finish(into: envelope)
    try envelope.end()
    try terms.finishShortcuts(into: envelope)
    try postings.finish(into: envelope)
  }

  private func add(
    _ key: [UInt8], _ list: Postings, _ keepsPositions: Bool, _ field: Field,
    _ terms: inout TermDictionaryWriter, _ postings: inout PostingsWriter,
    _ deltas: inout [UInt32: UInt32]
  ) -> UInt32 {
    let docs = list.keys.sorted()
    let freqs = docs.map { UInt32(list.at($0).count) }
    let ordinals = docs.flatMap { doc in
      list.at(doc).sorted().map { field == .text ? token($0, doc) : $0 }
    }
    let location = docs.withUnsafeBufferPointer { docs in
      freqs.withUnsafeBufferPointer { freqs in
        ordinals.withUnsafeBufferPointer { ordinals in
          lengths.at(field).withUnsafeBufferPointer {
            postings.add(
              docs: docs, freqs: freqs, ordinals: keepsPositions ? ordinals : nil,
              lengths: FieldLengths($0))
          }
        }
      }
    }
    let ordinal = key.withUnsafeBufferPointer { terms.add(key: $0, location) }
    let dead = docs.count { documents[Int($0)].isDeleted }
    if dead > 0 { deltas[ordinal] = UInt32(dead) }
    return ordinal
  }

  /// A position in `text` as the number of its token.
  private func token(_ position: UInt32, _ doc: UInt32) -> UInt32 {
    let title = lengths.at(.title)[Int(doc)]
    return position < title ? position : position - (Field.bodyStart(titleLength: title) - title)
  }
}

extension Dictionary {
  /// The value of a key that must be there.
  fileprivate func at(_ key: Key) -> Value {
    guard let value = self[key] else { preconditionFailure("no value for \(key)") }
    return value
  }
}
