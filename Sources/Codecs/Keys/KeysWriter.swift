import LedeModel
import LedeStorage

/// Writes the external keys of a segment: by docID, and what finds the document of a key.
///
///     keys     := docCount: u32, order: u32, blockShift: u32, keysLength: u32, entryCount: u32,
///                 bucketShift: u32, blockOffset: u32 * B, [bucketEnd: u32 * (1 << bucketShift)],
///                 padding, [entry * entryCount, padding], block * B
///     block    := for each key in turn: key | run
///     key      := lengths: u8, [sharedMore: varint], [suffixMore: varint], byte*
///     run      := 0xf0 + min(count - 1, 15): u8, [countMore: varint]
///
/// Keys follow each other by docID, `1 << blockShift` to a block. A key repeats only what differs from
/// the one stated before it in its block, since neighbours tend to share their beginning. The low four
/// bits of `lengths` are the number of bytes shared with that, the high ones that of the bytes that
/// follow; 15 and 14 say that a varint is to be added. A run states keys that each are the successor of
/// the one before (``KeyNumber``). Blocks have more keys where runs state most.
///
/// `order` is how keys ascend with docIDs (``KeyOrder``). Those that do not have a hash index, whose
/// parts stand in brackets above: ``KeyIndex``.
package struct KeysWriter {
  /// The shifts of blocks: as large as keeps keys stated in full at 16 a block.
  static let blockShifts = 4...7
  /// The numbers that the halves of `lengths` cannot state themselves.
  static let longShared = 15
  static let longSuffix = 14
  /// The high half of a run.
  static let runMark = 15
  private var bytes: [UInt8] = []
  private var offsets: [UInt32] = [0]

  package init() {}

  package var docCount: Int { offsets.count - 1 }

  /// Bytes of memory held, and taken when the section is written.
  package var memoryUse: Int { 2 * bytes.capacity + 4 * offsets.capacity + 24 * offsets.count }

  /// Adds the key of the next document.
  package mutating func add(_ key: String) throws(FormatError) {
    let start = bytes.count
    bytes.append(contentsOf: key.utf8)
    try endKey(from: start)
  }

  /// Adds the key of the next document, as another segment has it.
  package mutating func add(_ key: [UInt8]) throws(FormatError) {
    let start = bytes.count
    bytes.append(contentsOf: key)
    try endKey(from: start)
  }

  /// Hands out the key of a document that was added.
  package func withKey(_ doc: Int, _ body: (ArraySlice<UInt8>) -> Void) {
    body(bytes[Int(offsets[doc])..<Int(offsets[doc + 1])])
  }

  private mutating func endKey(from start: Int) throws(FormatError) {
    guard let end = UInt32(exactly: bytes.count) else {
      let key = String(decoding: bytes[start...].prefix(80), as: UTF8.self)
      let size = bytes.count - start
      bytes.removeLast(size)
      throw .tooLarge(key: key, bytes: size, limit: Int(UInt32.max) - start)
    }
    offsets.append(end)
  }

  /// Writes the section.
  package func write(to envelope: EnvelopeWriter) throws(FormatError) {
    let blocks = EncodingBuffer(capacity: bytes.count / 2 + 64)
    let (order, shift, blockOffsets, index) = bytes.withUnsafeBytes { bytes in
      let keys = KeyList(bytes: bytes, offsets: offsets)
      let follows = keys.successors
      let shift = Self.blockShift(follows)
      let order = keys.order
      return (
        order, shift, keys.appendBlocks(to: blocks, shift: shift, follows),
        order == .none ? KeyIndex(keys) : nil
      )
    }
    guard let length = UInt32(exactly: blocks.count) else {
      throw .tooLarge(key: "keys", bytes: blocks.count, limit: Int(UInt32.max))
    }
    try envelope.begin(.keys)
    try envelope.append(column: [
      UInt32(docCount), order.rawValue, UInt32(shift), length,
      UInt32(index?.entries.count ?? 0), UInt32(index?.shift ?? 0),
    ])
    try envelope.append(column: blockOffsets + (index?.bucketEnds ?? []))
    if let index { try envelope.append(column: index.packed(docCount: docCount)) }
    try envelope.append(blocks.bytes)
    try envelope.end()
  }

  private static func blockShift(_ follows: [Bool]) -> Int {
    let stated = follows.count { !$0 }
    var shift = blockShifts.lowerBound
    while shift < blockShifts.upperBound, stated << (shift + 1) <= 16 * follows.count { shift += 1 }
    return shift
  }
}

/// The keys to be written, by docID.
struct KeyList {
  let bytes: UnsafeRawBufferPointer
  let offsets: [UInt32]

  var count: Int { offsets.count - 1 }

  subscript(doc: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[Int(offsets[doc])..<Int(offsets[doc + 1])])
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
