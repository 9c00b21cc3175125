import CLedeKernels

/// Encodes positions so that one probe reaches one document, without offsets.
///
///     positions := run per posting block
///     run       := entry per document, padded with zero bits to a whole byte
///     entry     := ordinal: width bits                                     (termFreq 1)
///                | from: width bits, distance less one: width - 1 bits     (2)
///                | low: l bits * termFreq, rows in unary                   (3 and more)
///
/// An entry holds ordinals, the places among the field's tokens, all below its length. The size of an
/// entry in bits follows from termFreq and length alone, so that an entry is found by adding up those
/// before it; lede_positions.h has the formulas. Two occurrences are one of them and the way to the
/// other, the shorter way around as if the text were a ring: a bit less than two ordinals take. Three
/// and more are coded by rows: Elias, "Efficient storage and retrieval by content and address of
/// static files" (1974); Fano (1971).
final class PositionsWriter {
  let section: SectionSpill
  private let bytes: EncodingBuffer

  private static let capacity = 1 << 18

  /// - Parameter envelope: where their section is open; nil keeps them in memory.
  init(in envelope: EnvelopeWriter? = nil) {
    section =
      envelope.map { SectionSpill(capacity: Self.capacity, in: $0) }
      ?? SectionSpill(reusing: EncodingBuffer(capacity: Self.capacity))
    bytes = section.buffer
  }

  /// Keeps positions in a buffer that was used before.
  init(reusing buffer: EncodingBuffer) {
    section = SectionSpill(reusing: buffer)
    bytes = buffer
  }

  /// Appends the run of one posting block; `freqs` splits the ordinals into documents.
  ///
  /// - Parameter lengths: the field's lengths by docID.
  func add(
    block docs: UnsafeBufferPointer<UInt32>, _ freqs: UnsafeBufferPointer<UInt32>,
    _ ordinals: UnsafeBufferPointer<UInt32>, _ lengths: UnsafeBufferPointer<UInt32>
  ) {
    bytes.write(upTo: lede_positions_run_room(ordinals.count)) { out in
      let size = lede_positions_encode_run(
        ordinals.baseAddress, ordinals.count, docs.baseAddress, freqs.baseAddress, docs.count,
        lengths.baseAddress, out)
      // SIZE_MAX is -1 here.
      precondition(size >= 0, "a document's ordinals ascend below its length")
      return size
    }
  }

  /// Appends a run of entries that a merge gathered.
  ///
  /// - Parameters:
  ///   - bit: where they begin, moved behind them.
  ///   - size: bits that they take.
  func add(_ entries: PositionBits, at bit: inout UInt64, size: UInt64) {
    precondition(size <= entries.count - bit, "an entry has the size that it had in its source")
    bytes.write(upTo: Int((size + 7) / 8)) { out in
      // Safe: there is room for all bits, and `entries` holds them.
      lede_copy_bits(entries.bytes, bit, size, out, 0)
      return Int((size + 7) / 8)
    }
    bit += size
  }
}
