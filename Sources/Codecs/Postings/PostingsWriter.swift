import CLedeKernels
import LedeModel
import LedeStorage

/// Encodes the postings of one segment, term after term, in the order of the term dictionary.
///
///     list      := long | short                       (docFreq 1 stands in the dictionary)
///     long      := front, lastDoc: u32 * B, offset: u32 * B, [positionOffset: u32 * B],
///                  front * B, [groupLastDoc: u32 * G, front * G],
///                  [code: u8 * R], [head], block * B                              (docFreq >= 128)
///     short     := lastDoc: varint, maxTermFreq: varint, minLength: varint, block (docFreq < 128)
///     block     := docs, termFreqs
///     docs      := packed | bitset | tail
///     packed    := width: u8 (0 to 32), 128 gaps less one, vertical
///     bitset    := 0x40, words: u8, words * u64       (bit i: document (base & ~63) + i)
///     tail      := width: u8, n - 1 gaps less one, horizontal  (the last document is known)
///     termFreqs := patched block of termFreq - 1
///
/// B is the number of blocks of 128 documents, the last one shorter; G the number of groups of 32
/// blocks, present when B > 32. Gaps start from the document after the previous block's last, the
/// base. The directory stands before the payload, column by column, so that a skip touches only
/// lastDocs and a bound only fronts. R is the number of ranges of 512 documents, whose codes are
/// there when docFreq >= 4 R (``RangeBounds``); the head is there when docFreq >= 1024
/// (``PostingsHead``). Offsets are relative to the head or, without one, to the first block: the
/// first says where the head ends.
package struct PostingsWriter {
  let postings = EncodingBuffer(capacity: 1 << 20)
  let blocks = EncodingBuffer()
  let positions: PositionsWriter
  private var directory = PostingsDirectory()
  private var frontBuilder = ImpactFrontBuilder()
  private var groupBuilder = ImpactFrontBuilder()
  private var summary = ImpactSummaryWriter()
  private var scratch = [UInt32](repeating: 0, count: PatchedBlock.size)
  private let ranks: [UInt32]?

  /// - Parameter ranks: by docID, the place of a document in the order of sequence numbers, which
  ///   breaks ties between equal impacts; nil when docIDs have that order.
  package init(ranks: [UInt32]? = nil) {
    positions = PositionsWriter()
    self.ranks = ranks
  }

  /// Bytes of memory held by the encoded postings and positions.
  package var memoryUse: Int { postings.capacity + blocks.capacity + positions.bytes.capacity }

  /// Encodes one term.
  ///
  /// - Parameters:
  ///   - docs: docIDs, strictly ascending, at least one.
  ///   - freqs: the termFreq of each document, at least 1.
  ///   - positions: each document's `freqs[i]` ascending positions, one document after the other;
  ///     nil when no positions are kept.
  ///   - lengths: those of the field in every document of the segment.
  /// - Complexity: O(occurrences).
  package mutating func add(
    docs: UnsafeBufferPointer<UInt32>, freqs: UnsafeBufferPointer<UInt32>,
    positions termPositions: UnsafeBufferPointer<UInt32>?, lengths: FieldLengths
  ) -> PostingsLocation {
    precondition(!docs.isEmpty && docs.count == freqs.count, "every posting has a termFreq")
    let totalTermFreq = freqs.reduce(UInt64(0)) { $0 + UInt64($1) }
    let positionsStart = UInt64(positions.bytes.count)
    let storage: PostingsLocation.Storage
    if docs.count == 1 {
      storage = addSingle(doc: docs[0], positions: termPositions, at: positionsStart)
    } else {
      let start = UInt64(postings.count)
      if docs.count < PatchedBlock.size {
        addShort(docs, freqs, termPositions, lengths)
      } else {
        addLong(docs, freqs, termPositions, lengths)
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
    doc: UInt32, positions termPositions: UnsafeBufferPointer<UInt32>?, at start: UInt64
  ) -> PostingsLocation.Storage {
    var inline = SIMD8<UInt32>()
    if let termPositions, termPositions.count <= PostingsLocation.maxInlinePositions {
      for (lane, position) in termPositions.enumerated() { inline[lane] = position }
    } else if let termPositions {
      positions.add(block: [UInt32(termPositions.count)], termPositions)
    }
    return .single(
      doc: doc, positions: inline, positionsOffset: start,
      positionsLength: UInt64(positions.bytes.count) - start)
  }

  private mutating func addShort(
    _ docs: UnsafeBufferPointer<UInt32>, _ freqs: UnsafeBufferPointer<UInt32>,
    _ termPositions: UnsafeBufferPointer<UInt32>?, _ lengths: FieldLengths
  ) {
    var shortest = UInt32.max
    for doc in docs { shortest = min(shortest, lengths.values[Int(doc)]) }
    postings.append(varint: UInt64(docs[docs.count - 1]))
    postings.append(varint: UInt64(freqs.max() ?? 1))
    postings.append(varint: UInt64(shortest))
    append(docs, after: 0, to: postings)
    append(freqs: freqs, to: postings)
    if let termPositions { positions.add(block: freqs, termPositions) }
  }

  private mutating func addLong(
    _ docs: UnsafeBufferPointer<UInt32>, _ freqs: UnsafeBufferPointer<UInt32>,
    _ termPositions: UnsafeBufferPointer<UInt32>?, _ lengths: FieldLengths
  ) {
    blocks.removeAll()
    directory.removeAll()
    summary.appendHead(docs, freqs, lengths, ranks: ranks, to: blocks)
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
      directory.fronts.append(front(blockDocs, blockFreqs, lengths))
      append(blockDocs, after: base, to: blocks)
      append(freqs: blockFreqs, to: blocks)
      if let termPositions {
        directory.positionOffsets.append(UInt32(positions.bytes.count - positionsBase))
        let count = blockFreqs.reduce(0) { $0 + Int($1) }
        positions.add(
          block: blockFreqs,
          UnsafeBufferPointer(rebasing: termPositions[firstPosition..<firstPosition + count]))
        firstPosition += count
      }
      base = last &+ 1
    }
    directory.write(to: postings, grouping: &groupBuilder)
    summary.appendRanges(docs, freqs, lengths, to: postings)
    postings.append(blocks.bytes)
  }

  private mutating func front(
    _ docs: UnsafeBufferPointer<UInt32>, _ freqs: UnsafeBufferPointer<UInt32>,
    _ lengths: FieldLengths
  ) -> ImpactFront {
    for (doc, freq) in zip(docs, freqs) {
      frontBuilder.add(termFreq: freq, length: lengths.values[Int(doc)])
    }
    return frontBuilder.finish()
  }

  /// Appends the docs part of a block whose documents all are at least `base`.
  private mutating func append(
    _ docs: UnsafeBufferPointer<UInt32>, after base: UInt32, to buffer: EncodingBuffer
  ) {
    let isFull = docs.count == PatchedBlock.size
    let gaps = isFull ? docs.count : docs.count - 1
    var next = base
    for index in 0..<gaps {
      precondition(docs[index] >= next, "docIDs ascend")
      scratch[index] = docs[index] - next
      next = docs[index] &+ 1
    }
    scratch.withUnsafeBufferPointer { values in
      let width = lede_bits_needed(values.baseAddress, gaps)
      let words = BlockDocs.words(from: base, through: docs[docs.count - 1])
      if isFull, Self.prefersBitset(words: words, width: Int(width)) {
        appendBitset(docs, origin: base & ~63, words: words, to: buffer)
        return
      }
      buffer.write(upTo: 513 + 8) { out in
        out[0] = UInt8(width)
        if isFull {
          lede_pack128(values.baseAddress, width, out + 1)
          return 1 + 16 * Int(width)
        }
        return 1 + lede_pack_run(values.baseAddress, gaps, width, out + 1)
      }
    }
  }

  /// Whether a bitset of the block's span pays: up to half as large again as the packed gaps, since
  /// operations on its words cost a tenth of unpacking them. Takes 0.2 % of an index.
  private static func prefersBitset(words: Int, width: Int) -> Bool { words < 3 * width }

  private func appendBitset(
    _ docs: UnsafeBufferPointer<UInt32>, origin: UInt32, words: Int, to buffer: EncodingBuffer
  ) {
    buffer.write(upTo: 2 + 8 * words) { out in
      out[0] = PostingsList.bitsetMark
      out[1] = UInt8(words)
      let bits = UnsafeMutableBufferPointer(start: out + 2, count: 8 * words)
      bits.update(repeating: 0)
      for doc in docs { bits[Int((doc - origin) >> 3)] |= 1 << UInt8(doc & 7) }
      return 2 + 8 * words
    }
  }

  private mutating func append(freqs: UnsafeBufferPointer<UInt32>, to buffer: EncodingBuffer) {
    scratch.withUnsafeMutableBufferPointer { values in
      for index in freqs.indices { values[index] = freqs[index] - 1 }
      PatchedBlock.encode(
        UnsafeMutableBufferPointer(rebasing: values[..<freqs.count]), to: buffer)
    }
  }
}
