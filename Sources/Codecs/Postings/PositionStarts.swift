import CLedeKernels

/// Where the positions of a list's blocks or ranges start, counted from the term's; read in place.
///
///     positionStarts := groupStart: u32 * (G - 1), start: u16 * B         (width 2)
///                     | start: u32 * B                                    (width 4)
///
/// G is the number of groups, of 32 blocks or 16 ranges, the first of which starts at 0. Starts of two bytes count from
/// that of their group; those of four are for lists with a group of which the positions take 64 KiB.
struct PositionStarts {
  /// Of the second group and those behind it.
  private let groups: UnsafeRawPointer
  private let starts: UnsafeRawPointer
  private let isWide: Bool
  private let groupShift: Int

  /// - Parameters:
  ///   - base: where they begin; nothing is read yet.
  ///   - groupCount: the number of groups of blocks.
  ///   - groupShift: log2 of the blocks of a group.
  /// - Returns: nil for an unknown width.
  init?(width: UInt8, base: UnsafeRawPointer, groupCount: Int, groupShift: Int) {
    guard width == 2 || width == 4 else { return nil }
    isWide = width == 4
    self.groupShift = groupShift
    groups = base
    starts = isWide ? base : base + 4 * (groupCount - 1)
  }

  /// As kernels take them, of positions that take some bytes.
  func kernel(_ run: Range<Int>) -> lede_range_positions {
    lede_range_positions(
      groups: groups.assumingMemoryBound(to: UInt8.self),
      starts: starts.assumingMemoryBound(to: UInt8.self), is_wide: isWide ? 1 : 0,
      first: UInt64(run.lowerBound), end: UInt64(run.upperBound))
  }

  /// Bytes that they take.
  func size(blockCount: Int) -> Int {
    starts - groups + (isWide ? 4 : 2) * blockCount
  }

  /// The start of a block; may lie past the end of the positions in a damaged file.
  @inline(__always)
  subscript(block: Int) -> Int {
    if isWide { return Int(Self.load(starts + 4 * block)) }
    let within = starts.loadUnaligned(fromByteOffset: 2 * block, as: UInt16.self)
    let group = block >> groupShift
    return (group == 0 ? 0 : Int(Self.load(groups + 4 * (group - 1))))
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
