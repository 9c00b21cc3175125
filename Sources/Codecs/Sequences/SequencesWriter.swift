import LedeStorage

/// Writes the sequence numbers of a segment's documents, by docID.
///
///     sequences := flags: u32, width: u32, base: u64, value: width bytes * docCount, padding
///
/// The sequence number of a document is `base` plus its value; with width 0, `base` plus its docID:
/// what a segment fresh from the inverter has. Bit 0 of `flags` claims that the numbers ascend strictly.
package struct SequencesWriter {
  private var numbers: [UInt64] = []

  package init() {}

  /// Bytes of memory held.
  package var memoryUse: Int { 8 * numbers.capacity }

  /// Adds the sequence number of the next document.
  package mutating func add(_ sequence: UInt64) { numbers.append(sequence) }

  /// Writes the section.
  package func write(to envelope: EnvelopeWriter) throws(FormatError) {
    let base = numbers.min() ?? 0
    let spread = (numbers.max() ?? 0) - base
    let isAscending = zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
    let isConsecutive =
      isAscending && numbers.first == base && spread == UInt64(max(numbers.count, 1) - 1)
    let width: UInt32 = isConsecutive ? 0 : spread <= UInt32.max ? 4 : 8
    var head: [UInt8] = []
    head.appendUInt32(isAscending ? SequenceTable.ascendingFlag : 0)
    head.appendUInt32(width)
    head.appendUInt64(base)
    try envelope.begin(.sequences)
    try envelope.append(head)
    switch width {
    case 4: try envelope.append(column: numbers.map { UInt32($0 - base) })
    case 8: try envelope.append(column: numbers.map { $0 - base })
    default: break
    }
    try envelope.end()
  }
}
