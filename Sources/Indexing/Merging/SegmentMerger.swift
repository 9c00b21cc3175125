import LedeAnalysis
import LedeCodecs
import LedeModel
import LedeStorage

/// Makes one segment of several, without their dead documents.
///
/// Keys, sequence numbers, lengths, values and texts go over as they are, so that no search can tell
/// the difference. Stored text is copied in its compressed blocks where all documents of a block
/// live on in their order. Everything per term is decoded and encoded again, since docIDs shift.
struct SegmentMerger {
  private let task: MergeTask
  private let sources: [MergeSource]
  private let map: DocumentMap
  private let analyzer: Analyzer
  private let monitor: MergeMonitor
  /// Bytes that the monitor had been told of: of merges before this one.
  private let before: UInt64
  private let options: IndexWriterOptions

  /// - Parameters:
  ///   - task: says which segments become which.
  ///   - map: of its documents to those of the merged segment, at least one.
  init(
    _ task: MergeTask, _ map: DocumentMap, _ analyzer: Analyzer, _ monitor: MergeMonitor
  ) {
    precondition(map.docCount > 0, "a segment has a document")
    self.task = task
    sources = task.sources
    self.map = map
    self.analyzer = analyzer
    self.monitor = monitor
    before = monitor.bytes
    options = task.options
  }

  /// Writes the segment's file, whole or not at all.
  func write() throws(MergeError) {
    let path = indexPath(task.directory, .segment(id: task.id))
    let envelope = try MergeError.wrapping { () throws(FormatError) in
      try EnvelopeWriter(
        fileSystem: task.fileSystem, path: path, kind: .segment, id: task.id)
    }
    try writeStored(envelope)
    try monitor.begin(.terms)
    let lengths = (text: lengths(.text), title: lengths(.title))
    let sequences = map.origins.map { sources[Int($0.source)].reader.sequence(of: $0.doc) }
    var terms = try MergeError.wrapping { () throws(FormatError) in
      try TermMerger(
        sources, map, ranks: Self.ranks(sequences), spillSpace, analyzer, monitor, in: envelope)
    }
    try terms.add(.text, lengths: lengths.text)
    try terms.add(.title, lengths: lengths.title)
    try monitor.reach(sources.reduce(before) { $0 + UInt64($1.reader.size) })
    do throws(FormatError) {
      try terms.finish(into: envelope)
      try writeValues(envelope, lengths, sequences)
      try envelope.finish()
    } catch { throw .format(error) }
  }

  /// Two sections wait, each in a buffer that keeps its pages while it grows: less than a third of the
  /// budget in all.
  private var spillSpace: SpillSpace {
    SpillSpace(
      fileSystem: task.fileSystem, directory: task.directory, segment: task.id,
      limit: max(Self.smallestSpill, options.memoryBudget / 8))
  }

  private static let smallestSpill = 1 << 16

  private func lengths(_ field: Field) -> [UInt32] {
    let readers = sources.map { $0.reader.lengths(field) }
    return map.origins.map { readers[Int($0.source)].value($0.doc) }
  }

  /// By docID, the place of the document in the order of sequence numbers; nil when docIDs have it.
  private static func ranks(_ sequences: [UInt64]) -> [UInt32]? {
    if zip(sequences, sequences.dropFirst()).allSatisfy({ $0 < $1 }) { return nil }
    let order = sequences.indices.sorted { sequences[$0] < sequences[$1] }
    var ranks = [UInt32](repeating: 0, count: sequences.count)
    for (rank, doc) in order.enumerated() { ranks[doc] = UInt32(rank) }
    return ranks
  }

  // MARK: Texts

  private func writeStored(_ envelope: EnvelopeWriter) throws(MergeError) {
    let stored = StoredArticlesWriter(
      level: options.compressionLevel, storesText: options.storesText)
    do throws(FormatError) { try envelope.begin(.stored) } catch { throw .format(error) }
    try monitor.begin(.articles)
    if map.keepsOrder {
      try copyStored(stored, envelope)
    } else {
      try rewriteStored(stored, envelope)
    }
    do throws(FormatError) {
      try stored.finish(to: envelope)
      try envelope.end()
    } catch { throw .format(error) }
  }

  /// Documents per call, between two of which a merge can be given up.
  private static let batchSize = 4096

  private func copyStored(
    _ stored: StoredArticlesWriter, _ envelope: EnvelopeWriter
  ) throws(MergeError) {
    var docs: [UInt32] = []
    for source in sources {
      let articles = source.reader.stored
      docs.removeAll(keepingCapacity: true)
      for doc in 0..<UInt32(source.docCount) where source.live[doc] { docs.append(doc) }
      do throws(FormatError) {
        try stored.append(docs, of: articles, to: envelope)
      } catch { throw .format(error) }
      try monitor.add(UInt64(articles.size))
    }
  }

  private func rewriteStored(
    _ stored: StoredArticlesWriter, _ envelope: EnvelopeWriter
  ) throws(MergeError) {
    let cursors = sources.map { StoredArticlesCursor($0.reader.stored) }
    let perDocument = sources.map {
      UInt64($0.reader.stored.size / max(1, $0.docCount))
    }
    for origin in map.origins {
      let source = Int(origin.source)
      do throws(FormatError) {
        try stored.append(origin.doc, from: cursors[source], to: envelope)
      } catch { throw .format(error) }
      try monitor.add(perDocument[source])
    }
  }

  // MARK: Values

  private func writeValues(
    _ envelope: EnvelopeWriter, _ lengths: (text: [UInt32], title: [UInt32]),
    _ sequences: [UInt64]
  ) throws(FormatError) {
    var lengthsWriter = LengthsWriter()
    for (text, title) in zip(lengths.text, lengths.title) {
      lengthsWriter.add(text: text, title: title)
    }
    try lengthsWriter.write(to: envelope)
    var columns = ColumnsWriter()
    var keys = KeysWriter()
    var sequencesWriter = SequencesWriter()
    var inputs = SequencesWriter()
    for origin in map.origins {
      let reader = sources[Int(origin.source)].reader
      try columns.add(origin.doc, of: reader.columns)
      try keys.add(try reader.keys.bytes(of: origin.doc))
      inputs.add(reader.input(of: origin.doc))
    }
    try columns.write(to: envelope)
    for sequence in sequences { sequencesWriter.add(sequence) }
    try keys.write(to: envelope, sequences: sequencesWriter)
    try sequencesWriter.write(to: envelope)
    if inputs.isNonzero { try inputs.write(to: envelope, section: .inputs) }
    try SegmentMeta(
      docCount: UInt32(map.docCount), storesText: options.storesText,
      sumLengths: lengthsWriter.sums
    ).write(to: envelope)
  }
}
