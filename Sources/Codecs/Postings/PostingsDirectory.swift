/// The directory of a long list, gathered block by block.
struct PostingsDirectory {
  var lastDocs: [UInt32] = []
  var offsets: [UInt32] = []
  var positionOffsets: [UInt32] = []

  /// Offsets are relative to those of the first of 32 blocks: a block takes less than 1,500 bytes, so
  /// that 16 bits are enough.
  static let groupShift = 5

  static func groupCount(blockCount: Int) -> Int {
    (blockCount + (1 << groupShift) - 1) >> groupShift
  }

  mutating func removeAll() {
    lastDocs.removeAll(keepingCapacity: true)
    offsets.removeAll(keepingCapacity: true)
    positionOffsets.removeAll(keepingCapacity: true)
  }

  /// The first offset of each group.
  static func groups(of offsets: [UInt32], shift: Int) -> [UInt32] {
    stride(from: 0, to: offsets.count, by: 1 << shift).map { offsets[$0] }
  }

  func write(to buffer: EncodingBuffer) {
    if !positionOffsets.isEmpty {
      buffer.append(PositionStarts.width(positionOffsets, groupShift: Self.groupShift))
    }
    lastDocs.withUnsafeBufferPointer { buffer.append(littleEndian: $0) }
    let groups = Self.groups(of: offsets, shift: Self.groupShift)
    groups.withUnsafeBufferPointer { buffer.append(littleEndian: $0) }
    for (block, offset) in offsets.enumerated() {
      let within = offset - groups[block >> Self.groupShift]
      precondition(within <= UInt32(UInt16.max), "32 blocks fit 64 KiB")
      buffer.append(littleEndian: UInt16(truncatingIfNeeded: within))
    }
    if !positionOffsets.isEmpty {
      PositionStarts.write(positionOffsets, groupShift: Self.groupShift, to: buffer)
    }
  }
}
