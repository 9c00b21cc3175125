import LedeAnalysis
import LedeCodecs
import LedeModel
import LedeStorage

/// Builds one segment: takes articles in, and writes the file once they are enough.
///
/// Stored text goes to the file while articles stream in; everything per term waits in the inverter
/// for ``finish(analyzers:)``. Given up before that, the unfinished file goes away.
final class SegmentWriter {
  let id: UInt64
  private let envelope: EnvelopeWriter
  private let storesText: Bool
  private let pool: WorkerPool
  private let stored: StoredArticlesWriter
  private var columns = ColumnsWriter()
  private var keys = KeysWriter()
  private var sequences = SequencesWriter()
  private var inputs = SequencesWriter()
  private let inversion: Inversion
  /// Every key, and by its number the last document that has it.
  private var keyNumbers = TermTable(minimumCapacity: 256)
  private var lastDocument: [UInt32] = []
  /// A bit per document.
  private var live: [Bool] = []
  private(set) var liveCount = 0
  private var keyBytes = 0
  private var scratch: [UInt8] = []

  /// - Parameters:
  ///   - path: of the file to be written.
  ///   - id: of the segment.
  init(
    fileSystem: any FileSystem, path: String, id: UInt64, options: IndexWriterOptions,
    pool: WorkerPool, analyzers: AnalyzerPool
  ) throws(FormatError) {
    self.id = id
    self.pool = pool
    storesText = options.storesText
    envelope = try EnvelopeWriter(fileSystem: fileSystem, path: path, kind: .segment, id: id)
    stored = StoredArticlesWriter(
      level: options.compressionLevel, storesText: options.storesText, pool: pool)
    inversion = Inversion(
      pool: pool, analyzers: analyzers, memoryBudget: options.memoryBudget)
    try envelope.begin(.stored)
  }

  /// Documents so far, dead ones included.
  var docCount: Int { live.count }

  /// Whether finishing the segment will take less memory than a budget, also with another article of
  /// `size` bytes of text.
  func fits(in budget: Int, adding size: Int = 0) -> Bool {
    let others =
      keyNumbers.memoryUse + 2 * keyBytes + 88 * docCount + columnsUse + stored.memoryUse
    return inversion.fits(in: budget - others, adding: size)
  }

  /// Bytes of memory of the columns, some articles ago: asking them costs more than adding to them.
  private var columnsUse = 0

  /// Whether the numbers of units or documents come near the end of their 32 bits.
  var isFull: Bool { inversion.isFull || docCount >= 1 << 30 || keyBytes > 1 << 30 }

  /// Adds an article whose key has no live document in this segment.
  func add(_ article: Article, sequence: UInt64, input: UInt64) throws(FormatError) {
    try stored.add(article, to: envelope)
    try keys.add(article.key)
    columns.add(article)
    sequences.add(sequence)
    inputs.add(input)
    let doc = inversion.add(title: article.title, body: article.body)
    live.append(true)
    liveCount += 1
    remember(article.key, doc)
    if docCount % 64 == 1 { columnsUse = columns.memoryUse }
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

  /// Marks the live document of a key dead and gives the number of its input; nil when there is none.
  func delete(_ key: String) -> UInt64? {
    scratch.removeAll(keepingCapacity: true)
    scratch.append(contentsOf: key.utf8)
    guard let number = keyNumbers.find(padding: &scratch) else { return nil }
    let doc = lastDocument[Int(number)]
    guard live[Int(doc)] else { return nil }
    live[Int(doc)] = false
    liveCount -= 1
    return inputs[doc]
  }

  /// Whether a live document has the key.
  func holds(_ key: String) -> Bool {
    scratch.removeAll(keepingCapacity: true)
    scratch.append(contentsOf: key.utf8)
    guard let number = keyNumbers.find(padding: &scratch) else { return false }
    return live[Int(lastDocument[Int(number)])]
  }

  private var deadDocuments: [UInt32] {
    live.indices.filter { !live[$0] }.map { UInt32(truncatingIfNeeded: $0) }
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
  func finish(analyzers: AnalyzerPool) throws(FormatError) {
    try stored.finish(to: envelope)
    try envelope.end()
    var inverter = inversion.takeInverter()
    let lengths = try writeTerms(&inverter, analyzers)
    var lengthsWriter = LengthsWriter()
    for (text, title) in zip(lengths.text, lengths.title) {
      lengthsWriter.add(text: text, title: title)
    }
    try lengthsWriter.write(to: envelope)
    try columns.write(to: envelope)
    try keys.write(to: envelope)
    try sequences.write(to: envelope)
    if inputs.isNonzero { try inputs.write(to: envelope, section: .inputs) }
    try SegmentMeta(
      docCount: UInt32(docCount), storesText: storesText, sumLengths: lengthsWriter.sums
    ).write(to: envelope)
    try envelope.finish()
  }

  /// Writes the terms, and returns the fields' lengths by docID.
  private func writeTerms(
    _ inverter: inout Inverter, _ analyzers: AnalyzerPool
  ) throws(FormatError) -> (text: [UInt32], title: [UInt32]) {
    let streams = inverter.streams(without: deadDocuments)
    let lengths = (text: streams.lengths(.text), title: streams.lengths(.title))
    let terms = SegmentTerms(inverter.takeTerms())
    let vocabulary = Vocabulary(terms.table)
    // The one needs the streams and the other the stemmer: neither waits for the other.
    let groups = pool.submit {
      analyzers.withAnalyzer {
        (
          classes: TermGroups.classes(terms.table, vocabulary, $0),
          folds: TermGroups.folds(terms.table, vocabulary, $0)
        )
      }
    }
    let title = SortedOccurrences(streams, .title, vocabulary, reusingUnits: false, pool)
    // The last to read the streams.
    let text = SortedOccurrences(streams, .text, vocabulary, reusingUnits: true, pool)
    inverter.releaseBigrams()
    if !text.usesUnits { inverter.releaseUnits() }
    let (classes, folds) = groups.take()
    var sections = TermSections(
      terms, vocabulary, docCount: docCount, classes: classes, folds: folds, pool)
    sections.add(.text, text, lengths: lengths.text)
    sections.add(.title, title, lengths: lengths.title)
    inverter.releaseUnits()
    try sections.finish(into: envelope)
    return lengths
  }
}
