import CLedeKernels
import LedeModel

/// The positions of one term in one segment; the grammar stands at ``PositionsWriter``.
///
/// A plain view without references, valid while its ``SegmentReader`` lives: what is asked for every
/// document of a phrase costs no reference count.
// Sendable: read-only bytes of the mapping.
package struct PositionsReader: @unchecked Sendable {
  package let places: PositionPlaces
  /// The field's lengths as kernels take them.
  package let column: lede_lengths
  /// Where entries lie: the section, or a copy of what the dictionary holds.
  package let bytes: UnsafePointer<UInt8>
  /// The term's part of `bytes`.
  private let run: Range<Int>
  /// Where the blocks of a long list start in `run`.
  private let starts: PositionStarts?
  private let blockCount: Int

  /// Bytes that ``init(_:scratch:)`` may need.
  package static var scratchSize: Int { 64 }

  /// - Parameter scratch: room for ``scratchSize`` bytes, valid as long as the reader is used.
  /// - Returns: nil when no positions are kept, or none that make sense.
  package init?(_ list: PostingsList, scratch: UnsafeMutablePointer<UInt8>) {
    guard list.hasPositions else { return nil }
    places = list.places
    column = list.places.lengths.column
    blockCount = list.blockCount
    var starts: PositionStarts?
    switch list.layout {
    case .single(let doc, let termFreq, let inline, _)
    where termFreq <= UInt32(PostingsLocation.maxInlinePositions):
      guard let size = Self.encode(inline, termFreq, places.lengths.value(doc), to: scratch) else {
        return nil
      }
      bytes = UnsafePointer(scratch)
      run = 0..<size
      self.starts = nil
      return
    case .single(_, _, _, let range), .short(_, let range): run = range
    case .long(let long, let range):
      guard let column = long.positionStarts else { return nil }
      starts = column
      run = range
    case .ranged(let ranged, let range):
      guard let column = ranged.positionStarts else { return nil }
      starts = column
      run = range
    }
    // In documents of one token each entry takes no bits, so that there may be no section to point to.
    let base = list.positions.bytes.baseAddress ?? UnsafeRawPointer(scratch)
    bytes = base.assumingMemoryBound(to: UInt8.self)
    self.starts = starts
  }

  /// Bytes of the term's part.
  package var size: Int { run.count }

  /// Bytes up to the end of the term's part; its entries end there at the latest.
  package var end: Int { run.upperBound }

  /// The bits of a block's run in `bytes`; nil when damaged.
  @inline(__always)
  package func bits(ofBlock block: Int) -> Range<UInt64>? {
    guard let starts else { return 8 * UInt64(run.lowerBound)..<8 * UInt64(run.upperBound) }
    let start = run.lowerBound + starts[block]
    let end =
      block + 1 < blockCount ? run.lowerBound + starts[block + 1] : run.upperBound
    guard start <= end, end <= run.upperBound else { return nil }
    return 8 * UInt64(start)..<8 * UInt64(end)
  }

  /// Where the runs of a ranged list start in `bytes`; nil where there are no blocks.
  package var ranges: lede_range_positions? { starts?.kernel(run) }

  /// What the dictionary holds of a term of one document, as an entry; nil when damaged.
  static func encode(
    _ ordinals: InlineOrdinals, _ termFreq: UInt32, _ length: UInt32,
    to scratch: UnsafeMutablePointer<UInt8>
  ) -> Int? {
    guard termFreq > 0, termFreq <= length else { return nil }
    for lane in 0..<Int(termFreq) {
      guard ordinals[lane] < length, lane == 0 || ordinals[lane - 1] < ordinals[lane] else {
        return nil
      }
    }
    // Safe: eight values take at most 8 * 33 + 16 bits.
    scratch.update(repeating: 0, count: scratchSize)
    return withUnsafeBytes(of: ordinals) { values in
      let bits = lede_positions_encode(
        values.baseAddress?.assumingMemoryBound(to: UInt32.self), termFreq, length, scratch, 0)
      return Int((bits + 7) / 8)
    }
  }
}

extension PostingsList {
  /// Decodes the positions of one document, ascending, replacing what `positions` held.
  ///
  /// Checks everything anew at every call; searches read positions through ``PositionsReader``.
  ///
  /// - Parameters:
  ///   - docs: the block's decoded documents.
  ///   - freqs: the block's decoded termFreqs.
  ///   - index: the document's place in the block.
  /// - Complexity: O(termFreq) and the sizes of the entries before it.
  package func decodePositions(
    block: Int, docs: UnsafePointer<UInt32>, freqs: UnsafePointer<UInt32>, index: Int,
    into positions: inout [UInt32]
  ) throws(FormatError) {
    positions.removeAll(keepingCapacity: true)
    let isSound = withUnsafeTemporaryAllocation(
      of: UInt8.self, capacity: PositionsReader.scratchSize
    ) { scratch -> Bool in
      guard let base = scratch.baseAddress, let reader = PositionsReader(self, scratch: base) else {
        return false
      }
      return reader.decode(block: block, docs: docs, freqs: freqs, index: index, into: &positions)
    }
    guard isSound else { throw corruptPositions() }
  }

  /// The error that says that the term's positions make no sense.
  package func corruptPositions() -> FormatError {
    let start: Int
    switch layout {
    case .single(_, _, _, let run), .short(_, let run), .long(_, let run), .ranged(_, let run):
      start = run.lowerBound
    }
    return positions.corrupt(at: start, "the positions of a term make no sense")
  }

  /// Whether the run of a block is exactly as long as its entries.
  func isPositionRunWhole(
    block: Int, docs: UnsafePointer<UInt32>, freqs: UnsafePointer<UInt32>
  ) -> Bool {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: PositionsReader.scratchSize) {
      scratch in
      guard let base = scratch.baseAddress, let reader = PositionsReader(self, scratch: base),
        let bits = reader.bits(ofBlock: block)
      else { return false }
      let size = lede_positions_span(reader.column, docs, freqs, count(ofBlock: block))
      return (size + 7) / 8 == UInt64(bits.count) / 8
    }
  }
}

extension PositionsReader {
  fileprivate func decode(
    block: Int, docs: UnsafePointer<UInt32>, freqs: UnsafePointer<UInt32>, index: Int,
    into positions: inout [UInt32]
  ) -> Bool {
    guard let run = bits(ofBlock: block) else { return false }
    let (freq, length) = (freqs[index], places.lengths.value(docs[index]))
    let bit = run.lowerBound &+ lede_positions_span(column, docs, freqs, index)
    // Before memory is taken: a document that fits the section bounds what its positions take.
    guard freq > 0, freq <= length, bit <= run.upperBound,
      lede_position_bits(freq, length) <= run.upperBound - bit
    else { return false }
    positions.append(contentsOf: repeatElement(0, count: Int(freq)))
    return positions.withUnsafeMutableBufferPointer { buffer in
      guard
        lede_positions_decode(
          bytes, Int(run.upperBound / 8), bit, freq, length, buffer.baseAddress) != 0
      else { return false }
      places.addGap(buffer, docs[index])
      return true
    }
  }
}
