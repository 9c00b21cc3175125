import LedeModel
import LedeStorage

/// Writes the exact lengths of all documents of a segment, field by field.
///
///     lengths := docCount: u32, fieldCount: u32, (escapeCount: u32, width: u32) * fieldCount,
///                ([length: u16 * docCount], padding) per field, escape * escapeCount per field
///     escape  := doc: u32, length: u32                          (ascending by doc)
///
/// A length of 65,535 or more stands as 65,535 in the column and in full among the escapes, so that
/// the column is exact for nearly all documents at two bytes each. `width` is 2, or 0 for a field whose
/// lengths are all 0, which has no column: archives without titles are common.
package struct LengthsWriter {
  private var columns = [[UInt16]](repeating: [], count: Field.allCases.count)
  private var escapes = [[(doc: UInt32, length: UInt32)]](
    repeating: [], count: Field.allCases.count)
  /// Sum of the lengths, by the raw value of the field.
  package private(set) var sums = [UInt64](repeating: 0, count: Field.allCases.count)

  package init() {}

  package var docCount: Int { columns[0].count }

  /// Bytes of memory held.
  package var memoryUse: Int {
    zip(columns, escapes).reduce(0) { $0 + 2 * $1.0.capacity + 8 * $1.1.capacity }
  }

  /// Adds the lengths of the next document, in positions.
  package mutating func add(text: UInt32, title: UInt32) {
    add(text, to: .text)
    add(title, to: .title)
  }

  private mutating func add(_ length: UInt32, to field: Field) {
    let index = Int(field.rawValue)
    if length >= UInt32(LengthsReader.escape) {
      escapes[index].append((UInt32(columns[index].count), length))
    }
    columns[index].append(UInt16(clamping: length))
    sums[index] += UInt64(length)
  }

  /// Writes the section.
  package func write(to envelope: EnvelopeWriter) throws(FormatError) {
    try envelope.begin(.lengths)
    var head: [UInt8] = []
    head.appendUInt32(UInt32(docCount))
    head.appendUInt32(UInt32(columns.count))
    for (list, sum) in zip(escapes, sums) {
      head.appendUInt32(UInt32(list.count))
      head.appendUInt32(sum == 0 ? 0 : 2)
    }
    try envelope.append(head)
    for (column, sum) in zip(columns, sums) where sum > 0 { try envelope.append(column: column) }
    var tail: [UInt8] = []
    for escape in escapes.joined() {
      tail.appendUInt32(escape.doc)
      tail.appendUInt32(escape.length)
    }
    try envelope.append(tail)
    try envelope.end()
  }
}

extension EnvelopeWriter {
  /// Appends numbers as they stand in memory, and zeros up to a multiple of eight bytes of the section.
  func append<Number: FixedWidthInteger & BitwiseCopyable>(
    column values: [Number]
  ) throws(FormatError) {
    try values.withUnsafeBufferPointer { (buffer) throws(FormatError) in
      try append(UnsafeRawBufferPointer(buffer))
    }
    let rest = Int(sectionLength % 8)
    if rest > 0 { try append([UInt8](repeating: 0, count: 8 - rest)) }
  }
}
