import CLedeKernels
import LedeModel
import LedeStorage

/// One segment of an index, mapped, at one commit; a snapshot that many threads may read.
///
/// Opening checks the frames of file and sections in O(1) of their size; what depends on single
/// documents is checked where it is read, so that no bytes, however damaged, can do worse than
/// throw. The files stay readable while a reader lives, even after they were removed.
package final class SegmentReader: Sendable {
  package let id: UInt64
  /// Documents, deleted ones included: docIDs are below it.
  package let docCount: Int
  package let liveCount: Int
  /// nil when every document is live.
  package let live: LiveDocuments?
  package let terms: TermDictionary
  package let keys: KeyTable
  package let sequences: SequenceTable
  /// nil when no document has an input.
  private let inputs: SequenceTable?
  package let columns: Columns
  package let stored: StoredArticles
  /// Statistics of the segment as it was written.
  package let meta: SegmentMeta
  let file: EnvelopeFile
  private let lengths: [LengthsReader]
  /// The column of fields without any position.
  private let zeros: ZeroMemory?
  let postingsRegion: FileRegion
  let positionsRegion: FileRegion
  private let lists: ListSectionsBox

  /// Maps the segment that a manifest lists, with its live file if it has one.
  package static func open(
    fileSystem: any FileSystem, directory: String, entry: ManifestSegment
  ) throws(FormatError) -> SegmentReader {
    let file = try EnvelopeFile.open(
      fileSystem: fileSystem, path: indexPath(directory, .segment(id: entry.id)), kind: .segment,
      id: entry.id)
    let live =
      entry.liveGeneration == 0
      ? nil
      : try LiveDocuments.open(fileSystem: fileSystem, directory: directory, entry: entry)
    return try SegmentReader(file, live: live, entry: entry)
  }

  /// The same segment with other documents dead, of which no file need say so; nil for none.
  package func replacing(live writer: LiveWriter?) throws(FormatError) -> SegmentReader {
    var entry = ManifestSegment(id: id, docCount: UInt32(docCount), liveCount: UInt32(docCount))
    guard let writer else { return try SegmentReader(file, live: nil, entry: entry) }
    let memory = ScratchFileSystem()
    entry.liveGeneration = 1
    entry.liveCount = UInt32(writer.liveCount)
    try writer.write(fileSystem: memory, directory: "memory", segment: id, generation: 1)
    let live = try LiveDocuments.open(fileSystem: memory, directory: "memory", entry: entry)
    return try SegmentReader(file, live: live, entry: entry)
  }

  /// - Parameter usesShortcuts: whether those of terms can be trusted, if there are any.
  init(
    _ file: EnvelopeFile, live: LiveDocuments?, entry: ManifestSegment, usesShortcuts: Bool = true
  ) throws(FormatError) {
    self.file = file
    self.live = live
    id = entry.id
    docCount = Int(entry.docCount)
    liveCount = Int(entry.liveCount)
    let metaRegion = try file.requiredSection(.meta)
    meta = try SegmentMeta(metaRegion)
    guard meta.docCount == entry.docCount else {
      throw metaRegion.corrupt(
        at: 0, "it has \(meta.docCount) documents, not the manifest's \(entry.docCount)")
    }
    terms = try TermDictionary(
      try file.requiredSection(.terms),
      shortcuts: usesShortcuts ? file.section(.shortcuts) : nil)
    guard terms.docCount == entry.docCount else {
      throw terms.region.corrupt(at: 0, "it is not made for \(docCount) documents")
    }
    postingsRegion = try file.requiredSection(.postings)
    positionsRegion = try file.requiredSection(.positions)
    (lengths, zeros) = try LengthsReader.readers(
      try file.requiredSection(.lengths), docCount: docCount)
    lists = Self.lists(postingsRegion, positionsRegion, lengths, meta)
    let sequencesRegion = try file.requiredSection(.sequences)
    sequences = try SequenceTable(sequencesRegion, docCount: docCount)
    keys = try KeyTable(
      try file.requiredSection(.keys), docCount: docCount, sequences: sequencesRegion)
    if let region = file.section(.inputs) {
      inputs = try SequenceTable(region, docCount: docCount)
    } else {
      inputs = nil
    }
    columns = try Columns(try file.requiredSection(.columns), docCount: docCount)
    let storedRegion = try file.requiredSection(.stored)
    stored = try StoredArticles(storedRegion, docCount: docCount, keys: keys, columns: columns)
    guard stored.hasText == meta.storesText else {
      throw storedRegion.corrupt(at: 0, "it does not say the same as meta about texts")
    }
    for field in Field.allCases where sumLengthDelta(field) > writtenSumLength(field) {
      throw metaRegion.corrupt(at: 8, "the dead documents are longer than all")
    }
  }

  /// The same segment in an object of its own: threads that each have one do not count references to the
  /// same.
  package func copy() -> SegmentReader { SegmentReader(copying: self) }

  private init(copying other: SegmentReader) {
    (id, docCount, liveCount, live) = (other.id, other.docCount, other.liveCount, other.live)
    (terms, keys, sequences, inputs) = (other.terms, other.keys, other.sequences, other.inputs)
    (columns, stored, meta, file) = (other.columns, other.stored, other.meta, other.file)
    (lengths, zeros) = (other.lengths, other.zeros)
    (postingsRegion, positionsRegion) = (other.postingsRegion, other.positionsRegion)
    lists = Self.lists(postingsRegion, positionsRegion, lengths, meta)
  }

  /// Path and bytes of the segment's file.
  package var path: String { file.path }
  package var size: Int { file.size }

  /// Sections with their lengths, in the order of the file.
  package var sections: [(kind: SectionKind, length: Int)] {
    file.sections.map { ($0.kind, Int(clamping: $0.length)) }
  }

  /// Whether a document is live; always true without a live file.
  @inline(__always)
  package func isLive(_ doc: UInt32) -> Bool { live?.isLive(doc) ?? true }

  /// Sum of the lengths of the live documents, in positions.
  package func sumLength(_ field: Field) -> UInt64 {
    writtenSumLength(field) &- sumLengthDelta(field)
  }

  /// The average length that the field's ``FrozenImpact``s are made with: that of the segment as it
  /// was written, documents included that are deleted by now or were dead from the beginning.
  package func frozenAverageLength(_ field: Field) -> Double {
    FrozenImpact.averageLength(sum: writtenSumLength(field), docCount: docCount)
  }

  /// The lengths of a field by docID; a plain view, valid while this reader lives.
  package func lengths(_ field: Field) -> LengthsReader { lengths[Int(field.rawValue)] }

  /// The postings of a term; a plain view, valid while this reader lives.
  package func postings(_ entry: TermEntry) throws(FormatError) -> PostingsList {
    try PostingsList(
      entry: entry, sections: lists.sections + Int(entry.namespace.field.rawValue))
  }

  // The following stand here since a reader of another module would copy the tables to ask them.

  /// See ``TermDictionary/find(_:_:)``.
  package func find(
    _ namespace: TermNamespace, _ key: UnsafeRawBufferPointer
  ) throws(FormatError) -> TermEntry? {
    if let entry = shortcut(namespace, key) { return entry }
    return try findInBlock(namespace, key)
  }

  /// See ``TermDictionary/findInBlock(_:_:)``.
  package func findInBlock(
    _ namespace: TermNamespace, _ key: UnsafeRawBufferPointer
  ) throws(FormatError) -> TermEntry? {
    let entry = try terms.findInBlock(namespace, key)
    if let entry { prefetchPostings(of: entry) }
    return entry
  }

  /// See ``TermDictionary/shortcut(_:_:)``.
  package func shortcut(_ namespace: TermNamespace, _ key: UnsafeRawBufferPointer) -> TermEntry? {
    let entry = terms.shortcut(namespace, key)
    if let entry { prefetchPostings(of: entry) }
    return entry
  }

  /// Starts loading what ``find(_:_:)`` reads of a frequent term.
  package func prefetch(_ namespace: TermNamespace, _ key: UnsafeRawBufferPointer) {
    terms.prefetch(namespace, key)
  }

  /// Starts loading what a list begins with, while other terms are looked up: any offset is allowed.
  private func prefetchPostings(of entry: TermEntry) {
    guard case .list(let offset, _, _, _) = entry.location.storage,
      let base = postingsRegion.bytes.baseAddress, offset < UInt64(postingsRegion.bytes.count)
    else { return }
    for line in 0..<4 { lede_prefetch(base + Int(offset) + 64 * line) }
  }

  /// Whether ``surfaces(foldingTo:_:)`` are any.
  package func hasFold(
    _ key: UnsafeRawBufferPointer, _ namespace: TermNamespace
  ) throws(FormatError) -> Bool {
    try terms.hasFold(key, namespace)
  }

  /// See ``TermDictionary/surfaces(foldingTo:_:)``.
  package func surfaces(
    foldingTo key: UnsafeRawBufferPointer, _ namespace: TermNamespace
  ) throws(FormatError) -> [[UInt8]] {
    try terms.surfaces(foldingTo: key, namespace)
  }

  /// The key of a document.
  package func key(of doc: UInt32) throws(FormatError) -> String { try keys.key(of: doc) }

  /// The sequence number of a document.
  @inline(__always)
  package func sequence(of doc: UInt32) -> UInt64 { sequences.value(doc) }

  /// The number in the ledger of the input that a document was read from; 0 where none was named.
  package func input(of doc: UInt32) -> UInt64 { inputs?.value(doc) ?? 0 }

  /// The live document with the key; nil if there is none.
  package func liveDocument(withKey key: String) throws(FormatError) -> UInt32? {
    guard let doc = try keys.find(key), isLive(doc) else { return nil }
    return doc
  }

  func writtenSumLength(_ field: Field) -> UInt64 {
    meta.sumLengths[Int(field.rawValue)]
  }

  private func sumLengthDelta(_ field: Field) -> UInt64 { live?.sumLengthDelta(field) ?? 0 }
}

extension SegmentReader {
  /// What to throw when a kernel says that a list is damaged: which one, verification tells.
  package var corruptPostings: FormatError {
    postingsRegion.corrupt(at: 0, "a range of a postings list makes no sense")
  }
}
