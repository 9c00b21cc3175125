import LedeStorage

/// Sequence numbers by docID, or the numbers of inputs; the grammar stands at ``SequencesWriter``.
///
/// A plain view, valid while its ``SegmentReader`` lives.
// Sendable: read-only bytes of the mapping.
package struct SequenceTable: @unchecked Sendable {
  static let ascendingFlag: UInt32 = 1
  private let base: UInt64
  private let bits: UnsafePointer<UInt64>
  /// Bits that a document takes.
  package let bitsPerDocument: Int
  private let docCount: Int
  /// Whether sequence numbers ascend with docIDs, so that ties can be broken by docID.
  package let isAscending: Bool

  init(_ region: FileRegion, docCount: Int) throws(FormatError) {
    self.docCount = docCount
    let flags = try region.loadUInt32(at: 0)
    let width = Int(try region.loadUInt32(at: 4))
    bitsPerDocument = width
    base = try region.loadUInt64(at: 8)
    isAscending = flags & Self.ascendingFlag != 0
    guard flags & ~Self.ascendingFlag == 0 else {
      throw region.corrupt(at: 0, "an unknown flag is set")
    }
    guard width <= 64 else { throw region.corrupt(at: 4, "numbers of \(width) bits are unknown") }
    var offset = 16
    // Safe: docCount has 32 bits, so that the product has at most 39.
    bits = try region.column(
      of: UInt64.self, count: (docCount * width + 63) / 64 + 1, at: &offset)
    guard offset == region.count else {
      throw region.corrupt(at: 0, "it is not made for \(docCount) documents")
    }
  }

  /// The sequence number of a document.
  @inline(__always)
  package func value(_ doc: UInt32) -> UInt64 {
    precondition(doc < docCount, "a docID is below the segment's docCount")
    let start = isAscending ? base &+ UInt64(doc) : base
    let width = bitsPerDocument
    guard width > 0 else { return start }
    let bit = Int(doc) &* width
    let (word, shift) = (bit &>> 6, UInt64(bit & 63))
    // Safe: a word of zeros stands behind the last that has values.
    var value = UInt64(littleEndian: bits[word]) &>> shift
    if shift > 0 { value |= UInt64(littleEndian: bits[word &+ 1]) &<< (64 &- shift) }
    return start &+ (width == 64 ? value : value & ((1 &<< UInt64(width)) &- 1))
  }
}
