import CLedeKernels
import LedeStorage

/// The directory of a list of 128 documents and more that is not ranged, read in place.
///
/// Every offset is computed from `blockCount`, and the whole directory was checked to lie inside the
/// list, so the accessors need no further checks for blocks below `blockCount`.
struct LongLayout {
  private let base: UnsafeRawPointer
  private let blockCount: Int
  private let lastDocs: Int
  private let groupOffsets: Int
  private let offsets: Int
  /// Where each block's positions start; nil when none are kept.
  let positionStarts: PositionStarts?
  private let ranges: Int
  private let payload: Int
  /// Offset of the list's end in its section.
  let end: Int
  let hasRanges: Bool

  init(
    _ postings: SectionView, _ range: Range<Int>, hasPositions: Bool, docFreq: Int, docCount: Int
  ) throws(FormatError) {
    let blockCount = (docFreq + PatchedBlock.size - 1) / PatchedBlock.size
    let groupCount = PostingsDirectory.groupCount(blockCount: blockCount)
    guard !range.isEmpty, let base = postings.bytes.baseAddress else {
      throw postings.corrupt(at: range.lowerBound, "a list of \(blockCount) blocks is cut off")
    }
    lastDocs = range.lowerBound + (hasPositions ? 1 : 0)
    groupOffsets = lastDocs + 4 * blockCount
    offsets = groupOffsets + 4 * groupCount
    let afterOffsets = offsets + 2 * blockCount
    if hasPositions {
      // Safe: the range is not empty and lies in the section. What the starts are read from is checked
      // below to lie there too, before anyone does.
      guard
        let starts = PositionStarts(
          widths: postings.bytes[range.lowerBound], base: base + afterOffsets,
          blockCount: blockCount, groupShift: PostingsDirectory.groupShift, mayBeMarked: false)
      else {
        throw postings.corrupt(at: range.lowerBound, "offsets of positions have an unknown width")
      }
      positionStarts = starts
      ranges = afterOffsets + starts.size
    } else {
      positionStarts = nil
      ranges = afterOffsets
    }
    hasRanges = RangeBounds.exist(docFreq: docFreq, docCount: docCount)
    payload = ranges + (hasRanges ? RangeBounds.count(docCount: docCount) : 0)
    guard payload <= range.upperBound else {
      throw postings.corrupt(at: range.lowerBound, "a list of \(blockCount) blocks is cut off")
    }
    self.base = base
    self.blockCount = blockCount
    end = range.upperBound
  }

  @inline(__always)
  private func loadUInt32(_ offset: Int) -> UInt32 {
    UInt32(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  @inline(__always)
  func lastDoc(_ block: Int) -> UInt32 { loadUInt32(lastDocs + 4 * block) }

  /// The last document of each block, little-endian and unaligned.
  var lastDocColumn: UnsafeRawPointer { base + lastDocs }

  /// A byte of the section; the caller has checked that it lies before `end`.
  @inline(__always)
  func bytes(at offset: Int) -> UnsafePointer<UInt8> {
    base.advanced(by: offset).assumingMemoryBound(to: UInt8.self)
  }

  /// The directory and the blocks as kernels read them: all addresses lie inside the list.
  @inline(__always)
  func blocks(full: Int) -> lede_blocks {
    lede_blocks(
      last_docs: (base + lastDocs).assumingMemoryBound(to: UInt8.self),
      group_offsets: (base + groupOffsets).assumingMemoryBound(to: UInt8.self),
      offsets: (base + offsets).assumingMemoryBound(to: UInt8.self),
      blocks: (base + payload).assumingMemoryBound(to: UInt8.self), size: end - payload, full: full)
  }

  /// Offset in the section; may lie past `end` in a damaged file.
  @inline(__always)
  func blockOffset(_ block: Int) -> Int {
    let group = block >> PostingsDirectory.groupShift
    let within = base.loadUnaligned(fromByteOffset: offsets + 2 * block, as: UInt16.self)
    return payload + Int(loadUInt32(groupOffsets + 4 * group)) + Int(UInt16(littleEndian: within))
  }

  /// A code for each range of the segment; nil when the list has none.
  @inline(__always)
  var rangeBounds: UnsafePointer<UInt8>? {
    // Safe: the codes end where the payload begins, which was checked to lie in the list.
    hasRanges ? base.advanced(by: ranges).assumingMemoryBound(to: UInt8.self) : nil
  }

  /// Where the head is in the section, in lists that have one.
  var head: Int { payload }
}
