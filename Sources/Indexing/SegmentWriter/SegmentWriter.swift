import LedeAnalysis
import LedeCodecs
import LedeModel
import LedeStorage

/// Builds one segment: takes articles in, and writes the file once they are enough.
///
/// Stored text goes to the file while articles stream in; everything per term waits in the inverter
/// for ``finish(analyzer:)``. Given up before that, the unfinished file goes away.
final class SegmentWriter {
  let id: UInt64
  private let envelope: EnvelopeWriter
  private let storesText: Bool
  private let stored: StoredArticlesWriter
  private var columns = ColumnsWriter()
  private var keys = KeysWriter()
  private var sequences = SequencesWriter()
  private var inverter: Inverter
  /// Every key, and by its number the last document that has it.
  private var keyNumbers = TermTable(minimumCapacity: 256)
  private var lastDocument: [UInt32] = []
  private var deadDocuments: [UInt32] = []
  private var keyBytes = 0
  private var scratch: [UInt8] = []

  /// - Parameters:
  ///   - path: of the file to be written.
  ///   - id: of the segment.
  init(
    fileSystem: any FileSystem, path: String, id: UInt64, options: IndexWriterOptions
  ) throws(FormatError) {
    self.id = id
    storesText = options.storesText
    envelope = try EnvelopeWriter(fileSystem: fileSystem, path: path, kind: .segment, id: id)
    stored = StoredArticlesWriter(
      level: options.compressionLevel, storesText: options.storesText)
    inverter = Inverter(memoryBudget: options.memoryBudget)
    try envelope.begin(.stored)
  }

  /// Documents so far, dead ones included.
  var docCount: Int { inverter.documents.count }
  var liveCount: Int { docCount - deadDocuments.count }

  /// Bytes of memory that finishing the segment will take at most.
  var memoryUse: Int {
    inverter.flushMemory + keyNumbers.memoryUse + 2 * keyBytes + 64 * docCount
      + columns.memoryUse + stored.memoryUse
  }

  /// Whether the numbers of units or documents come near the end of their 32 bits.
  var isFull: Bool {
    inverter.unitCount > Inverter.unitLimit || docCount >= 1 << 30 || keyBytes > 1 << 30
  }

  /// Adds an article whose key has no live document in this segment.
  func add(
    _ article: Article, sequence: UInt64, analyzer: Analyzer, batch: inout TokenBatch
  ) throws(FormatError) {
    try stored.add(article, to: envelope)
    try keys.add(article.key)
    columns.add(article)
    sequences.add(sequence)
    let doc = inverter.beginDocument()
    remember(article.key, doc)
    invert(article.title, analyzer, &batch)
    inverter.endTitle()
    invert(article.body, analyzer, &batch)
  }

  private func invert(_ text: String, _ analyzer: Analyzer, _ batch: inout TokenBatch) {
    var text = text
    text.withUTF8 { bytes in
      for piece in TextPieces(bytes) {
        if piece.continuesRun, let start = piece.bytes.baseAddress {
          // Safe: such a piece begins with one character and stands behind another.
          let size = TextPiece.characterSize
          inverter.appendBigram(UnsafeBufferPointer(start: start - size, count: 2 * size))
        }
        batch.removeAll(keepingCapacity: true)
        analyzer.analyze(piece.bytes, into: &batch)
        inverter.append(&batch)
      }
    }
  }

  private func remember(_ key: String, _ doc: UInt32) {
    let number = Int(number(of: key))
    if number == lastDocument.count {
      lastDocument.append(doc)
    } else {
      lastDocument[number] = doc
    }
    keyBytes += key.utf8.count
  }

  private func number(of key: String) -> UInt32 {
    scratch.removeAll(keepingCapacity: true)
    scratch.append(contentsOf: key.utf8)
    return keyNumbers.intern(padding: &scratch)
  }

  /// Marks the live document of a key dead; false when there is none.
  func delete(_ key: String) -> Bool {
    scratch.removeAll(keepingCapacity: true)
    scratch.append(contentsOf: key.utf8)
    guard let number = keyNumbers.find(padding: &scratch) else { return false }
    let doc = lastDocument[Int(number)]
    guard inverter.documents[Int(doc)].isLive else { return false }
    inverter.markDead(doc)
    deadDocuments.append(doc)
    return true
  }

  /// Which documents are live.
  var liveBits: LiveBits {
    var bits = LiveBits(docCount: docCount)
    for doc in deadDocuments { bits.clear(doc) }
    return bits
  }
}

// MARK: - The flush

extension SegmentWriter {
  /// Writes everything that waited and finishes the file; the writer is of no use after.
  func finish(analyzer: Analyzer) throws(FormatError) {
    try stored.finish(to: envelope)
    try envelope.end()
    let lengths = (text: inverter.lengths(.text), title: inverter.lengths(.title))
    try writeTerms(lengths, analyzer)
    var lengthsWriter = LengthsWriter()
    for (text, title) in zip(lengths.text, lengths.title) {
      lengthsWriter.add(text: text, title: title)
    }
    try lengthsWriter.write(to: envelope)
    try columns.write(to: envelope)
    try keys.write(to: envelope)
    try sequences.write(to: envelope)
    try SegmentMeta(
      docCount: UInt32(docCount), storesText: storesText, sumLengths: lengthsWriter.sums
    ).write(to: envelope)
    try envelope.finish()
  }

  private func writeTerms(
    _ lengths: (text: [UInt32], title: [UInt32]), _ analyzer: Analyzer
  ) throws(FormatError) {
    let vocabulary = Vocabulary(inverter.terms)
    let text = SortedOccurrences(inverter, .text, vocabulary)
    let title = SortedOccurrences(inverter, .title, vocabulary)
    let map = UnitMap(inverter)
    inverter.releaseStreams()
    var sections = TermSections(inverter.takeTerms(), vocabulary, map, analyzer)
    sections.add(.text, text, lengths: lengths.text)
    sections.add(.title, title, lengths: lengths.title)
    try sections.finish(into: envelope)
  }
}
