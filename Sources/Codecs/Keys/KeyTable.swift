import CLedeKernels
import LedeModel
import LedeStorage

/// External keys, by docID and back; the grammar stands at ``KeysWriter``.
// Sendable: read-only bytes of the mapping, which the region keeps alive.
package struct KeyTable: @unchecked Sendable {
  private let region: FileRegion
  let docCount: Int
  /// How keys ascend with docIDs.
  let order: KeyOrder
  let blockShift: Int
  private let blockCount: Int
  private let blockOffsets: UnsafePointer<UInt32>
  private let blocksStart: Int
  /// Of keys that do not ascend.
  private let index: Index?

  private struct Index {
    let entryCount: Int
    let bucketShift: Int
    let bucketEnds: UnsafePointer<UInt32>
    let entriesStart: Int
    let entryWidth: Int
  }

  /// Distinct keys that the hash index has; nil where the keys ascend.
  var entryCount: Int? { index?.entryCount }

  init(_ region: FileRegion, docCount: Int) throws(FormatError) {
    self.region = region
    self.docCount = docCount
    let order = KeyOrder(rawValue: try region.loadUInt32(at: 4))
    blockShift = Int(try region.loadUInt32(at: 8))
    let entryCount = Int(try region.loadUInt32(at: 16))
    let bucketShift = Int(try region.loadUInt32(at: 20))
    guard try region.loadUInt32(at: 0) == docCount, let order,
      KeysWriter.blockShifts.contains(blockShift), entryCount <= docCount, bucketShift < 32,
      order == .none || (entryCount == 0 && bucketShift == 0)
    else { throw region.corrupt(at: 0, "it is not made for \(docCount) documents") }
    self.order = order
    blockCount = (docCount + 1 << blockShift - 1) >> blockShift
    let bucketCount = order == .none ? 1 << bucketShift : 0
    var offset = 24
    blockOffsets = try region.column(
      of: UInt32.self, count: blockCount + bucketCount, at: &offset)
    if order == .none {
      let width = Int(KeyIndex.entryWidth(docCount: docCount))
      let length = ((entryCount * width + 7) / 8 + 7) & ~7
      _ = try region.part(from: offset, count: length)
      index = Index(
        entryCount: entryCount, bucketShift: bucketShift, bucketEnds: blockOffsets + blockCount,
        entriesStart: offset, entryWidth: width)
      offset += length
    } else {
      index = nil
    }
    blocksStart = offset
    guard Int(try region.loadUInt32(at: 12)) == region.count - blocksStart,
      index.map({ Int($0.bucketEnds[bucketCount - 1]) == entryCount }) ?? true
    else { throw region.corrupt(at: 12, "the keys do not fit the section") }
  }

  /// The key of a document.
  ///
  /// - Complexity: O(lengths of the keys stated before it in its block).
  package func key(of doc: UInt32) throws(FormatError) -> String {
    if let key = shortKey(of: doc) { return key }
    return try withKey(of: doc) { key in
      key.withBytes { String(decoding: $0, as: UTF8.self) }
    }
  }

  /// The same for nearly all keys; nil for long ones, and where the block makes no sense.
  private func shortKey(of doc: UInt32) -> String? {
    precondition(doc < docCount, "a docID is below the segment's docCount")
    let number = Int(doc) >> blockShift
    let first = number << blockShift
    let (all, start) = blockBytes(number)
    guard start <= all.count, let base = all.baseAddress?.assumingMemoryBound(to: UInt8.self)
    else { return nil }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(LEDE_KEY_ROOM)) { room in
      var from = 0
      let length = lede_key_at(
        base + start, all.count - start, doc - UInt32(first),
        UInt32(min(1 << blockShift, docCount - first)), room.baseAddress, &from)
      // SIZE_MAX is -1 here.
      guard length >= 0 else { return nil }
      guard length <= Self.inPlace else {
        return String(decoding: room[from..<from + length], as: UTF8.self)
      }
      return String(unsafeUninitializedCapacity: Self.inPlace) { string in
        // All of them, whatever the length, in two words that overlap: the room is larger than that.
        let (key, bytes) = (UnsafeRawBufferPointer(room), UnsafeMutableRawBufferPointer(string))
        for start in [0, Self.inPlace - 8] {
          let word = key.loadUnaligned(fromByteOffset: from + start, as: UInt64.self)
          bytes.storeBytes(of: word, toByteOffset: start, as: UInt64.self)
        }
        return length
      }
    }
  }

  /// Bytes that a string holds in place, where they can be written.
  private static var inPlace: Int { 15 }

  /// The bytes of a document's key.
  package func bytes(of doc: UInt32) throws(FormatError) -> [UInt8] {
    try withKey(of: doc) { key in key.withBytes { [UInt8]($0) } }
  }

  /// The last document with the key, deleted or not; nil if there is none.
  ///
  /// - Complexity: O(length of the key · log documents) where keys ascend; else O(length of the key),
  ///   two cache misses for most keys that are absent.
  package func find(_ key: UnsafeRawBufferPointer) throws(FormatError) -> UInt32? {
    if let index { return try find(key, index) }
    var low = 0
    var high = blockCount
    while low < high {
      let middle = (low + high) / 2
      if order.precedes(key, try firstKey(ofBlock: middle)) {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return low == 0 ? nil : try find(key, inBlock: low - 1)
  }

  package func find(_ key: String) throws(FormatError) -> UInt32? {
    try find(Array(key.utf8))
  }

  package func find(_ key: [UInt8]) throws(FormatError) -> UInt32? {
    try key.withUnsafeBufferPointer { (bytes) throws(FormatError) in
      try find(UnsafeRawBufferPointer(bytes))
    }
  }

  /// The error that says what is wrong with the keys.
  func corrupt(_ reason: String) -> FormatError { region.corrupt(at: 0, reason) }

  /// The blocks, and where one of them starts: perhaps past the end in a damaged file.
  @inline(__always)
  func blockBytes(_ number: Int) -> (bytes: UnsafeRawBufferPointer, start: Int) {
    (
      UnsafeRawBufferPointer(rebasing: region.bytes[blocksStart...]), Int(blockOffsets[number])
    )
  }

  /// The error that says that a block is damaged.
  func corruptBlock(_ number: Int) -> FormatError {
    region.corrupt(
      at: blocksStart + Int(blockOffsets[number]), "block \(number) of the keys makes no sense")
  }
}

// MARK: - Hash index

extension KeyTable {
  private func find(
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
