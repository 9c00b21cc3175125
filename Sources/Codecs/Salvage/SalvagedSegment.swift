import LedeModel
import LedeStorage

/// What can be read of a segment whose file is damaged.
///
/// Sections under a good checksum are as they were written. Of the others, a key counts where its block and its rank
/// are as their checks say, or a hash index leads back to its document; columns and sequence numbers do not count.
package final class SalvagedSegment {
  package let path: String
  package let docCount: Int
  /// Sections whose bytes are not those that were written.
  package let damaged: Set<SectionKind>
  package let keys: KeyTable
  /// The segment as a whole, where all that texts can be held against is as it was written.
  package let reader: SegmentReader?
  private let stored: StoredArticles
  private let cursor: StoredArticlesCursor
  private let sequences: SequenceTable?

  /// - Parameter docCount: as the manifest states; nil takes that of the keys.
  /// - Throws: when neither keys nor texts can be found.
  package init(
    fileSystem: any FileSystem, path: String, id: UInt64, docCount: Int?
  ) throws(FormatError) {
    let (file, damaged) = try EnvelopeFile.salvage(fileSystem: fileSystem, path: path, id: id)
    let keysRegion = try file.requiredSection(.keys)
    let count: Int
    if let docCount { count = docCount } else { count = Int(try keysRegion.loadUInt32(at: 0)) }
    self.path = path
    self.damaged = damaged
    self.docCount = count
    let numbers = file.section(.sequences)
    sequences =
      damaged.contains(.sequences)
      ? nil : numbers.flatMap { try? SequenceTable($0, docCount: count) }
    keys = try KeyTable(keysRegion, docCount: count, sequences: numbers)
    var columns: Columns?
    if !damaged.contains(.columns), let region = file.section(.columns) {
      columns = try? Columns(region, docCount: count)
    }
    stored = try StoredArticles(
      try file.requiredSection(.stored), docCount: count, keys: keys, columns: columns)
    cursor = StoredArticlesCursor(stored)
    let proof: Set<SectionKind> = [.meta, .terms, .postings, .positions, .lengths]
    reader =
      damaged.isDisjoint(with: proof)
      ? try? SegmentReader(
        file, live: nil,
        entry: ManifestSegment(id: id, docCount: UInt32(count), liveCount: UInt32(count)),
        usesShortcuts: !damaged.contains(.shortcuts)) : nil
  }

  package var hasText: Bool { stored.hasText }
  /// Whether dates, sources and the like are lost.
  package var losesValues: Bool { stored.columns == nil }

  /// The key of a document, if it is sure.
  package func key(of doc: UInt32) -> [UInt8]? {
    guard let key = try? keys.bytes(of: doc) else { return nil }
    let areIntact =
      !damaged.contains(.keys) && !(keys.areRankedBySequences && damaged.contains(.sequences))
    return areIntact || keys.isBornOut(doc) ? key : nil
  }

  /// The sequence number, if it is sure.
  package func sequence(of doc: UInt32) -> UInt64? { sequences?.value(doc) }

  package func article(_ doc: UInt32) throws(FormatError) -> Article { try cursor.article(doc) }

  /// The number of the block of stored text that holds a document.
  package func block(of doc: UInt32) -> Int? { try? stored.block(of: doc) }
}

extension SegmentReader {
  /// The documents that a segment's file states, as far as it can be read; nil when it can not.
  package static func statedDocCount(
    fileSystem: any FileSystem, path: String, id: UInt64
  ) -> UInt32? {
    guard
      let (file, damaged) = try? EnvelopeFile.salvage(
        fileSystem: fileSystem, path: path, id: id)
    else { return nil }
    if !damaged.contains(.meta), let region = file.section(.meta),
      let meta = try? SegmentMeta(region)
    {
      return meta.docCount
    }
    return try? file.section(.keys)?.loadUInt32(at: 0)
  }
}
