import LedeStorage

/// The keys to be written, by docID or by rank.
struct KeyList {
  let bytes: UnsafeRawBufferPointer
  let offsets: [UInt32]
  /// By rank, the document; nil where the keys are by docID.
  var docs: [UInt32]?

  var count: Int { offsets.count - 1 }

  subscript(place: Int) -> UnsafeRawBufferPointer {
    let doc = docs.map { Int($0[place]) } ?? place
    return UnsafeRawBufferPointer(rebasing: bytes[Int(offsets[doc])..<Int(offsets[doc + 1])])
  }

  /// The first order in which all keys ascend.
  var order: KeyOrder {
    for order in [KeyOrder.bytes, .numbers]
    where (0..<max(0, count - 1)).allSatisfy({ order.precedes(self[$0], self[$0 + 1]) }) {
      return order
    }
    return .none
  }

  /// Whether each key is the successor of the one before.
  var successors: [Bool] {
    var successor: [UInt8] = []
    return (0..<count).map { doc in
      let follows = doc > 0 && self[doc].elementsEqual(successor)
      if !follows {
        successor.removeAll(keepingCapacity: true)
        successor.append(contentsOf: self[doc])
      }
      KeyNumber.increment(&successor)
      return follows
    }
  }

  /// Appends all blocks; returns where each starts.
  func appendBlocks(to blocks: EncodingBuffer, shift: Int, _ follows: [Bool]) -> [UInt32] {
    stride(from: 0, to: count, by: 1 << shift).map { first in
      let start = UInt32(truncatingIfNeeded: blocks.count)
      appendBlock(first..<min(first + 1 << shift, count), to: blocks, follows)
      return start
    }
  }

  private func appendBlock(_ docs: Range<Int>, to blocks: EncodingBuffer, _ follows: [Bool]) {
    var previous = UnsafeRawBufferPointer(start: nil, count: 0)
    var doc = docs.lowerBound
    while doc < docs.upperBound {
      Self.append(self[doc], after: previous, to: blocks)
      previous = self[doc]
      doc += 1
      let run = follows[doc..<docs.upperBound].prefix { $0 }.count
      guard run > 0 else { continue }
      let half = min(run - 1, KeysWriter.longShared)
      blocks.append(UInt8(KeysWriter.runMark << 4 | half))
      if half == KeysWriter.longShared { blocks.append(varint: UInt64(run - 1 - half)) }
      doc += run
    }
  }

  private static func append(
    _ key: UnsafeRawBufferPointer, after previous: UnsafeRawBufferPointer,
    to blocks: EncodingBuffer
  ) {
    var shared = 0
    let limit = min(key.count, previous.count)
    while shared < limit, key[shared] == previous[shared] { shared += 1 }
    let suffix = UnsafeRawBufferPointer(rebasing: key[shared...])
    let (low, high) = (
      min(shared, KeysWriter.longShared), min(suffix.count, KeysWriter.longSuffix)
    )
    blocks.append(UInt8(high << 4 | low))
    if low == KeysWriter.longShared { blocks.append(varint: UInt64(shared - low)) }
    if high == KeysWriter.longSuffix { blocks.append(varint: UInt64(suffix.count - high)) }
    blocks.append(suffix)
  }
}
