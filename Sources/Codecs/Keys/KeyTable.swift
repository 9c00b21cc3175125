import LedeModel
import LedeStorage

/// External keys, by docID and back; the grammar stands at ``KeysWriter``.
// Sendable: read-only bytes of the mapping, which the region keeps alive.
package struct KeyTable: @unchecked Sendable {
  private let region: FileRegion
  private let docCount: Int
  /// Distinct keys.
  let entryCount: Int
  private let bucketShift: Int
  private let blockOffsets: UnsafePointer<UInt32>
  private let bucketEnds: UnsafePointer<UInt32>
  private let entriesStart: Int
  private let entryWidth: Int
  private let blocksStart: Int

  init(_ region: FileRegion, docCount: Int) throws(FormatError) {
    self.region = region
    self.docCount = docCount
    entryCount = Int(try region.loadUInt32(at: 4))
    bucketShift = Int(try region.loadUInt32(at: 8))
    guard try region.loadUInt32(at: 0) == docCount, entryCount <= docCount, bucketShift < 32 else {
      throw region.corrupt(at: 0, "it is not made for \(docCount) documents")
    }
    let blockCount = (docCount + KeysWriter.blockSize - 1) / KeysWriter.blockSize
    var offset = 16
    let numbers = try region.column(
      of: UInt32.self, count: blockCount + 1 << bucketShift, at: &offset)
    blockOffsets = numbers
    bucketEnds = numbers + blockCount
    entriesStart = offset
    entryWidth = Int(KeysWriter.entryWidth(docCount: docCount))
    let entriesLength = (entryCount * entryWidth + 7) / 8
    _ = try region.part(from: offset, count: (entriesLength + 7) & ~7)
    blocksStart = offset + (entriesLength + 7) & ~7
    guard Int(try region.loadUInt32(at: 12)) == region.count - blocksStart,
      Int(bucketEnds[(1 << bucketShift) - 1]) == entryCount
    else { throw region.corrupt(at: 12, "the keys do not fit the section") }
  }

  /// The key of a document.
  ///
  /// - Complexity: O(lengths of the keys of its block), without allocation for up to 15 bytes.
  package func key(of doc: UInt32) throws(FormatError) -> String {
    try withKey(of: doc) { $0.string }
  }

  /// The bytes of a document's key.
  package func bytes(of doc: UInt32) throws(FormatError) -> [UInt8] {
    try withKey(of: doc) { key in
      [UInt8](unsafeUninitializedCapacity: key.count) { buffer, count in
        key.copy(to: buffer)
        count = key.count
      }
    }
  }

  /// The last document with the key, deleted or not; nil if there is none.
  ///
  /// - Complexity: O(length of the key), two cache misses for most keys that are absent.
  package func find(_ key: UnsafeRawBufferPointer) throws(FormatError) -> UInt32? {
    let hash = KeyHash(key)
    let bucket = hash.bucket(shift: bucketShift)
    let fingerprint = hash.fingerprint(shift: bucketShift)
    let start = bucket == 0 ? 0 : Int(bucketEnds[bucket - 1])
    let end = Int(bucketEnds[bucket])
    guard start <= end, end <= entryCount else {
      throw region.corrupt(at: entriesStart, "bucket \(bucket) of the keys has no place")
    }
    for index in start..<end {
      let entry = entry(index)
      guard entry & 15 == fingerprint else { continue }
      let doc = entry >> UInt64(KeysWriter.fingerprintBits)
      guard doc < UInt64(docCount) else {
        throw region.corrupt(at: entriesStart, "an entry of the keys names document \(doc)")
      }
      let found = UInt32(truncatingIfNeeded: doc)
      if try withKey(of: found, { $0.equals(key) }) { return found }
    }
    return nil
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

  /// An entry below `entryCount`: document, then fingerprint.
  private func entry(_ index: Int) -> UInt64 {
    let bit = index * entryWidth
    // Safe: an entry has at most 36 bits, and the blocks or the section's end follow the entries'
    // padding. Loads that would pass the end of the section start earlier.
    let byte = min(entriesStart + bit / 8, region.count - 8)
    let shift = bit - 8 * (byte - entriesStart)
    let word = UInt64(
      littleEndian: region.bytes.loadUnaligned(fromByteOffset: byte, as: UInt64.self))
    return word >> UInt64(shift) & (1 << UInt64(entryWidth) - 1)
  }
}

// MARK: - Blocks

extension KeyTable {
  /// A key in pieces: the bytes that each key of a block has of its own.
  private struct PiecedKey {
    /// Up to the key that is meant; of a block, so at most 16.
    let pieces: UnsafeBufferPointer<Piece>
    let count: Int

    struct Piece {
      var shared: Int
      var suffix: UnsafeRawBufferPointer
    }

    /// Calls `body` with the parts of the key, last part first, and where each starts.
    @inline(__always)
    private func forEachPart(_ body: (Int, UnsafeRawBufferPointer) -> Bool) {
      var end = count
      for piece in pieces.reversed() where piece.shared < end {
        let part = UnsafeRawBufferPointer(rebasing: piece.suffix[..<(end - piece.shared)])
        if !body(piece.shared, part) { return }
        end = piece.shared
      }
    }

    /// Fills the first `count` bytes.
    func copy(to buffer: UnsafeMutableBufferPointer<UInt8>) {
      let raw = UnsafeMutableRawBufferPointer(buffer)
      forEachPart { start, part in
        UnsafeMutableRawBufferPointer(rebasing: raw[start..<start + part.count])
          .copyMemory(from: part)
        return true
      }
    }

    func equals(_ other: UnsafeRawBufferPointer) -> Bool {
      guard other.count == count else { return false }
      var isEqual = true
      forEachPart { start, part in
        isEqual = other[start..<start + part.count].elementsEqual(part)
        return isEqual
      }
      return isEqual
    }

    var string: String {
      String(unsafeUninitializedCapacity: count) { buffer in
        copy(to: buffer)
        return count
      }
    }
  }

  /// Reads the keys of a block up to that of `doc` and hands over the last one.
  private func withKey<Result>(
    of doc: UInt32, _ body: (PiecedKey) -> Result
  ) throws(FormatError) -> Result {
    precondition(doc < docCount, "a docID is below the segment's docCount")
    let place = Int(doc) % KeysWriter.blockSize
    let start = Int(blockOffsets[Int(doc) / KeysWriter.blockSize])
    let blocks = UnsafeRawBufferPointer(rebasing: region.bytes[blocksStart...])
    let result: Result? = withUnsafeTemporaryAllocation(
      of: PiecedKey.Piece.self, capacity: KeysWriter.blockSize
    ) { pieces in
      var offset = start
      var length = 0
      for index in 0...place {
        guard let piece = Self.piece(blocks, &offset), piece.shared <= length else { return nil }
        length = piece.shared + piece.suffix.count
        pieces.initializeElement(at: index, to: piece)
      }
      return body(
        PiecedKey(pieces: UnsafeBufferPointer(rebasing: pieces[...place]), count: length))
    }
    guard let result else {
      throw region.corrupt(at: blocksStart + start, "the key of document \(doc) makes no sense")
    }
    return result
  }

  @inline(__always)
  private static func piece(
    _ blocks: UnsafeRawBufferPointer, _ offset: inout Int
  ) -> PiecedKey.Piece? {
    guard offset < blocks.count else { return nil }
    let lengths = Int(blocks[offset])
    offset += 1
    guard let shared = number(lengths & 15, blocks, &offset),
      let count = number(lengths >> 4, blocks, &offset), count <= blocks.count - offset
    else { return nil }
    defer { offset += count }
    return PiecedKey.Piece(
      shared: shared, suffix: UnsafeRawBufferPointer(rebasing: blocks[offset..<offset + count]))
  }

  @inline(__always)
  private static func number(
    _ half: Int, _ blocks: UnsafeRawBufferPointer, _ offset: inout Int
  ) -> Int? {
    if half < KeysWriter.longNumber { return half }
    return Varint.read32(blocks, &offset).map { Int($0) + half }
  }
}
