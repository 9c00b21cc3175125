import LedeModel
import LedeStorage

/// The statistics of a segment as it was written, deleted documents included.
///
///     meta := docCount: u32, flags: u32, sumLength: u64 * 2, zero: u64 * 5
///
/// Bit 0 of `flags`: the texts of the articles are stored. `sumLength` is that of `text`, then of
/// `title`, in positions. The zeros are room for later versions that older readers may ignore.
package struct SegmentMeta: Sendable, Equatable {
  package var docCount: UInt32
  package var storesText: Bool
  /// Sum of the lengths of all documents, by the raw value of the field.
  package var sumLengths: [UInt64]

  private static let size = 64
  private static let storesTextFlag: UInt32 = 1

  package init(docCount: UInt32, storesText: Bool, sumLengths: [UInt64]) {
    precondition(sumLengths.count == Field.allCases.count, "every field has a sum")
    self.docCount = docCount
    self.storesText = storesText
    self.sumLengths = sumLengths
  }

  /// Writes the section.
  package func write(to envelope: EnvelopeWriter) throws(FormatError) {
    var bytes: [UInt8] = []
    bytes.appendUInt32(docCount)
    bytes.appendUInt32(storesText ? Self.storesTextFlag : 0)
    for sum in sumLengths { bytes.appendUInt64(sum) }
    bytes.append(contentsOf: repeatElement(0, count: Self.size - bytes.count))
    try envelope.append(section: .meta, bytes)
  }

  init(_ region: FileRegion) throws(FormatError) {
    guard region.count == Self.size else {
      throw region.corrupt(at: 0, "it has \(region.count) bytes, not \(Self.size)")
    }
    docCount = try region.loadUInt32(at: 0)
    let flags = try region.loadUInt32(at: 4)
    guard flags & ~Self.storesTextFlag == 0 else {
      throw region.corrupt(at: 4, "an unknown flag is set")
    }
    storesText = flags != 0
    sumLengths = [try region.loadUInt64(at: 8), try region.loadUInt64(at: 16)]
  }
}
