import LedeModel
import LedeStorage

/// Writes the typed values of a segment's documents, column by column.
///
///     columns := columnCount: u32, docCount: u32, entry * columnCount, value column*
///     entry   := id: u32, type: u32, offset: u64, length: u64
///     dates   := [seconds: i64 * docCount, zone: i16 * docCount, padding,
///                precision: u8 * docCount, padding]                     (type 1)
///     strings := stringCount: u32, width: u32, ordinal: width bytes * docCount, padding,
///                offset: u32 * (stringCount + 1), padding, byte*, padding      (type 2)
///
/// Ids: 1 date, 2 source, 3 category, 4 language. `zone` is in minutes, -32,768 for none stated;
/// `precision` is 0 day, 1 minute, 2 second, 255 no date (seconds and zone are then the least
/// values). A document's ordinal is 0 without a value, else one more than the place of its string in
/// the sorted table; width is 1, 2 or 4, as small as fits. So ranges compare numbers, and facets and
/// sorting work on ordinals. A column that says nothing takes no room: dates are left out if no
/// document has one, and width is 0 if every ordinal is `stringCount`, which is then 0 or 1. Readers
/// pass over ids and types that they do not know.
package struct ColumnsWriter {
  private var dates: [ArticleDate?] = []
  private var sources = OrdinalColumnWriter()
  private var categories = OrdinalColumnWriter()
  private var languages = OrdinalColumnWriter()

  package init() {}

  /// Adds the values of the next document.
  package mutating func add(_ article: Article) {
    dates.append(article.date)
    sources.add(article.source)
    categories.add(article.category)
    languages.add(article.language)
  }

  /// Adds the values of a document of another segment.
  package mutating func add(_ doc: UInt32, of columns: Columns) throws(FormatError) {
    dates.append(columns.date(doc))
    sources.add(try columns.source(doc))
    categories.add(try columns.category(doc))
    languages.add(try columns.language(doc))
  }

  /// Bytes of memory held, roughly.
  package var memoryUse: Int {
    MemoryLayout<ArticleDate?>.stride * dates.capacity
      + sources.memoryUse + categories.memoryUse + languages.memoryUse
  }

  /// Writes the section.
  package func write(to envelope: EnvelopeWriter) throws(FormatError) {
    let contents: [(id: ColumnID, type: ColumnType, bytes: [UInt8])] = [
      (.date, .dates, encodedDates),
      (.source, .strings, try sources.encoded()),
      (.category, .strings, try categories.encoded()),
      (.language, .strings, try languages.encoded()),
    ]
    var head: [UInt8] = []
    head.appendUInt32(UInt32(contents.count))
    head.appendUInt32(UInt32(dates.count))
    var offset = 8 + Columns.entrySize * contents.count
    for (id, type, bytes) in contents {
      head.appendUInt32(id.rawValue)
      head.appendUInt32(type.rawValue)
      head.appendUInt64(UInt64(offset))
      head.appendUInt64(UInt64(bytes.count))
      offset += bytes.count
    }
    try envelope.begin(.columns)
    try envelope.append(head)
    for (_, _, bytes) in contents { try envelope.append(bytes) }
    try envelope.end()
  }

  private var encodedDates: [UInt8] {
    var bytes: [UInt8] = []
    if dates.allSatisfy({ $0 == nil }) { return bytes }
    for date in dates {
      bytes.appendUInt64(UInt64(bitPattern: date?.secondsSince1970 ?? .min))
    }
    for date in dates {
      bytes.appendUInt16(UInt16(bitPattern: date?.offsetMinutes ?? DateColumn.noZone))
    }
    bytes.padToMultiple(of: 8)
    for date in dates { bytes.append(date?.precision.rawValue ?? DateColumn.noDate) }
    bytes.padToMultiple(of: 8)
    return bytes
  }
}

/// What a column says about a document.
enum ColumnID: UInt32 {
  case date = 1
  case source = 2
  case category = 3
  case language = 4
}

/// How a column is laid out.
enum ColumnType: UInt32 {
  case dates = 1
  case strings = 2
}
