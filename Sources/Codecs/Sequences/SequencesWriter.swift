import LedeStorage

/// Writes the sequence numbers of a segment's documents, by docID, or the numbers of their inputs.
///
///     sequences := flags: u32, width: u32, base: u64, values: width bits * docCount, zero: u64
///
/// Bit 0 of `flags` claims that the numbers ascend strictly; the number of a document is then `base`
/// plus its docID plus its value, else `base` plus its value. Values are packed lowest bits first, as
/// small as the largest demands: none for a segment fresh from the inverter, the logarithm of the
/// document count for one that was reordered. The zeros let a reader load eight bytes anywhere.
package struct SequencesWriter {
  private var numbers: [UInt64] = []

  package init() {}

  /// Bytes of memory held.
  package var memoryUse: Int { 8 * numbers.capacity }

  /// Adds the sequence number of the next document.
  package mutating func add(_ sequence: UInt64) { numbers.append(sequence) }

  /// The number of a document that was added.
  package subscript(doc: UInt32) -> UInt64 { numbers[Int(doc)] }

  /// Whether the numbers are some others, but for one that is added to all of those.
  func areShifted(_ others: [UInt32]) -> Bool {
    guard numbers.count == others.count, let base = numbers.min() else { return false }
    return zip(numbers, others).allSatisfy { $0 - base == UInt64($1) }
  }

  /// Whether there is a number other than 0.
  package var isNonzero: Bool { numbers.contains { $0 != 0 } }

  /// Writes the section.
  package func write(
    to envelope: EnvelopeWriter, section: SectionKind = .sequences
  ) throws(FormatError) {
    let base = numbers.min() ?? 0
    let isAscending = zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
    let values = numbers.indices.map {
      numbers[$0] - base - (isAscending ? UInt64($0) : 0)
    }
    let width = 64 - (values.max() ?? 0).leadingZeroBitCount
    var head: [UInt8] = []
    head.appendUInt32(isAscending ? SequenceTable.ascendingFlag : 0)
    head.appendUInt32(UInt32(width))
    head.appendUInt64(base)
    try envelope.begin(section)
    try envelope.append(head)
    try envelope.append(column: PackedNumbers.packed(values, width: width))
    try envelope.end()
  }
}
