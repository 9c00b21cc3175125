import LedeModel
import LedeStorage

/// Writes the external keys of a segment: by docID, and a hash index from key to docID.
///
///     keys     := docCount: u32, entryCount: u32, bucketShift: u32, keysLength: u32,
///                 blockOffset: u32 * B, bucketEnd: u32 * (1 << bucketShift), entry * entryCount,
///                 padding, block * B
///     entry    := doc, fingerprint: 4 bits                       (horizontal, see PostingsFormat.md)
///     block    := key * 16                                       (the last one: what is left)
///     key      := lengths: u8, [sharedMore: varint], [suffixMore: varint], byte*
///
/// Keys follow each other by docID and repeat only what differs from the key before, since
/// neighbours tend to share their beginning. The low four bits of `lengths` are the number of bytes shared
/// with it, the high ones that of the bytes that follow; 15 says that the number is 15 plus a varint.
///
/// The hash is FNV-1a 64 of the key, mixed (``KeyHash``). Its top `bucketShift` bits choose the bucket,
/// the four below are the fingerprint, which spares the reader most other keys of the bucket. Buckets
/// hold 8 to 16 entries on average; `bucketEnd` counts entries. An entry takes the bits of the highest
/// docID and four more. A key that comes again has one entry, for its last document.
package struct KeysWriter {
  static let blockSize = 16
  static let fingerprintBits: UInt32 = 4
  /// The number that a half of `lengths` cannot state itself.
  static let longNumber = 15
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
    let blockOffsets = appendBlocks(to: blocks)
    let index = makeIndex()
    guard let length = UInt32(exactly: blocks.count) else {
      throw .tooLarge(key: "keys", bytes: blocks.count, limit: Int(UInt32.max))
    }
    try envelope.begin(.keys)
    try envelope.append(column: [
      UInt32(docCount), UInt32(index.entries.count), UInt32(index.shift), length,
    ])
    try envelope.append(column: blockOffsets + index.bucketEnds)
    try envelope.append(column: Self.packed(index.entries, docCount: docCount))
    try envelope.append(blocks.bytes)
    try envelope.end()
  }

  /// Bits of an entry: a docID and a fingerprint.
  static func entryWidth(docCount: Int) -> UInt32 {
    UInt32(Int.bitWidth - max(0, docCount - 1).leadingZeroBitCount) + fingerprintBits
  }

  // MARK: Blocks

  private func appendBlocks(to blocks: EncodingBuffer) -> [UInt32] {
    var blockOffsets: [UInt32] = []
    bytes.withUnsafeBytes { bytes in
      var previous = UnsafeRawBufferPointer(start: nil, count: 0)
      for doc in 0..<docCount {
        let key = key(doc, bytes)
        if doc % Self.blockSize == 0 {
          blockOffsets.append(UInt32(truncatingIfNeeded: blocks.count))
          previous = UnsafeRawBufferPointer(start: nil, count: 0)
        }
        var shared = 0
        let limit = min(key.count, previous.count)
        while shared < limit, key[shared] == previous[shared] { shared += 1 }
        Self.append(key, shared: shared, to: blocks)
        previous = key
      }
    }
    return blockOffsets
  }

  private static func append(
    _ key: UnsafeRawBufferPointer, shared: Int, to blocks: EncodingBuffer
  ) {
    let suffix = UnsafeRawBufferPointer(rebasing: key[shared...])
    let numbers = [shared, suffix.count]
    let halves = numbers.map { UInt8(min($0, longNumber)) }
    blocks.append(halves[0] | halves[1] << 4)
    for number in numbers where number >= longNumber {
      blocks.append(varint: UInt64(number - longNumber))
    }
    blocks.append(suffix)
  }

  private func key(_ doc: Int, _ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[Int(offsets[doc])..<Int(offsets[doc + 1])])
  }

  // MARK: Hash index

  private struct Index {
    var shift = 0
    var bucketEnds: [UInt32] = []
    /// Document and fingerprint, bucket after bucket.
    var entries: [UInt64] = []
  }

  private func makeIndex() -> Index {
    var index = Index()
    while docCount >> (index.shift + 1) >= 8 { index.shift += 1 }
    index.bucketEnds = [UInt32](repeating: 0, count: 1 << index.shift)
    for entry in latestDocuments() {
      index.bucketEnds[entry.hash.bucket(shift: index.shift)] += 1
      index.entries.append(
        UInt64(entry.doc) << UInt64(Self.fingerprintBits)
          | entry.hash.fingerprint(shift: index.shift))
    }
    for bucket in index.bucketEnds.indices.dropFirst() {
      index.bucketEnds[bucket] += index.bucketEnds[bucket - 1]
    }
    return index
  }

  /// The last document of every distinct key, ordered by the key's hash.
  private func latestDocuments() -> [(hash: KeyHash, doc: UInt32)] {
    bytes.withUnsafeBytes { bytes in
      var all = (0..<docCount).map { doc in
        (hash: KeyHash(key(doc, bytes)), doc: UInt32(doc))
      }
      all.sort { ($0.hash.value, $1.doc) < ($1.hash.value, $0.doc) }
      var latest: [(hash: KeyHash, doc: UInt32)] = []
      latest.reserveCapacity(all.count)
      var first = 0
      for entry in all {
        if let last = latest.last, last.hash.value != entry.hash.value { first = latest.count }
        // Of equal hashes the documents fall; only an equal key makes the earlier one unreachable.
        let isRepeated = latest[first...].contains {
          key(Int($0.doc), bytes).elementsEqual(key(Int(entry.doc), bytes))
        }
        if !isRepeated { latest.append(entry) }
      }
      return latest
    }
  }

  private static func packed(_ entries: [UInt64], docCount: Int) -> [UInt8] {
    let width = Int(entryWidth(docCount: docCount))
    var packed = [UInt8](repeating: 0, count: (entries.count * width + 7) / 8)
    for (index, entry) in entries.enumerated() {
      var bit = index * width
      var rest = entry
      var left = width
      while left > 0 {
        packed[bit / 8] |= UInt8(truncatingIfNeeded: rest << UInt64(bit % 8))
        let taken = min(left, 8 - bit % 8)
        rest >>= UInt64(taken)
        left -= taken
        bit += taken
      }
    }
    return packed
  }
}

/// The hash of a key: FNV-1a 64, mixed so that its top bits depend on every byte.
///
/// FNV's own top bits hardly depend on a key's last bytes, in which numbered keys differ.
struct KeyHash {
  let value: UInt64

  init(_ key: UnsafeRawBufferPointer) {
    let hash = FowlerNollVo.hash(key)
    value = (hash ^ (hash >> 32)) &* 0x9e37_79b9_7f4a_7c15
  }

  /// The top `shift` bits, below 32.
  func bucket(shift: Int) -> Int { Int((value >> 32) >> UInt64(32 - shift)) }

  /// The four bits below.
  func fingerprint(shift: Int) -> UInt64 { (value << UInt64(shift)) >> 60 }
}
