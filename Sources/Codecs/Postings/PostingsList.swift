import CLedeKernels
import LedeStorage

/// One term's postings in one segment, in blocks that are decoded on demand: of 128 documents, or of
/// the documents of one range of 512 where the term is frequent.
///
/// A plain view into the mapped segment: making one checks the directory against the section's
/// bounds and allocates nothing. It is valid while its ``SegmentReader`` lives. Blocks are numbered
/// from 0; `lastDoc` and `firstBlock` read the directory alone.
package struct PostingsList {
  package let docFreq: Int
  package let blockCount: Int
  let layout: Layout
  private let sections: UnsafePointer<ListSections>
  let hasPositions: Bool
  let docCount: UInt32

  /// The most documents of a block: the room that decoding one needs.
  @inlinable package static var blockSize: Int { 512 }
  /// What kernels return in place of a count for damaged bytes.
  @inlinable package static var damaged: Int { Int.max }
  /// Documents per block of a list that is not ranged; the last block may hold fewer.
  @inlinable package static var longBlockSize: Int { 128 }
  /// Marks a block whose documents are a bitset; widths are below it.
  static let bitsetMark: UInt8 = 0x40

  enum Layout {
    case single(doc: UInt32, termFreq: UInt32, positions: InlineOrdinals, run: Range<Int>)
    case short(ShortLayout, run: Range<Int>)
    case long(LongLayout, run: Range<Int>)
    case ranged(RangedLayout, run: Range<Int>)
  }

  var postings: SectionView { sections.pointee.postings }
  var positions: SectionView { sections.pointee.positions }
  /// What positions of the field are relative to.
  package var places: PositionPlaces { sections.pointee.places }

  /// Whether another list is the same one of the same segment.
  package func isSame(as other: PostingsList) -> Bool {
    switch (layout, other.layout) {
    case (.long(_, let run), .long(_, let others)), (.ranged(_, let run), .ranged(_, let others)),
      (.short(_, let run), .short(_, let others)):
      docFreq == other.docFreq && !run.isEmpty && run == others
    default: false
    }
  }

  /// - Parameter sections: of the term's field; must outlive this view.
  /// - Throws: ``FormatError/corrupt`` when the location does not fit the sections.
  package init(
    entry: TermEntry, sections: UnsafePointer<ListSections>
  ) throws(FormatError) {
    self.sections = sections
    // Safe: they outlive this view.
    let (postings, positions) = (sections.pointee.postings, sections.pointee.positions)
    let docCount = sections.pointee.docCount
    hasPositions = entry.namespace.hasPositions
    self.docCount = UInt32(clamping: docCount)
    docFreq = Int(entry.location.docFreq)
    guard docFreq >= 1, docFreq <= docCount else {
      throw postings.corrupt(at: 0, "a term claims \(docFreq) of \(docCount) documents")
    }
    switch entry.location.storage {
    case .single(let doc, let inline, let offset, let length):
      let run = try Self.range(offset, length, in: positions)
      let termFreq = UInt32(clamping: entry.location.totalTermFreq)
      guard doc < docCount, termFreq > 0 else {
        throw postings.corrupt(at: 0, "a term of one document names document \(doc)")
      }
      layout = .single(doc: doc, termFreq: termFreq, positions: inline, run: run)
      blockCount = 1
    case .list(let offset, let length, let positionsOffset, let positionsLength):
      let range = try Self.range(offset, length, in: postings)
      let run = try Self.range(positionsOffset, positionsLength, in: positions)
      if docFreq < Self.longBlockSize {
        let short = ShortLayout(
          postings.bytes, range, entry.location, docCount: self.docCount)
        guard let short else {
          throw postings.corrupt(at: range.lowerBound, "a short list is cut off")
        }
        layout = .short(short, run: run)
        blockCount = 1
      } else if RangedLayout.exists(docFreq: docFreq, docCount: docCount) {
        let ranged = try RangedLayout(
          postings, range, hasPositions: hasPositions, docCount: docCount)
        layout = .ranged(ranged, run: run)
        blockCount = ranged.rangeCount
      } else {
        let long = try LongLayout(
          postings, range, hasPositions: hasPositions, docFreq: docFreq, docCount: docCount)
        layout = .long(long, run: run)
        blockCount = (docFreq + Self.longBlockSize - 1) / Self.longBlockSize
      }
    }
  }

  private static func range(
    _ offset: UInt64, _ length: UInt64, in region: SectionView
  ) throws(FormatError) -> Range<Int> {
    let (end, overflow) = offset.addingReportingOverflow(length)
    guard !overflow, end <= UInt64(region.bytes.count) else {
      throw region.corrupt(at: 0, "a term's \(length) bytes at \(offset) lie outside the section")
    }
    return Int(offset)..<Int(end)
  }
}

// MARK: - Directory

extension PostingsList {
  /// The blocks as kernels read them; nil for a list without a directory.
  @inline(__always)
  var longBlocks: lede_blocks? {
    guard case .long(let long, _) = layout else { return nil }
    return long.blocks(full: docFreq / Self.longBlockSize)
  }

