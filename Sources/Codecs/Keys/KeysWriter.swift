import LedeModel
import LedeStorage

/// Writes the external keys of a segment: by docID, and a hash table from key to docID.
///
///     keys := docCount: u32, slotCount: u32, offset: u32 * (docCount + 1), padding,
///             slot * slotCount, byte * offset[docCount]
///     slot := fingerprint: u32, doc + 1: u32                     (0: free)
///
/// The hash is FNV-1a 64 of the key. Its low bits choose the slot, its high 32 bits are the
/// fingerprint, which spares the reader the key of nearly every other document. Open addressing with
/// linear probing; `slotCount` is a power of two and at least 3/2 of the documents, so a free slot
/// ends every search. A key that comes again belongs to its last document.
package struct KeysWriter {
  private var bytes: [UInt8] = []
  private var offsets: [UInt32] = [0]

  package init() {}

  package var docCount: Int { offsets.count - 1 }

  /// Bytes of memory held, and taken when the section is written.
  package var memoryUse: Int { bytes.capacity + 4 * offsets.capacity + 24 * offsets.count }

  /// Adds the key of the next document.
  package mutating func add(_ key: String) throws(FormatError) {
    let before = bytes.count
    bytes.append(contentsOf: key.utf8)
    guard let end = UInt32(exactly: bytes.count) else {
      bytes.removeLast(bytes.count - before)
      throw .tooLarge(
        key: String(key.prefix(80)), bytes: key.utf8.count, limit: Int(UInt32.max) - before)
    }
    offsets.append(end)
  }

  /// Writes the section.
  package func write(to envelope: EnvelopeWriter) throws(FormatError) {
    let slots = makeSlots()
    try envelope.begin(.keys)
    try envelope.append(column: [UInt32(docCount), UInt32(slots.count)])
    try envelope.append(column: offsets)
    try envelope.append(column: slots)
    try envelope.append(bytes)
    try envelope.end()
  }

  /// One slot per number: the fingerprint below, the document above.
  private func makeSlots() -> [UInt64] {
    var slotCount = 2
    while 2 * slotCount < 3 * docCount { slotCount *= 2 }
    var slots = [UInt64](repeating: 0, count: slotCount)
    bytes.withUnsafeBytes { bytes in
      for doc in 0..<docCount {
        let key = Self.key(doc, bytes, offsets)
        let hash = FowlerNollVo.hash(key)
        var index = Int(hash & UInt64(slotCount - 1))
        while slots[index] != 0 {
          let other = Int(slots[index] >> 32) - 1
          if slots[index] & 0xffff_ffff == hash >> 32,
            Self.key(other, bytes, offsets).elementsEqual(key)
          {
            break
          }
          index = (index + 1) & (slotCount - 1)
        }
        slots[index] = UInt64(doc + 1) << 32 | hash >> 32
      }
    }
    return slots
  }

  private static func key(
    _ doc: Int, _ bytes: UnsafeRawBufferPointer, _ offsets: [UInt32]
  ) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[Int(offsets[doc])..<Int(offsets[doc + 1])])
  }
}
