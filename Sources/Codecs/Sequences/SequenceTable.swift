import LedeStorage

/// Sequence numbers by docID; the grammar stands at ``SequencesWriter``.
///
/// A plain view, valid while its ``SegmentReader`` lives.
// Sendable: read-only bytes of the mapping.
package struct SequenceTable: @unchecked Sendable {
  private enum Values {
    case consecutive
    case short(UnsafePointer<UInt32>)
    case long(UnsafePointer<UInt64>)
  }

  static let ascendingFlag: UInt32 = 1
  private let base: UInt64
  private let values: Values
  private let docCount: Int
  /// Whether sequence numbers ascend with docIDs, so that ties can be broken by docID.
  package let isAscending: Bool

  init(_ region: FileRegion, docCount: Int) throws(FormatError) {
    self.docCount = docCount
    let flags = try region.loadUInt32(at: 0)
    let width = try region.loadUInt32(at: 4)
    base = try region.loadUInt64(at: 8)
    isAscending = flags & Self.ascendingFlag != 0
    guard flags & ~Self.ascendingFlag == 0 else {
      throw region.corrupt(at: 0, "an unknown flag is set")
    }
    var offset = 16
    switch width {
    case 0: values = .consecutive
    case 4: values = .short(try region.column(of: UInt32.self, count: docCount, at: &offset))
    case 8: values = .long(try region.column(of: UInt64.self, count: docCount, at: &offset))
    default: throw region.corrupt(at: 4, "numbers of \(width) bytes are unknown")
    }
    guard offset == region.count, width != 0 || isAscending else {
      throw region.corrupt(at: 0, "it is not made for \(docCount) documents")
    }
  }

  /// The sequence number of a document.
  @inline(__always)
  package func value(_ doc: UInt32) -> UInt64 {
    precondition(doc < docCount, "a docID is below the segment's docCount")
    return switch values {
    case .consecutive: base &+ UInt64(doc)
    case .short(let numbers): base &+ UInt64(numbers[Int(doc)])
    case .long(let numbers): base &+ numbers[Int(doc)]
    }
  }
}
