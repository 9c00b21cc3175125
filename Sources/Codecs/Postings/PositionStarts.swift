/// Where the positions of the blocks of a long list start, counted from the term's; read in place.
///
///     positionStarts := groupStart: u32 * (G - 1), start: u16 * B         (width 2)
///                     | start: u32 * B                                    (width 4)
///
/// G is the number of groups of 32 blocks, the first of which starts at 0. Starts of two bytes count from
/// that of their group; those of four are for lists with a group of which the positions take 64 KiB.
struct PositionStarts {
  /// Of the second group and those behind it.
  private let groups: UnsafeRawPointer
  private let starts: UnsafeRawPointer
  private let isWide: Bool

  /// - Parameters:
  ///   - base: where they begin; nothing is read yet.
  ///   - groupCount: the number of groups of blocks.
  /// - Returns: nil for an unknown width.
  init?(width: UInt8, base: UnsafeRawPointer, groupCount: Int) {
    guard width == 2 || width == 4 else { return nil }
    isWide = width == 4
    groups = base
    starts = isWide ? base : base + 4 * (groupCount - 1)
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
    let group = block >> PostingsDirectory.groupShift
    return (group == 0 ? 0 : Int(Self.load(groups + 4 * (group - 1))))
      + Int(UInt16(littleEndian: within))
  }

  @inline(__always)
  private static func load(_ address: UnsafeRawPointer) -> UInt32 {
    UInt32(littleEndian: address.loadUnaligned(as: UInt32.self))
  }
}

extension PostingsDirectory {
  /// The bytes of a start.
  var positionWidth: UInt8 {
    let isNarrow = positionOffsets.indices.allSatisfy {
      positionOffsets[$0] - positionOffsets[($0 >> Self.groupShift) << Self.groupShift]
        <= UInt32(UInt16.max)
    }
    return isNarrow ? 2 : 4
  }

  func writePositionStarts(to buffer: EncodingBuffer) {
    guard positionWidth == 2 else {
      return positionOffsets.withUnsafeBufferPointer { buffer.append(littleEndian: $0) }
    }
    let groups = Self.groups(of: positionOffsets)
    groups.withUnsafeBufferPointer {
      buffer.append(littleEndian: UnsafeBufferPointer(rebasing: $0.dropFirst()))
    }
    for (block, offset) in positionOffsets.enumerated() {
      let within = offset - groups[block >> Self.groupShift]
      buffer.append(littleEndian: UInt16(truncatingIfNeeded: within))
    }
  }
}
