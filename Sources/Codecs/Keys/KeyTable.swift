import CLedeKernels
import LedeModel
import LedeStorage

/// External keys, by docID and back; the grammar stands at ``KeysWriter``.
// Sendable: read-only bytes of the mapping, which the region keeps alive.
package struct KeyTable: @unchecked Sendable {
  let region: FileRegion
  let docCount: Int
  /// How keys ascend, with docIDs or with ranks.
  let order: KeyOrder
  let blockShift: Int
  private let blockCount: Int
  private let blockOffsets: UnsafePointer<UInt32>
  private let blocksStart: Int
  /// The ranks of keys that stand in an order of their own; nil where that is the order of docIDs.
  private let ranks: PackedNumbers?
  /// Of keys that do not ascend with docIDs.
  private let finder: Finder?

  /// What leads from keys to documents. An object, so that the table stays small: to read a key copies it.
  private final class Finder: Sendable {
    let index: Index?
    let ranks: KeyRanks?

    init(index: Index?, ranks: KeyRanks?) { (self.index, self.ranks) = (index, ranks) }
  }

  // Sendable: read-only bytes of the mapping.
  struct Index: @unchecked Sendable {
    let entryCount: Int
    let bucketShift: Int
    let bucketEnds: UnsafePointer<UInt32>
    let entriesStart: Int
    let entryWidth: Int
  }

  /// Says beside the order that the keys have it among each other, whatever that of the docIDs; and that the
  /// sequence numbers are the ranks of keys.
  static let rankedFlag: UInt32 = 4
  static let sequencesFlag: UInt32 = 8

  /// Distinct keys that the hash index has; nil where there is none.
  var entryCount: Int? { finder?.index?.entryCount }

  /// - Parameter sequences: the section of sequence numbers, which may tell the ranks of keys; nil where there is none.
  init(_ region: FileRegion, docCount: Int, sequences: FileRegion?) throws(FormatError) {
    self.region = region
    self.docCount = docCount
    let stated = try region.loadUInt32(at: 4)
    let flags = stated & (Self.rankedFlag | Self.sequencesFlag)
    let order = KeyOrder(rawValue: stated & ~flags)
    blockShift = Int(try region.loadUInt32(at: 8))
    let entryCount = Int(try region.loadUInt32(at: 16))
    let bucketShift = Int(try region.loadUInt32(at: 20))
    guard try region.loadUInt32(at: 0) == docCount, let order,
      KeysWriter.blockShifts.contains(blockShift), entryCount <= docCount, bucketShift < 32,
      order == .none || (entryCount == 0 && bucketShift == 0),
      flags == 0 || (order != .none && flags & Self.rankedFlag != 0)
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
      let index = Index(
        entryCount: entryCount, bucketShift: bucketShift, bucketEnds: blockOffsets + blockCount,
        entriesStart: offset, entryWidth: width)
      (ranks, finder) = (nil, Finder(index: index, ranks: nil))
      offset += length
    } else if flags != 0 {
      let areSequences = flags & Self.sequencesFlag != 0
      if areSequences, sequences == nil {
        throw region.corrupt(at: 4, "the sequence numbers that rank the keys are missing")
      }
      let all = try KeyRanks(
        region, docCount: docCount, blockCount: blockCount,
        sequences: areSequences ? sequences : nil, at: &offset)
      (ranks, finder) = (all.numbers, Finder(index: nil, ranks: all))
    } else {
      (ranks, finder) = (nil, nil)
    }
    blocksStart = offset
    guard Int(try region.loadUInt32(at: 12)) == region.count - blocksStart,
      order != .none || Int(blockOffsets[blockCount + bucketCount - 1]) == entryCount
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
    let place = place(of: doc)
    guard place < docCount else { return nil }
    let number = place >> blockShift
    let first = number << blockShift
    let (all, start) = blockBytes(number)
    guard start <= all.count, let base = all.baseAddress?.assumingMemoryBound(to: UInt8.self)
    else { return nil }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(LEDE_KEY_ROOM)) { room in
      var from = 0
      let length = lede_key_at(
        base + start, all.count - start, UInt32(place - first),
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
  /// - Complexity: O(length of the key · log documents); where a key comes twice O(length of the key), two
  ///   cache misses for most keys that are absent.
  package func find(_ key: UnsafeRawBufferPointer) throws(FormatError) -> UInt32? {
    if let index = finder?.index { return try find(key, index) }
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
    guard low > 0, let place = try find(key, inBlock: low - 1) else { return nil }
    guard let ranks = finder?.ranks else { return place }
    guard let doc = ranks.document(Int(place)) else {
      throw corrupt("the ranks are no permutation")
    }
    return doc
  }

  package func find(_ key: String) throws(FormatError) -> UInt32? {
    try find(Array(key.utf8))
  }

  package func find(_ key: [UInt8]) throws(FormatError) -> UInt32? {
    try key.withUnsafeBufferPointer { (bytes) throws(FormatError) in
      try find(UnsafeRawBufferPointer(bytes))
    }
  }

  /// Whether sequence numbers tell where a document's key is.
  var areRankedBySequences: Bool { finder?.ranks?.areSequences ?? false }

  /// The place of a document's key among all that follow each other: perhaps above all in a damaged file.
  @inline(__always)
  func place(of doc: UInt32) -> Int {
    ranks.map { Int(truncatingIfNeeded: $0[Int(doc)]) } ?? Int(doc)
  }

  /// Whether the key of a document is as it was written, although not all keys are. Ascending ones have nothing
  /// that could bear them out.
  func isBornOut(_ doc: UInt32) -> Bool {
    if let ranks = finder?.ranks {
      let place = place(of: doc)
      guard ranks.isIntact(doc), place < docCount else { return false }
      let number = place >> blockShift
      let (all, start) = blockBytes(number)
      let end = number + 1 < blockCount ? Int(blockOffsets[number + 1]) : all.count
      return start < end && end <= all.count
        && Checksum.short(UnsafeRawBufferPointer(rebasing: all[start..<end]))
          == UInt16(littleEndian: ranks.blockChecks[number])
    }
    // A byte changed in the key or in the index leads elsewhere; an older version leads to a later.
    guard finder != nil, let key = try? bytes(of: doc), let found = try? find(key) else {
      return false
    }
    return found >= doc
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
