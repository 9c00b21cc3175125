import LedeModel
import LedeStorage

/// The typed values of a segment's documents; the grammar stands at ``ColumnsWriter``.
package struct Columns: Sendable {
  package let dates: DateColumn
  package let sources: OrdinalColumn
  package let categories: OrdinalColumn
  package let languages: OrdinalColumn

  static let entrySize = 24

  init(_ region: FileRegion, docCount: Int) throws(FormatError) {
    let count = Int(try region.loadUInt32(at: 0))
    guard try region.loadUInt32(at: 4) == docCount, count <= region.count / Self.entrySize else {
      throw region.corrupt(at: 0, "it is not made for \(docCount) documents")
    }
    dates = try DateColumn(
      region, try Self.range(of: .date, .dates, region, count), docCount: docCount)
    sources = try Self.strings(.source, region, count, docCount)
    categories = try Self.strings(.category, region, count, docCount)
    languages = try Self.strings(.language, region, count, docCount)
  }

  /// The date of a document, with the precision and zone that its source stated.
  package func date(_ doc: UInt32) -> ArticleDate? { dates.value(doc) }
  package func source(_ doc: UInt32) throws(FormatError) -> String? { try sources.value(doc) }
  package func category(_ doc: UInt32) throws(FormatError) -> String? { try categories.value(doc) }
  package func language(_ doc: UInt32) throws(FormatError) -> String? { try languages.value(doc) }

  private static func strings(
    _ id: ColumnID, _ region: FileRegion, _ count: Int, _ docCount: Int
  ) throws(FormatError) -> OrdinalColumn {
    try OrdinalColumn(region, try range(of: id, .strings, region, count), docCount: docCount)
  }

  private static func range(
    of id: ColumnID, _ type: ColumnType, _ region: FileRegion, _ count: Int
  ) throws(FormatError) -> Range<Int> {
    for index in 0..<count {
      let entry = 8 + entrySize * index
      guard try region.loadUInt32(at: entry) == id.rawValue else { continue }
      let offset = try region.loadUInt64(at: entry + 8)
      let length = try region.loadUInt64(at: entry + 16)
      guard try region.loadUInt32(at: entry + 4) == type.rawValue, offset % 8 == 0,
        offset <= UInt64(region.count), length <= UInt64(region.count) - offset
      else { throw region.corrupt(at: entry, "the column \(id) has another type or no place") }
      return Int(offset)..<Int(offset + length)
    }
    throw region.corrupt(at: 0, "the column \(id) is missing")
  }
}

/// Dates by docID.
// Sendable: read-only bytes of the mapping, which the region keeps alive.
package struct DateColumn: @unchecked Sendable {
  /// The values by docID, in place.
  private struct Values {
    let seconds: UnsafePointer<Int64>
    let zones: UnsafePointer<Int16>
    let precisions: UnsafePointer<UInt8>
  }

  private let region: FileRegion
  private let docCount: Int
  /// nil when no document has a date.
  private let values: Values?

  static let noZone = Int16.min
  static let noDate: UInt8 = 255

  init(_ region: FileRegion, _ range: Range<Int>, docCount: Int) throws(FormatError) {
    self.region = region
    self.docCount = docCount
    guard !range.isEmpty else {
      values = nil
      return
    }
    var offset = range.lowerBound
    values = Values(
      seconds: try region.column(of: Int64.self, count: docCount, at: &offset),
      zones: try region.column(of: Int16.self, count: docCount, at: &offset),
      precisions: try region.column(of: UInt8.self, count: docCount, at: &offset))
    guard offset == range.upperBound else {
      throw region.corrupt(at: range.lowerBound, "the dates do not fit their column")
    }
  }

  /// Seconds since 1970 by docID, `Int64.min` for no date: for filters, ranges and sorting. nil when no
  /// document has a date.
  package var seconds: UnsafePointer<Int64>? { values?.seconds }

  package func value(_ doc: UInt32) -> ArticleDate? {
    precondition(doc < docCount, "a docID is below the segment's docCount")
    let index = Int(doc)
    guard let values, let precision = ArticleDate.Precision(rawValue: values.precisions[index])
    else { return nil }
    let zone = values.zones[index]
    return ArticleDate(
      secondsSince1970: values.seconds[index], offsetMinutes: zone == Self.noZone ? nil : zone,
      precision: precision)
  }

  /// Checks what `value` takes as it comes; returns what is wrong, or nil.
  func flaw() -> String? {
    guard let values else { return nil }
    for doc in 0..<docCount
    where ArticleDate.Precision(rawValue: values.precisions[doc]) == nil {
      guard values.precisions[doc] == Self.noDate, values.seconds[doc] == .min,
        values.zones[doc] == Self.noZone
      else { return "the date of document \(doc) has precision \(values.precisions[doc])" }
    }
    return nil
  }
}
