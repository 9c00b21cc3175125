import LedeStorage

/// Strings by docID, as ordinals of a sorted table; the grammar stands at ``ColumnsWriter``.
// Sendable: read-only bytes of the mapping, which the region keeps alive.
package struct OrdinalColumn: @unchecked Sendable {
  private enum Ordinals {
    case constant(UInt32)
    case bytes(UnsafePointer<UInt8>)
    case shorts(UnsafePointer<UInt16>)
    case words(UnsafePointer<UInt32>)
  }

  private let region: FileRegion
  private let docCount: Int
  private let ordinals: Ordinals
  private let offsets: UnsafePointer<UInt32>
  private let stringsStart: Int
  private let stringsLength: Int
  /// Distinct strings.
  package let stringCount: Int

  init(_ region: FileRegion, _ range: Range<Int>, docCount: Int) throws(FormatError) {
    self.region = region
    self.docCount = docCount
    var offset = range.lowerBound
    stringCount = Int(try region.loadUInt32(at: offset))
    let width = try region.loadUInt32(at: offset + 4)
    offset += 8
    switch width {
    case 0: ordinals = .constant(UInt32(clamping: stringCount))
    case 1: ordinals = .bytes(try region.column(of: UInt8.self, count: docCount, at: &offset))
    case 2: ordinals = .shorts(try region.column(of: UInt16.self, count: docCount, at: &offset))
    case 4: ordinals = .words(try region.column(of: UInt32.self, count: docCount, at: &offset))
    default: throw region.corrupt(at: offset - 4, "ordinals of \(width) bytes are unknown")
    }
    offsets = try region.column(of: UInt32.self, count: stringCount + 1, at: &offset)
    stringsStart = offset
    stringsLength = Int(offsets[stringCount])
    guard stringsStart <= range.upperBound,
      (stringsStart + stringsLength + 7) & ~7 == range.upperBound
    else { throw region.corrupt(at: range.lowerBound, "the strings do not fit their column") }
  }

  /// 0 when the document has no value, else one more than the place of its string in the table.
  package func ordinal(_ doc: UInt32) -> UInt32 {
    precondition(doc < docCount, "a docID is below the segment's docCount")
    return switch ordinals {
    case .constant(let value): value
    case .bytes(let values): UInt32(values[Int(doc)])
    case .shorts(let values): UInt32(values[Int(doc)])
    case .words(let values): values[Int(doc)]
    }
  }

  /// The string of an ordinal above 0.
  package func string(ordinal: UInt32) throws(FormatError) -> String {
    String(decoding: try bytes(ordinal: ordinal), as: UTF8.self)
  }

  package func value(_ doc: UInt32) throws(FormatError) -> String? {
    let ordinal = ordinal(doc)
    return ordinal == 0 ? nil : try string(ordinal: ordinal)
  }

  private func bytes(ordinal: UInt32) throws(FormatError) -> UnsafeRawBufferPointer {
    let place = Int(ordinal) - 1
    guard place >= 0, place < stringCount else {
      throw region.corrupt(at: stringsStart, "there is no string \(ordinal)")
    }
    let (start, end) = (Int(offsets[place]), Int(offsets[place + 1]))
    guard start <= end, end <= stringsLength else {
      throw region.corrupt(at: stringsStart, "string \(ordinal) has no place in the table")
    }
    return UnsafeRawBufferPointer(
      rebasing: region.bytes[stringsStart + start..<stringsStart + end])
  }

  /// Checks that strings ascend and ordinals have one.
  func verify() throws(FormatError) {
    guard offsets[0] == 0 else {
      throw region.corrupt(at: stringsStart, "the first string does not start the table")
    }
    for place in 0..<stringCount {
      let string = try bytes(ordinal: UInt32(place + 1))
      if place > 0, !(try bytes(ordinal: UInt32(place))).lexicographicallyPrecedes(string) {
        throw region.corrupt(at: stringsStart, "string \(place + 1) is out of order")
      }
    }
    if case .constant(let value) = ordinals, value > 1 {
      throw region.corrupt(at: stringsStart, "\(value) strings and no ordinals to choose by")
    }
    for doc in 0..<UInt32(docCount) where ordinal(doc) > stringCount {
      throw region.corrupt(
        at: stringsStart, "document \(doc) has string \(ordinal(doc)) of \(stringCount)")
    }
  }
}
