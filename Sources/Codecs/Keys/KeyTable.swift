import LedeModel
import LedeStorage

/// External keys, by docID and back; the grammar stands at ``KeysWriter``.
package struct KeyTable: @unchecked Sendable {
  // Sendable: read-only bytes of the mapping, which the region keeps alive.
  private let region: FileRegion
  private let docCount: Int
  private let slotCount: Int
  private let offsets: UnsafePointer<UInt32>
  private let slots: UnsafePointer<UInt64>
  private let bytesStart: Int

  init(_ region: FileRegion, docCount: Int) throws(FormatError) {
    self.region = region
    self.docCount = docCount
    guard try region.loadUInt32(at: 0) == docCount else {
      throw region.corrupt(at: 0, "it is not made for \(docCount) documents")
    }
    slotCount = Int(try region.loadUInt32(at: 4))
    guard slotCount > docCount, slotCount & (slotCount - 1) == 0 else {
      throw region.corrupt(at: 4, "a table of \(slotCount) slots is no power of two, or too small")
    }
    var offset = 8
    offsets = try region.column(of: UInt32.self, count: docCount + 1, at: &offset)
    slots = try region.column(of: UInt64.self, count: slotCount, at: &offset)
    bytesStart = offset
    guard Int(offsets[docCount]) == region.count - bytesStart, offsets[0] == 0 else {
      throw region.corrupt(at: 8, "the keys do not fit the section")
    }
  }

  /// The key of a document in place, valid while the segment lives.
  package func bytes(of doc: UInt32) throws(FormatError) -> UnsafeRawBufferPointer {
    precondition(doc < docCount, "a docID is below the segment's docCount")
    let start = Int(offsets[Int(doc)])
    let end = Int(offsets[Int(doc) + 1])
    guard start <= end, end <= region.count - bytesStart else {
      throw region.corrupt(at: 8 + 4 * Int(doc), "the key of document \(doc) has no place")
    }
    return UnsafeRawBufferPointer(
      rebasing: region.bytes[bytesStart + start..<bytesStart + end])
  }

  /// The key of a document.
  package func key(of doc: UInt32) throws(FormatError) -> String {
    String(decoding: try bytes(of: doc), as: UTF8.self)
  }

  /// The last document with the key, deleted or not; nil if there is none.
  ///
  /// - Complexity: O(length of the key), one or two cache misses for a key that is absent.
  package func find(_ key: UnsafeRawBufferPointer) throws(FormatError) -> UInt32? {
    let hash = FowlerNollVo.hash(key)
    var index = Int(hash & UInt64(slotCount - 1))
    for _ in 0..<slotCount {
      let slot = slots[index]
      if slot == 0 { return nil }
      if slot & 0xffff_ffff == hash >> 32 {
        let doc = UInt32(slot >> 32) &- 1
        guard doc < docCount else {
          throw region.corrupt(at: slotOffset(index), "a slot names document \(doc)")
        }
        if try bytes(of: doc).elementsEqual(key) { return doc }
      }
      index = (index + 1) & (slotCount - 1)
    }
    throw region.corrupt(at: slotOffset(0), "the hash table has no free slot")
  }

  package func find(_ key: String) throws(FormatError) -> UInt32? {
    try Array(key.utf8).withUnsafeBufferPointer { (bytes) throws(FormatError) in
      try find(UnsafeRawBufferPointer(bytes))
    }
  }

  /// The error that says what is wrong with the keys.
  func corrupt(_ reason: String) -> FormatError { region.corrupt(at: 0, reason) }

  /// Slots in use.
  func usedSlotCount() -> Int {
    (0..<slotCount).reduce(0) { $0 + (slots[$1] == 0 ? 0 : 1) }
  }

  private func slotOffset(_ index: Int) -> Int { bytesStart - 8 * (slotCount - index) }
}
