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
  private var section: SectionSpill
  var postings: EncodingBuffer { section.buffer }
  let blocks = EncodingBuffer()
  var positions: PositionsWriter
  private var directory = PostingsDirectory()
  var ranges = RangedDirectory()
  private var summary = ImpactSummaryWriter()
  private var scratch = [UInt32](repeating: 0, count: PatchedBlock.size)
  private let ranks: [UInt32]?

  /// Keeps postings and positions in memory until all terms are encoded.
  ///
  /// - Parameter ranks: by docID, the place of a document in the order of sequence numbers, which breaks
  ///   ties between equal impacts; nil when docIDs have that order.
  package init(ranks: [UInt32]? = nil) {
    section = SectionSpill(capacity: Self.capacity, nil, .postings)
    positions = PositionsWriter()
    self.ranks = ranks
  }

  /// Begins the section of positions, which go there as they come.
  ///
  /// - Parameters:
  ///   - ranks: as above.
  ///   - space: where postings wait until all terms are encoded.
  package init(
    ranks: [UInt32]?, spillingTo space: SpillSpace, in envelope: EnvelopeWriter
  ) throws(FormatError) {
    try envelope.begin(.positions)
    section = SectionSpill(capacity: Self.capacity, space, .postings)
    positions = PositionsWriter(in: envelope)
    self.ranks = ranks
  }

  private static let capacity = 1 << 18

  /// Hands over what was encoded by a writer that spills nothing; the next term starts anew at offset 0.
  ///
  /// - Parameter spare: what was handed over before and written, whose memory is used again.
  package mutating func take(reusing spare: EncodedPositions?) -> EncodedPostings {
    precondition(section.spilled == 0 && positions.section.spilled == 0, "all is in memory")
    let taken = EncodedPostings(
      postings: section.buffer, positions: EncodedPositions(buffer: positions.section.buffer))
    taken.postings.trim()
    section = SectionSpill(capacity: Self.capacity, nil, .postings)
    positions = spare.map { PositionsWriter(reusing: $0.buffer) } ?? PositionsWriter()
    return taken
  }

  /// Moves what was encoded out of memory if it has become too much; between two terms.
  package func spillIfLarge() throws(FormatError) {
    try section.spillIfLarge()
    try positions.section.spillIfLarge()
  }

  /// Bytes of memory held by the encoded postings and positions.
  package var memoryUse: Int {
    postings.capacity + blocks.capacity + positions.section.buffer.capacity
  }

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
    add(docs, freqs, ordinals.map { TermPlaces($0) }, lengths)
  }

  /// Encodes one term of two and more documents whose positions a merge gathered.
  ///
  /// - Parameters:
  ///   - entries: of the same documents with the same lengths.
  ///   - column: the same as `lengths`.
  /// - Complexity: O(documents + bytes of the positions).
  package mutating func add(
    docs: UnsafeBufferPointer<UInt32>, freqs: UnsafeBufferPointer<UInt32>,
    entries: borrowing PositionEntries, lengths: FieldLengths, column: LengthColumn
  ) -> PostingsLocation {
    precondition(docs.count > 1 && docs.count == entries.count, "each posting has an entry")
    return add(docs, freqs, TermPlaces(entries.bits, column.kernel), lengths)
  }

  private mutating func add(
    _ docs: UnsafeBufferPointer<UInt32>, _ freqs: UnsafeBufferPointer<UInt32>,
    _ places: TermPlaces?, _ lengths: FieldLengths
  ) -> PostingsLocation {
    precondition(!docs.isEmpty && docs.count == freqs.count, "every posting has a termFreq")
    let totalTermFreq = freqs.reduce(UInt64(0)) { $0 &+ UInt64($1) }
    let positionsStart = positions.section.count
    let storage: PostingsLocation.Storage
    if docs.count == 1 {
      storage = addSingle(docs, freqs, places, lengths, at: positionsStart)
    } else {
      let start = section.count
      if docs.count < PatchedBlock.size {
        addShort(docs, freqs, places, lengths)
      } else if RangedLayout.exists(docFreq: docs.count, docCount: lengths.docCount) {
        addRanged(docs, freqs, places, lengths)
      } else {
        addLong(docs, freqs, places, lengths)
      }
      storage = .list(
        offset: start, length: section.count - start, positionsOffset: positionsStart,
        positionsLength: positions.section.count - positionsStart)
    }
    return PostingsLocation(
      docFreq: UInt32(docs.count), totalTermFreq: totalTermFreq, storage: storage)
  }

  /// Writes what is not written of the sections of positions and postings.
  package func finish(into envelope: EnvelopeWriter) throws(FormatError) {
    if !positions.section.isOpen { try envelope.begin(.positions) }
    try positions.section.append(to: envelope)
    try envelope.end()
    try envelope.begin(.postings)
    try section.append(to: envelope)
    try envelope.end()
  }

  private mutating func addSingle(
    _ docs: UnsafeBufferPointer<UInt32>, _ freqs: UnsafeBufferPointer<UInt32>,
    _ places: TermPlaces?, _ lengths: FieldLengths, at start: UInt64
  ) -> PostingsLocation.Storage {
    var inline = InlineOrdinals()
    if var places {
      if places.ordinals.count <= PostingsLocation.maxInlinePositions {
        for (lane, ordinal) in places.ordinals.enumerated() { inline[lane] = ordinal }
      } else {
        places.appendRun(docs, freqs, lengths, to: positions)
      }
    }
    return .single(
      doc: docs[0], positions: inline, positionsOffset: start,
      positionsLength: positions.section.count - start)
  }

  private mutating func addShort(
    _ docs: UnsafeBufferPointer<UInt32>, _ freqs: UnsafeBufferPointer<UInt32>,
    _ places: TermPlaces?, _ lengths: FieldLengths
  ) {
    ShortLayout.encode(
      docs: docs, freqs: freqs, docCount: lengths.docCount, to: postings)
    var places = places
    places?.appendOnlyRun(docs, freqs, lengths, to: positions)
  }

  private mutating func addLong(
    _ docs: UnsafeBufferPointer<UInt32>, _ freqs: UnsafeBufferPointer<UInt32>,
    _ places: TermPlaces?, _ lengths: FieldLengths
  ) {
    directory.removeAll()
    beginBlocks(docs, freqs, lengths)
    let positionsBase = positions.section.count
    var places = places
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
      if places != nil {
        directory.positionOffsets.append(UInt32(positions.section.count - positionsBase))
        places?.appendRun(blockDocs, blockFreqs, lengths, to: positions)
      }
      base = last &+ 1
    }
    directory.write(to: postings)
    endBlocks(docs, lengths)
  }

  /// The head of a list stands before its blocks, and its directory counts from there.
  mutating func beginBlocks(
    _ docs: UnsafeBufferPointer<UInt32>, _ freqs: UnsafeBufferPointer<UInt32>,
    _ lengths: FieldLengths
  ) {
    blocks.removeAll()
    summary.begin(docs, freqs, lengths)
    summary.appendHead(docs, freqs, ranks: ranks, to: blocks)
  }

  /// Behind the directory follow the bounds of ranges, the head and the blocks.
  mutating func endBlocks(_ docs: UnsafeBufferPointer<UInt32>, _ lengths: FieldLengths) {
    summary.appendRanges(docs, docCount: lengths.docCount, to: postings)
    postings.append(blocks.bytes)
  }
}
