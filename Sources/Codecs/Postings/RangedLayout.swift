import CLedeKernels
import LedeStorage

/// A list of a frequent term, cut at the borders of ranges of 512 documents and read in place.
///
///     ranged := [positionWidths: u8], groupOffset: u32 * G, offset: u16 * R, [positionStarts],
///               code: u8 * R, [head], range *             (those whose code is not 0)
///
/// A range is reached by its number alone: nothing is walked to get there, and a query touches just the
/// ranges whose bound lets them matter. Its bytes are those of `lede_ranged_encode` (lede_ranged.h).
///
/// The whole directory was checked to lie inside the list, so that offsets of ranges below `rangeCount`
/// are read without further checks; kernels check what they point to.
struct RangedLayout {
  /// The list as kernels take it.
  let kernel: lede_ranged
  let rangeCount: Int
  /// Where each range's positions start; nil when none are kept.
  let positionStarts: PositionStarts?
  /// Where the head is in the section, in lists that have one.
  let head: Int
  /// Offset of the list's end in its section.
  let end: Int

  /// Documents per range that a list must have at least on average. Below, the directory takes more
  /// than ranges save: 2.25 bytes a range are 2 bits a posting at 9 of them.
  static let minDensity = 8

  /// Ranges whose offsets are relative to that of their first. A range takes at most 2,120 bytes, so
  /// that 16 bits are enough for 16.
  static let groupShift = 4

  @inline(__always)
  static func exists(docFreq: Int, docCount: Int) -> Bool {
    docFreq >= PatchedBlock.size && docFreq >= minDensity * RangeBounds.count(docCount: docCount)
  }

  static func groupCount(rangeCount: Int) -> Int {
    (rangeCount + (1 << groupShift) - 1) >> groupShift
  }

  init(
    _ postings: SectionView, _ range: Range<Int>, hasPositions: Bool, docCount: Int
  ) throws(FormatError) {
    rangeCount = RangeBounds.count(docCount: docCount)
    let groupCount = Self.groupCount(rangeCount: rangeCount)
    guard !range.isEmpty, let base = postings.bytes.baseAddress else {
      throw postings.corrupt(at: range.lowerBound, "a list of \(rangeCount) ranges is cut off")
    }
    let groups = range.lowerBound + (hasPositions ? 1 : 0)
    let offsets = groups + 4 * groupCount
    var codes = offsets + 2 * rangeCount
    if hasPositions {
      // Safe: the range is not empty and lies in the section. What the starts are read from is checked
      // below to lie there too, before anyone does.
      guard
        let starts = PositionStarts(
          widths: postings.bytes[range.lowerBound], base: base + codes, blockCount: rangeCount,
          groupShift: Self.groupShift, mayBeMarked: true)
      else {
        throw postings.corrupt(at: range.lowerBound, "offsets of positions have an unknown width")
      }
      positionStarts = starts
      codes += starts.size
    } else {
      positionStarts = nil
    }
    let payload = codes + rangeCount
    guard payload <= range.upperBound else {
      throw postings.corrupt(at: range.lowerBound, "a list of \(rangeCount) ranges is cut off")
    }
    let bytes = base.assumingMemoryBound(to: UInt8.self)
    kernel = lede_ranged(
      codes: bytes + codes, groups: bytes + groups, offsets: bytes + offsets,
      payload: bytes + payload, size: range.upperBound - payload,
      doc_count: UInt32(clamping: docCount))
    head = payload
    end = range.upperBound
  }

  /// The first range at or after `range` that has documents; `rangeCount` if none.
  @inline(__always)
  func firstRange(from range: Int) -> Int {
    var range = range
    // Safe: codes are there for every range below rangeCount.
    while range < rangeCount, kernel.codes[range] == 0 { range += 1 }
    return min(range, rangeCount)
  }

  /// The last document that a range could hold.
  @inline(__always)
  func lastDoc(_ range: Int) -> UInt32 {
    min(kernel.doc_count, UInt32(truncatingIfNeeded: range + 1) << UInt32(RangeBounds.shift)) &- 1
  }
}

/// The directory of a ranged list, gathered range by range.
struct RangedDirectory {
  private var offsets: [UInt32] = []
  private var positionOffsets: [UInt32] = []
  /// Of every range, where the list has marks.
  private var marks: [UInt64] = []

  mutating func removeAll() {
    offsets.removeAll(keepingCapacity: true)
    positionOffsets.removeAll(keepingCapacity: true)
    marks.removeAll(keepingCapacity: true)
  }

  /// Takes the next range: where it starts, whether or not it has documents.
  mutating func append(offset: Int, positionOffset: Int?) {
    offsets.append(UInt32(offset))
    if let positionOffset { positionOffsets.append(UInt32(positionOffset)) }
  }

  /// Takes the marks of the range that was taken last.
  mutating func append(marks more: [UInt64]) { marks.append(contentsOf: more) }

  func write(to buffer: EncodingBuffer) {
    let shift = RangedLayout.groupShift
    let markWidth = PositionMarks.width(marks)
    if !positionOffsets.isEmpty {
      let width = PositionStarts.width(positionOffsets, groupShift: shift)
      buffer.append(width | UInt8(truncatingIfNeeded: markWidth << 4))
    }
    let groups = PostingsDirectory.groups(of: offsets, shift: shift)
    groups.withUnsafeBufferPointer { buffer.append(littleEndian: $0) }
    for (range, offset) in offsets.enumerated() {
      let within = offset - groups[range >> shift]
      precondition(within <= UInt32(UInt16.max), "16 ranges fit 64 KiB")
      buffer.append(littleEndian: UInt16(truncatingIfNeeded: within))
    }
    if !positionOffsets.isEmpty {
      PositionStarts.write(positionOffsets, groupShift: shift, to: buffer)
    }
    PositionMarks.write(marks, width: markWidth, to: buffer)
  }
}
