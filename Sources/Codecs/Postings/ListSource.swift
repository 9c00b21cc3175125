import CLedeKernels
import LedeModel

/// The postings of one field of a segment as a merge reads them.
///
/// A plain view without references, valid while its ``SegmentReader`` lives: most terms have a few
/// documents, and a ``PostingsList`` for each of them costs more than decoding them.
// Sendable: read-only bytes of the mapping.
package struct ListSource: @unchecked Sendable {
  private let postings: UnsafeRawBufferPointer
  private let positions: UnsafeRawBufferPointer
  private let docCount: UInt32
  private let lengths: LengthsReader

  package init(_ reader: SegmentReader, _ field: Field) {
    postings = reader.postingsRegion.bytes
    positions = reader.positionsRegion.bytes
    docCount = UInt32(clamping: reader.docCount)
    lengths = reader.lengths(field)
  }

  /// Decodes a term of fewer than 128 documents, each below the segment's docCount and of a termFreq
  /// of at least 1.
  ///
  /// - Parameters:
  ///   - docs: room for 128 values.
  ///   - freqs: room for 128 values.
  /// - Returns: how many documents; nil when the bytes make no sense.
  package func decode(
    _ entry: TermEntry, docs: UnsafeMutablePointer<UInt32>, freqs: UnsafeMutablePointer<UInt32>
  ) -> Int? {
    let count = Int(entry.location.docFreq)
    precondition(count < PostingsList.longBlockSize, "a longer list is read block by block")
    switch entry.location.storage {
    case .single(let doc, _, _, _):
      guard doc < docCount, let freq = UInt32(exactly: entry.location.totalTermFreq), freq > 0
      else { return nil }
      (docs[0], freqs[0]) = (doc, freq)
    case .list(let offset, let length, _, _):
      guard let range = Self.range(offset, length, postings.count), count >= 2,
        let list = ShortLayout(postings, range, entry.location, docCount: docCount),
        list.lastDoc < docCount, Int(list.lastDoc) >= count - 1,
        list.decodeDocs(postings, count: count, into: docs),
        list.decodeFreqs(postings, count: count, into: freqs)
      else { return nil }
    }
    return count
  }

  private static func range(_ offset: UInt64, _ length: UInt64, _ size: Int) -> Range<Int>? {
    let (end, overflow) = offset.addingReportingOverflow(length)
    guard !overflow, end <= UInt64(size) else { return nil }
    return Int(offset)..<Int(end)
  }

  /// Hands out where the entries of the positions of such a term are, all in one run; false when the
  /// bytes make no sense.
  @inline(__always)
  func withEntries(
    _ entry: TermEntry, docs: UnsafePointer<UInt32>,
    _ body: (UnsafePointer<UInt8>, Range<UInt64>, lede_lengths) -> Bool
  ) -> Bool {
    switch entry.location.storage {
    case .single(_, let inline, _, _)
    where entry.location.totalTermFreq <= UInt64(PostingsLocation.maxInlinePositions):
      return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: PositionsReader.scratchSize) {
        scratch in
        guard let base = scratch.baseAddress,
          let size = PositionsReader.encode(
            inline, UInt32(entry.location.totalTermFreq), lengths.value(docs[0]), to: base)
        else { return false }
        return body(base, 0..<8 * UInt64(size), lengths.column)
      }
    case .single(_, _, let offset, let length), .list(_, _, let offset, let length):
      guard let range = Self.range(offset, length, positions.count) else { return false }
      // In documents of one token entries take no bits, so that there may be no section.
      let bits = 8 * UInt64(range.lowerBound)..<8 * UInt64(range.upperBound)
      guard let base = positions.baseAddress else { return bits.isEmpty }
      return body(base.assumingMemoryBound(to: UInt8.self), bits, lengths.column)
    }
  }

  /// The place of a term of one document in a segment where the document is another; nil unless all of
  /// it stands in the dictionary.
  package func moved(_ entry: TermEntry, to doc: UInt32) -> PostingsLocation? {
    guard case .single(let old, let inline, _, _) = entry.location.storage, old < docCount,
      case let freq = entry.location.totalTermFreq, freq > 0,
      freq <= UInt64(PostingsLocation.maxInlinePositions),
      inline[Int(freq) - 1] < lengths.value(old)
    else { return nil }
    return PostingsLocation(
      docFreq: 1, totalTermFreq: freq,
      storage: .single(doc: doc, positions: inline, positionsOffset: 0, positionsLength: 0))
  }

  /// The document of a term that stands in the dictionary whole; nil of any other.
  @inline(__always)
  package func onlyDocument(_ entry: TermEntry) -> UInt32? {
    guard case .single(let doc, _, _, _) = entry.location.storage, doc < docCount else {
      return nil
    }
    return doc
  }
}
