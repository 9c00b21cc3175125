import CLedeKernels

/// Where the positions of a list's blocks or ranges start, counted from the term's; read in place.
///
///     positionStarts := groupStart: u32 * (G - 1), start: u16 * B, [marks]    (width 2)
///                     | start: u32 * B, [marks]                               (width 4)
///
/// G is the number of groups, of 32 blocks or 16 ranges, the first of which starts at 0. Starts of two bytes count from
/// that of their group; those of four are for lists with a group of which the positions take 64 KiB. In ranged lists
/// the upper half of the byte that states the width is that of ``PositionMarks``, or 0 where there are none.
struct PositionStarts {
  private let base: UnsafeRawPointer
  // Small: lists are copied wherever a query goes.
  private let blockCount: UInt32
  private let groupShift: UInt8
  private let width: UInt8
  private let markWidth: UInt8

  /// - Parameters:
  ///   - widths: the byte that states them.
  ///   - base: where they begin; nothing is read yet.
  ///   - groupShift: log2 of the blocks of a group.
  ///   - mayBeMarked: whether the blocks are ranges.
  /// - Returns: nil for an unknown width.
  init?(
    widths: UInt8, base: UnsafeRawPointer, blockCount: Int, groupShift: Int, mayBeMarked: Bool
  ) {
    (width, markWidth) = (widths & 15, widths >> 4)
    guard width == 2 || width == 4, [0, 2, 4].contains(markWidth), mayBeMarked || markWidth == 0
    else { return nil }
    self.base = base
    self.blockCount = UInt32(truncatingIfNeeded: blockCount)
    self.groupShift = UInt8(truncatingIfNeeded: groupShift)
  }

  private var isWide: Bool { width == 4 }

  /// The starts themselves, behind those of groups.
  @inline(__always)
  private var starts: UnsafeRawPointer {
    isWide ? base : base + 4 * ((Int(blockCount) - 1) >> Int(groupShift))
  }

  private var end: UnsafeRawPointer { starts + Int(width) * Int(blockCount) }

  var marks: PositionMarks? {
    markWidth == 0 ? nil : PositionMarks(base: end, width: Int(markWidth))
  }

  /// Bytes that they take, with marks.
  var size: Int {
    end - base + PositionMarks.size(rangeCount: Int(blockCount), width: Int(markWidth))
  }

  /// As kernels take them, of positions that take some bytes.
  func kernel(_ run: Range<Int>) -> lede_range_positions {
    lede_range_positions(
      groups: base.assumingMemoryBound(to: UInt8.self),
      starts: starts.assumingMemoryBound(to: UInt8.self), is_wide: isWide ? 1 : 0,
      first: UInt64(run.lowerBound), end: UInt64(run.upperBound),
      marks: markWidth == 0 ? nil : end.assumingMemoryBound(to: UInt8.self),
      mark_size: UInt32(markWidth))
  }

  /// The start of a block; may lie past the end of the positions in a damaged file.
  @inline(__always)
  subscript(block: Int) -> Int {
    if isWide { return Int(Self.load(starts + 4 * block)) }
    let within = starts.loadUnaligned(fromByteOffset: 2 * block, as: UInt16.self)
    let group = block >> Int(groupShift)
    return (group == 0 ? 0 : Int(Self.load(base + 4 * (group - 1))))
      + Int(UInt16(littleEndian: within))
  }

  @inline(__always)
  private static func load(_ address: UnsafeRawPointer) -> UInt32 {
    UInt32(littleEndian: address.loadUnaligned(as: UInt32.self))
  }
}

extension PositionStarts {
  /// The bytes of a start that suffice for all of them.
  static func width(_ offsets: [UInt32], groupShift: Int) -> UInt8 {
    let isNarrow = offsets.indices.allSatisfy {
      offsets[$0] - offsets[($0 >> groupShift) << groupShift] <= UInt32(UInt16.max)
    }
    return isNarrow ? 2 : 4
  }

  /// Appends them in as many bytes.
  static func write(_ offsets: [UInt32], groupShift: Int, to buffer: EncodingBuffer) {
    guard width(offsets, groupShift: groupShift) == 2 else {
      return offsets.withUnsafeBufferPointer { buffer.append(littleEndian: $0) }
    }
    let groups = PostingsDirectory.groups(of: offsets, shift: groupShift)
    groups.withUnsafeBufferPointer {
      buffer.append(littleEndian: UnsafeBufferPointer(rebasing: $0.dropFirst()))
    }
    for (block, offset) in offsets.enumerated() {
      let within = offset - groups[block >> groupShift]
      buffer.append(littleEndian: UInt16(truncatingIfNeeded: within))
    }
  }
}
