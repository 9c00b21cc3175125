import LedeModel

/// The hash index of keys among which one comes twice, as it is written.
///
///     entry := doc, fingerprint: 4 bits                          (horizontal, see PostingsFormat.md)
///
/// The hash is FNV-1a 64 of the key, mixed (``KeyHash``). Its top `bucketShift` bits choose the bucket,
/// the four below are the fingerprint, which spares the reader most other keys of the bucket. Buckets
/// hold 8 to 16 entries on average; `bucketEnd` counts entries. An entry takes the bits of the highest
/// docID and four more. A key that comes again has one entry, for its last document.
struct KeyIndex {
  static let fingerprintBits: UInt32 = 4
  private(set) var shift = 0
  private(set) var bucketEnds: [UInt32] = []
  /// Document and fingerprint, bucket after bucket.
  private(set) var entries: [UInt64] = []

  init(_ keys: KeyList) {
    while keys.count >> (shift + 1) >= 8 { shift += 1 }
    bucketEnds = [UInt32](repeating: 0, count: 1 << shift)
    for entry in Self.latestDocuments(keys) {
      bucketEnds[entry.hash.bucket(shift: shift)] += 1
      entries.append(
        UInt64(entry.doc) << UInt64(Self.fingerprintBits) | entry.hash.fingerprint(shift: shift))
    }
    for bucket in bucketEnds.indices.dropFirst() { bucketEnds[bucket] += bucketEnds[bucket - 1] }
  }

  /// Bits of an entry: a docID and a fingerprint.
  static func entryWidth(docCount: Int) -> UInt32 {
    UInt32(Int.bitWidth - max(0, docCount - 1).leadingZeroBitCount) + fingerprintBits
  }

  /// The last document of every distinct key, ordered by the key's hash.
  private static func latestDocuments(_ keys: KeyList) -> [(hash: KeyHash, doc: UInt32)] {
    var all = (0..<keys.count).map { (hash: KeyHash(keys[$0]), doc: UInt32($0)) }
    all.sort { ($0.hash.value, $1.doc) < ($1.hash.value, $0.doc) }
    var latest: [(hash: KeyHash, doc: UInt32)] = []
    latest.reserveCapacity(all.count)
    var first = 0
    for entry in all {
      if let last = latest.last, last.hash.value != entry.hash.value { first = latest.count }
      // Of equal hashes the documents fall; only an equal key makes the earlier one unreachable.
      let isRepeated = latest[first...].contains {
        keys[Int($0.doc)].elementsEqual(keys[Int(entry.doc)])
      }
      if !isRepeated { latest.append(entry) }
    }
    return latest
  }

  /// The entries, packed horizontally.
  func packed(docCount: Int) -> [UInt8] {
    let width = Int(Self.entryWidth(docCount: docCount))
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