  /// The list by ranges, as kernels read it: nil unless the term is frequent. Valid while the segment
  /// lives.
  @inline(__always)
  package var ranged: lede_ranged? {
    guard case .ranged(let ranged, _) = layout else { return nil }
    return ranged.kernel
  }

  /// Documents in a block: 128, or what is left in the last; those of a range, 0 where it has none.
  package func count(ofBlock block: Int) -> Int {
    if case .ranged(let ranged, _) = layout {
      return withUnsafePointer(to: ranged.kernel) {
        let count = lede_ranged_count($0, UInt32(truncatingIfNeeded: block))
        return count <= Self.blockSize ? count : 0
      }
    }
    return min(Self.longBlockSize, docFreq - block * Self.longBlockSize)
  }

  /// The last document of a block; of a range the last that it could hold.
  @inline(__always)
  package func lastDoc(ofBlock block: Int) -> UInt32 {
    switch layout {
    case .single(let doc, _, _, _): doc
    case .short(let short, _): short.lastDoc
    case .long(let long, _): long.lastDoc(block)
    case .ranged(let ranged, _): ranged.lastDoc(block)
    }
  }

  /// Whether blocks have 128 documents each, but for the last.
  package var isBlocked: Bool {
    if case .long = layout { return true }
    return false
  }

  /// Whether blocks are the ranges of the segment, some of which may be empty.
  package var isRanged: Bool {
    if case .ranged = layout { return true }
    return false
  }

  /// The last document of each block of a long list: little-endian numbers of four bytes,
  /// not aligned, valid while the segment lives. Nil for any other.
  package var lastDocs: UnsafeRawPointer? {
    if case .long(let long, _) = layout { return long.lastDocColumn }
    return nil
  }

  /// The first block at or after `from` whose last document is at least `doc`, no empty range;
  /// `blockCount` if none.
  ///
  /// Gallops: O(log distance); over empty ranges O(distance).
  package func firstBlock(reaching doc: UInt32, from: Int) -> Int {
    if case .ranged(let ranged, _) = layout {
      return doc < docCount
        ? ranged.firstRange(from: max(from, Int(doc) >> Self.rangeShift)) : blockCount
    }
    guard from < blockCount, lastDoc(ofBlock: from) < doc else { return min(from, blockCount) }
    guard case .long(let long, _) = layout else { return blockCount }
    var step = 1
    var low = from
    while low + step < blockCount, long.lastDoc(low + step) < doc {
      low += step
      step *= 2
    }
    var high = min(low + step, blockCount)
    // lastDoc(low) < doc; the answer lies in low + 1 ... high.
    while low + 1 < high {
      let middle = (low + high) / 2
      if long.lastDoc(middle) < doc { low = middle } else { high = middle }
    }
    return high
  }
}

// MARK: - Range bounds and head

extension PostingsList {
  /// Ranges have `1 << rangeShift` documents: range `doc >> rangeShift` holds document `doc`.
  @inlinable package static var rangeShift: Int { 9 }
  /// Postings in a head.
  @inlinable package static var headSize: Int { 128 }

  /// Ranges of the segment, whether or not this list has bounds on them.
  package var rangeCount: Int { RangeBounds.count(docCount: Int(docCount)) }

  /// A code for each range, nil for a list that is too sparse: 0 exactly when none of the range's
  /// documents is in the list, else a bound for the ``FrozenImpact`` of those that are.
  ///
  /// `rangeCount` bytes in the mapping, valid while the segment lives. In a damaged file the bounds
  /// may not hold; then documents can be missed, and no worse.
  @inline(__always)
  package var rangeBounds: UnsafePointer<UInt8>? {
    switch layout {
    case .ranged(let ranged, _): ranged.kernel.codes
    case .long(let long, _): long.rangeBounds
    case .single, .short: nil
    }
  }

  /// Whether the list has a head: its 128 postings of highest ``FrozenImpact``, which of equal ones
  /// are those with the lowest sequence numbers.
  @inline(__always)
  package var hasHead: Bool { docFreq >= PostingsHead.minDocFreq }

  /// Decodes the head: documents strictly ascending below the segment's docCount, termFreqs at least 1.
  ///
  /// - Parameters:
  ///   - docs: room for 128 values.
  ///   - freqs: room for 128 values.
  /// - Returns: how many postings: 128, or 0 when there is no head.
  package func decodeHead(
    docs: UnsafeMutablePointer<UInt32>, freqs: UnsafeMutablePointer<UInt32>
  ) throws(FormatError) -> Int {
    let (head, end): (Int, Int)
    switch layout {
    case .ranged(let ranged, _): (head, end) = (ranged.head, ranged.end)
    case .long(let long, _): (head, end) = (long.head, long.end)
    case .single, .short: return 0
    }
    guard hasHead else { return 0 }
    let bytes = UnsafeRawBufferPointer(rebasing: postings.bytes[..<end])
    guard PostingsHead.decode(bytes, head, docCount: docCount, docs: docs, freqs: freqs)
    else { throw postings.corrupt(at: head, "the head of a postings list makes no sense") }
    return PostingsHead.size
  }
}
