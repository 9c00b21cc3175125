import LedeModel
import LedeStorage

/// Writes the external keys of a segment: by docID, and what finds the document of a key.
///
///     keys     := docCount: u32, order: u32, blockShift: u32, keysLength: u32, entryCount: u32,
///                 bucketShift: u32, blockOffset: u32 * B, [bucketEnd: u32 * (1 << bucketShift)],
///                 padding, [entry * entryCount, padding], [check: u16 * B, padding, ranks], block * B
///     block    := for each key in turn: key | run
///     key      := lengths: u8, [sharedMore: varint], [suffixMore: varint], byte*
///     run      := 0xf0 + min(count - 1, 15): u8, [countMore: varint]
///
/// Keys follow each other by docID or by rank, `1 << blockShift` to a block. A key repeats only what differs from
/// the one stated before it in its block, since neighbours tend to share their beginning. The low four
/// bits of `lengths` are the number of bytes shared with that, the high ones that of the bytes that
/// follow; 15 and 14 say that a varint is to be added. A run states keys that each are the successor of
/// the one before (``KeyNumber``). Blocks have more keys where runs state most.
///
/// `order` is how keys ascend with docIDs (``KeyOrder``). Those that do not stand in an order of their own, and
/// each document has a rank in it (``KeyRanks``), unless a key comes twice: then there is a hash index
/// (``KeyIndex``). What either needs stands in brackets above.
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
  ///
  /// - Parameter sequences: those of the documents, where they are known by now: ranks may be the same.
  package func write(
    to envelope: EnvelopeWriter, sequences: SequencesWriter? = nil
  ) throws(FormatError) {
    let blocks = EncodingBuffer(capacity: bytes.count / 2 + 64)
    let layout = bytes.withUnsafeBytes { bytes in
      Layout(KeyList(bytes: bytes, offsets: offsets), to: blocks)
    }
    guard let length = UInt32(exactly: blocks.count) else {
      throw .tooLarge(key: "keys", bytes: blocks.count, limit: Int(UInt32.max))
    }
    let areSequences = layout.ranked?.are(sequences) ?? false
    let order =
      layout.order.rawValue
      | (layout.ranked == nil ? 0 : KeyTable.rankedFlag)
      | (areSequences ? KeyTable.sequencesFlag : 0)
    try envelope.begin(.keys)
    try envelope.append(column: [
      UInt32(docCount), order, UInt32(layout.shift), length,
      UInt32(layout.index?.entries.count ?? 0), UInt32(layout.index?.shift ?? 0),
    ])
    try envelope.append(column: layout.offsets + (layout.index?.bucketEnds ?? []))
    if let index = layout.index { try envelope.append(column: index.packed(docCount: docCount)) }
    if let ranked = layout.ranked {
      try envelope.append(column: checks(of: blocks, layout.offsets))
      try ranked.write(to: envelope, areSequences: areSequences)
    }
    try envelope.append(blocks.bytes)
    try envelope.end()
  }

  /// How the keys are written, once their blocks are made.
  private struct Layout {
    let order: KeyOrder
    let shift: Int
    let offsets: [UInt32]
    var ranked: RankedKeys?
    var index: KeyIndex?

    init(_ keys: KeyList, to blocks: EncodingBuffer) {
      var (keys, order) = (keys, keys.order)
      if order == .none {
        if let ranked = RankedKeys(keys) {
          (keys.docs, order, self.ranked) = (ranked.docs, .numbers, ranked)
        } else {
          index = KeyIndex(keys)
        }
      }
      let follows = keys.successors
      self.order = order
      shift = KeysWriter.blockShift(follows)
      offsets = keys.appendBlocks(to: blocks, shift: shift, follows)
    }
  }

  /// The check of each block.
  private func checks(of blocks: EncodingBuffer, _ offsets: [UInt32]) -> [UInt16] {
    offsets.indices.map { number in
      let end = number + 1 < offsets.count ? Int(offsets[number + 1]) : blocks.count
      return Checksum.short(
        UnsafeRawBufferPointer(rebasing: blocks.bytes[Int(offsets[number])..<end]))
    }
  }

  private static func blockShift(_ follows: [Bool]) -> Int {
    let stated = follows.count { !$0 }
    var shift = blockShifts.lowerBound
    while shift < blockShifts.upperBound, stated << (shift + 1) <= 16 * follows.count { shift += 1 }
    return shift
  }
}
