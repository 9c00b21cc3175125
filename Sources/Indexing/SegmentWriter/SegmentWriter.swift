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
  // Used several times for each article, and by nothing that runs meanwhile.
  @exclusivity(unchecked) private var documents = PendingDocuments()
  private let inversion: Inversion

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
  var docCount: Int { documents.count }

  var liveCount: Int { documents.liveCount }

  /// Whether finishing the segment will take less memory than a budget, also with another article of
  /// `size` bytes of text.
  func fits(in budget: Int, adding size: Int = 0) -> Bool {
    inversion.fits(in: budget - documents.memoryUse - stored.memoryUse, adding: size)
  }

  /// Whether the numbers of units or documents come near the end of their 32 bits.
  var isFull: Bool {
    inversion.isFull || docCount >= 1 << 30 || documents.keyBytes > 1 << 30
  }

  /// Adds an article whose key has no live document in this segment.
  func add(_ article: Article, sequence: UInt64, input: UInt64) throws(FormatError) {
    try stored.add(article, to: envelope)
    try documents.add(article, sequence: sequence, input: input)
    inversion.add(title: article.title, body: article.body)
  }

  /// Marks the live document of a key dead and gives the number of its input; nil when there is none.
  func delete(_ key: String) -> UInt64? { documents.delete(key) }

  /// Whether a live document has the key.
  func holds(_ key: String) -> Bool { documents.liveDocument(key) != nil }

  /// Which documents are live.
  var liveBits: LiveBits {
    var bits = LiveBits(docCount: docCount)
    for doc in documents.dead { bits.clear(doc) }
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
    try documents.write(to: envelope)
    try SegmentMeta(
      docCount: UInt32(docCount), storesText: storesText, sumLengths: lengthsWriter.sums
    ).write(to: envelope)
    try envelope.finish()
  }

  /// Writes the terms, and returns the fields' lengths by docID.
  private func writeTerms(
    _ inverter: inout Inverter, _ analyzers: AnalyzerPool
  ) throws(FormatError) -> (text: [UInt32], title: [UInt32]) {
    let streams = inverter.streams(without: documents.dead)
    let lengths = (text: streams.lengths(.text), title: streams.lengths(.title))
    let terms = SegmentTerms(inverter.takeTerms())
    let vocabulary = Vocabulary(terms.table, on: pool)
    let (classes, folds) = TermGroups.classesAndFolds(terms, vocabulary, analyzers, on: pool)
    let title = SortedOccurrences(streams, .title, vocabulary, reusingUnits: false, pool)
    // The last to read the streams.
    let text = SortedOccurrences(streams, .text, vocabulary, reusingUnits: true, pool)
    inverter.releaseBigrams()
    if !text.usesUnits { inverter.releaseUnits() }
    var sections = try TermSections(
      terms, vocabulary, docCount: docCount, classes: classes.take(), folds: folds.take(), pool,
      in: envelope)
    try sections.add(.text, text, lengths: lengths.text)
    try sections.add(.title, title, lengths: lengths.title)
    inverter.releaseUnits()
    try sections.finish()
    return lengths
  }
}
