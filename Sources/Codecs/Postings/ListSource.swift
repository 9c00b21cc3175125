import CLedeKernels
import LedeModel

/// The postings of one field of a segment as a merge reads them, term by term of fewer than 128
/// documents (lede_gather.h).
///
/// A plain view without references, valid while its ``SegmentReader`` lives: most terms have a few
/// documents, and a ``PostingsList`` for each of them costs more than decoding them.
// Sendable: read-only bytes of the mapping.
package struct ListSource: @unchecked Sendable {
  let kernel: lede_list_source
  private let lengths: LengthsReader

  package init(_ reader: SegmentReader, _ field: Field) {
    let (postings, positions) = (reader.postingsRegion.bytes, reader.positionsRegion.bytes)
    lengths = reader.lengths(field)
    kernel = lede_list_source(
      postings: postings.baseAddress?.assumingMemoryBound(to: UInt8.self),
      postings_size: postings.count,
      positions: positions.baseAddress?.assumingMemoryBound(to: UInt8.self),
      positions_size: positions.count, lengths: lengths.column,
      doc_count: UInt32(clamping: reader.docCount))
  }

  /// Decodes the postings of a term, each document below the segment's docCount and of a termFreq of at
  /// least 1.
  ///
  /// - Parameters:
  ///   - docs: room for 128 values.
  ///   - freqs: room for 128 values.
  /// - Returns: how many documents; nil when the bytes make no sense.
  package func decode(
    _ term: lede_term, docs: UnsafeMutablePointer<UInt32>, freqs: UnsafeMutablePointer<UInt32>
  ) -> Int? {
    let found = withUnsafePointer(to: kernel) { source in
      withUnsafePointer(to: term) { lede_gather_postings(source, $0, docs, freqs) }
    }
    return found == 0 ? nil : found
  }

  /// Appends the postings of a term whose documents all move up by `base`; false when the bytes make no
  /// sense.
  ///
  /// - Parameter gathered: with the room that `lede_gather` wants.
  @inline(__always)
  package func gather(
    _ term: lede_term, base: UInt32, hasPositions: Bool, into gathered: inout lede_gathered
  ) -> Bool {
    withUnsafePointer(to: kernel) { source in
      withUnsafePointer(to: term) {
        lede_gather(source, $0, base, hasPositions ? 1 : 0, &gathered) != 0
      }
    }
  }

  /// A term of one document in a segment where the document is another; nil unless all of it stands in
  /// the dictionary.
  package func moved(_ term: lede_term, to doc: UInt32) -> lede_term? {
    guard term.doc_freq == 1, term.doc < kernel.doc_count, term.isInline,
      term.lastOrdinal < lengths.value(term.doc)
    else { return nil }
    var moved = term
    moved.doc = doc
    (moved.positions, moved.positions_size) = (0, 0)
    return moved
  }

  /// The document of a term that has only one; nil of any other.
  @inline(__always)
  package func onlyDocument(_ term: lede_term) -> UInt32? {
    term.doc_freq == 1 && term.doc < kernel.doc_count ? term.doc : nil
  }
}
