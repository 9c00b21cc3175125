/// Documents of keys that do not ascend, where a key comes twice: see ``KeyIndex``.
extension KeyTable {
  func find(
    _ key: UnsafeRawBufferPointer, _ index: Index
  ) throws(FormatError) -> UInt32? {
    let hash = KeyHash(key)
    let bucket = hash.bucket(shift: index.bucketShift)
    let fingerprint = hash.fingerprint(shift: index.bucketShift)
    let start = bucket == 0 ? 0 : Int(index.bucketEnds[bucket - 1])
    let end = Int(index.bucketEnds[bucket])
    guard start <= end, end <= index.entryCount else {
      throw region.corrupt(at: index.entriesStart, "bucket \(bucket) of the keys has no place")
    }
    for number in start..<end {
      let entry = entry(number, index)
      guard entry & 15 == fingerprint else { continue }
      let doc = entry >> UInt64(KeyIndex.fingerprintBits)
      guard doc < UInt64(docCount) else {
        throw region.corrupt(
          at: index.entriesStart, "an entry of the keys names document \(doc)")
      }
      let found = UInt32(truncatingIfNeeded: doc)
      if try withKey(of: found, { $0.equals(key) }) { return found }
    }
    return nil
  }

  /// An entry below `entryCount`: document, then fingerprint.
  private func entry(_ number: Int, _ index: Index) -> UInt64 {
    let bit = number * index.entryWidth
    // Safe: an entry has at most 36 bits, and the blocks or the section's end follow the entries'
    // padding. Loads that would pass the end of the section start earlier.
    let byte = min(index.entriesStart + bit / 8, region.count - 8)
    let shift = bit - 8 * (byte - index.entriesStart)
    let word = UInt64(
      littleEndian: region.bytes.loadUnaligned(fromByteOffset: byte, as: UInt64.self))
    return word >> UInt64(shift) & (1 << UInt64(index.entryWidth) - 1)
  }
}
