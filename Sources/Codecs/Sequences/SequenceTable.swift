import LedeStorage

/// Sequence numbers by docID, or the numbers of inputs; the grammar stands at ``SequencesWriter``.
///
/// A plain view, valid while its ``SegmentReader`` lives.
// Sendable: read-only bytes of the mapping.
package struct SequenceTable: @unchecked Sendable {
  static let ascendingFlag: UInt32 = 1
  /// Bytes before the numbers.
  static let headSize = 16
  private let base: UInt64
  private let values: PackedNumbers
  private let docCount: Int
  /// Bits that a document takes.
  package var bitsPerDocument: Int { values.width }
  /// Whether sequence numbers ascend with docIDs, so that ties can be broken by docID.
  package let isAscending: Bool

  init(_ region: FileRegion, docCount: Int) throws(FormatError) {
    self.docCount = docCount
    let flags = try region.loadUInt32(at: 0)
    let width = Int(try region.loadUInt32(at: 4))
    base = try region.loadUInt64(at: 8)
    isAscending = flags & Self.ascendingFlag != 0
    guard flags & ~Self.ascendingFlag == 0 else {
      throw region.corrupt(at: 0, "an unknown flag is set")
    }
    guard width <= 64 else { throw region.corrupt(at: 4, "numbers of \(width) bits are unknown") }
    var offset = Self.headSize
    values = try PackedNumbers(region, count: docCount, width: width, at: &offset)
    guard offset == region.count else {
      throw region.corrupt(at: 0, "it is not made for \(docCount) documents")
    }
  }

  /// The sequence number of a document.
  @inline(__always)
  package func value(_ doc: UInt32) -> UInt64 {
    precondition(doc < docCount, "a docID is below the segment's docCount")
    return (isAscending ? base &+ UInt64(doc) : base) &+ values[Int(doc)]
  }
}
