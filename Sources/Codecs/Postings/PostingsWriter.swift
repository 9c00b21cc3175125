import CLedeKernels
import LedeModel
import LedeStorage

/// Encodes the postings of one segment, term after term, in the order of the term dictionary.
///
///     list      := ranged | long | short              (docFreq 1 stands in the dictionary)
///     ranged    := see ``RangedLayout``                         (docFreq >= 128 and >= 8 R)
///     long      := [positionWidth: u8], lastDoc: u32 * B, groupOffset: u32 * G, offset: u16 * B,
///                  [positionStarts], [code: u8 * R], [head], block * B            (docFreq >= 128)
///     short     := see ``ShortLayout``                                            (docFreq < 128)
///     block     := docs, termFreqs                        (``BlockDocs``, ``BlockFreqs``)
///
/// B is the number of blocks of 128 documents, the last one shorter; G that of groups of 32 blocks, to
/// whose offset those of their blocks are added. The directory stands before the payload, column by
/// column, so that a skip touches only lastDocs. R is the number of ranges of 512 documents, whose
/// codes are there when docFreq >= 4 R (``RangeBounds``); the head is there when docFreq >= 1024
/// (``PostingsHead``). Offsets are relative to the head or, without one, to the first block: the
/// first says where the head ends.
package struct PostingsWriter {
  private(set) var postings: EncodingBuffer
  private let blocks = EncodingBuffer()
  private(set) var positions: PositionsWriter
  private var directory = PostingsDirectory()
  private var ranges = RangedDirectory()
  private var summary = ImpactSummaryWriter()
  private var scratch = [UInt32](repeating: 0, count: PatchedBlock.size)
  private let ranks: [UInt32]?

  /// - Parameter ranks: by docID, the place of a document in the order of sequence numbers, which
  ///   breaks ties between equal impacts; nil when docIDs have that order.
  package init(ranks: [UInt32]? = nil) {
    postings = EncodingBuffer(capacity: Self.capacity)
    positions = PositionsWriter()
    self.ranks = ranks
  }

  private static let capacity = 1 << 18

  /// Hands over what was encoded; the next term starts anew at offset 0.
  package mutating func take() -> EncodedPostings {
    let taken = EncodedPostings(postings: postings, positions: positions.bytes)
    taken.postings.trim()
    taken.positions.trim()
    postings = EncodingBuffer(capacity: Self.capacity)
    positions = PositionsWriter()
    return taken
  }

  /// Bytes of memory held by the encoded postings and positions.
  package var memoryUse: Int { postings.capacity + blocks.capacity + positions.bytes.capacity }

  /// Encodes one term.
  ///
  /// - Parameters:
  ///   - docs: docIDs, strictly ascending, at least one.
  ///   - freqs: the termFreq of each document, at least 1.
  ///   - ordinals: each document's `freqs[i]` ascending ordinals, one document after the other: the
  ///     places of the term among the field's tokens, below its length. nil when none are kept.
  ///   - lengths: those of the field in every document of the segment.
  /// - Complexity: O(occurrences).
  package mutating func add(
    docs: UnsafeBufferPointer<UInt32>, freqs: UnsafeBufferPointer<UInt32>,
    ordinals: UnsafeBufferPointer<UInt32>?, lengths: FieldLengths
  ) -> PostingsLocation {
    precondition(!docs.isEmpty && docs.count == freqs.count, "every posting has a termFreq")
    let totalTermFreq = freqs.reduce(UInt64(0)) { $0 + UInt64($1) }
    let positionsStart = UInt64(positions.bytes.count)
    let storage: PostingsLocation.Storage
    if docs.count == 1 {
      storage = addSingle(docs, freqs, ordinals, lengths, at: positionsStart)
    } else {
      let start = UInt64(postings.count)
      if docs.count < PatchedBlock.size {
        addShort(docs, freqs, ordinals, lengths)
      } else if RangedLayout.exists(docFreq: docs.count, docCount: lengths.docCount) {
        addRanged(docs, freqs, ordinals, lengths)
      } else {
        addLong(docs, freqs, ordinals, lengths)
      }
      storage = .list(
        offset: start, length: UInt64(postings.count) - start, positionsOffset: positionsStart,
        positionsLength: UInt64(positions.bytes.count) - positionsStart)
    }
    return PostingsLocation(
      docFreq: UInt32(docs.count), totalTermFreq: totalTermFreq, storage: storage)
  }

  /// Writes the postings and the positions section.
  package func finish(into envelope: EnvelopeWriter) throws(FormatError) {
    try envelope.begin(.postings)
    try envelope.append(postings.bytes)
    try envelope.end()
    try envelope.begin(.positions)
    try envelope.append(positions.bytes.bytes)
    try envelope.end()
  }

  private mutating func addSingle(
    _ docs: UnsafeBufferPointer<UInt32>, _ freqs: UnsafeBufferPointer<UInt32>,
    _ ordinals: UnsafeBufferPointer<UInt32>?, _ lengths: FieldLengths, at start: UInt64
  ) -> PostingsLocation.Storage {
    var inline = SIMD8<UInt32>()
    if let ordinals, ordinals.count <= PostingsLocation.maxInlinePositions {
      for (lane, ordinal) in ordinals.enumerated() { inline[lane] = ordinal }
    } else if let ordinals {
      positions.add(block: docs, freqs, ordinals, lengths.values)
    }
    return .single(
      doc: docs[0], positions: inline, positionsOffset: start,
      positionsLength: UInt64(positions.bytes.count) - start)
  }

  private mutating func addShort(
    _ docs: UnsafeBufferPointer<UInt32>, _ freqs: UnsafeBufferPointer<UInt32>,
    _ ordinals: UnsafeBufferPointer<UInt32>?, _ lengths: FieldLengths
  ) {
    ShortLayout.encode(
      docs: docs, freqs: freqs, docCount: lengths.docCount, scratch: &scratch, to: postings)
    if let ordinals { positions.add(block: docs, freqs, ordinals, lengths.values) }
  }

  private mutating func addLong(
    _ docs: UnsafeBufferPointer<UInt32>, _ freqs: UnsafeBufferPointer<UInt32>,
    _ ordinals: UnsafeBufferPointer<UInt32>?, _ lengths: FieldLengths
  ) {
    blocks.removeAll()
    directory.removeAll()
    summary.begin(docs, freqs, lengths)
    summary.appendHead(docs, freqs, ranks: ranks, to: blocks)
    let positionsBase = positions.bytes.count
    var firstPosition = 0
    var base: UInt32 = 0
    for start in stride(from: 0, to: docs.count, by: PatchedBlock.size) {
      let range = start..<min(start + PatchedBlock.size, docs.count)
      let blockDocs = UnsafeBufferPointer(rebasing: docs[range])
      let blockFreqs = UnsafeBufferPointer(rebasing: freqs[range])
      let last = docs[range.upperBound - 1]
      directory.lastDocs.append(last)
      directory.offsets.append(UInt32(blocks.count))
      BlockDocs.encode(blockDocs, base: base, scratch: &scratch, to: blocks)
      BlockFreqs.encode(blockFreqs, scratch: &scratch, to: blocks)
      if let ordinals {
        directory.positionOffsets.append(UInt32(positions.bytes.count - positionsBase))
        let count = blockFreqs.reduce(0) { $0 + Int($1) }
        positions.add(
          block: blockDocs, blockFreqs,
          UnsafeBufferPointer(rebasing: ordinals[firstPosition..<firstPosition + count]),
          lengths.values)
        firstPosition += count
      }
      base = last &+ 1
    }
    directory.write(to: postings)
    summary.appendRanges(docs, docCount: lengths.docCount, to: postings)
    postings.append(blocks.bytes)
  }

  private mutating func addRanged(
    _ docs: UnsafeBufferPointer<UInt32>, _ freqs: UnsafeBufferPointer<UInt32>,
    _ ordinals: UnsafeBufferPointer<UInt32>?, _ lengths: FieldLengths
  ) {
    blocks.removeAll()
    ranges.removeAll()
    summary.begin(docs, freqs, lengths)
    summary.appendHead(docs, freqs, ranks: ranks, to: blocks)
    let positionsBase = positions.bytes.count
    var (start, firstOrdinal) = (0, 0)
    for range in 0..<RangeBounds.count(docCount: lengths.docCount) {
      ranges.append(
        offset: blocks.count,
        positionOffset: ordinals == nil ? nil : positions.bytes.count - positionsBase)
      let base = UInt32(range << RangeBounds.shift)
      var end = start
      while end < docs.count, docs[end] - base < 1 << UInt32(RangeBounds.shift) { end += 1 }
      guard start < end else { continue }
      let rangeDocs = UnsafeBufferPointer(rebasing: docs[start..<end])
      let rangeFreqs = UnsafeBufferPointer(rebasing: freqs[start..<end])
      blocks.write(upTo: Int(LEDE_RANGE_BYTES)) { out in
        lede_ranged_encode(
          rangeDocs.baseAddress, rangeFreqs.baseAddress, rangeDocs.count, base, out)
      }
      if let ordinals {
        let count = rangeFreqs.reduce(0) { $0 + Int($1) }
        positions.add(
          block: rangeDocs, rangeFreqs,
          UnsafeBufferPointer(rebasing: ordinals[firstOrdinal..<firstOrdinal + count]),
          lengths.values)
        firstOrdinal += count
      }
      start = end
    }
    ranges.write(to: postings)
    summary.appendRanges(docs, docCount: lengths.docCount, to: postings)
    postings.append(blocks.bytes)
  }
}
