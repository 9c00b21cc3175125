import LedeModel
import LedeStorage

/// Writes which documents of a segment are live, and what the dead ones take from its statistics.
///
///     liveMeta      := generation: u64, docCount: u32, liveCount: u32, deltaCount: u32, zero: u32,
///                      sumLengthDelta: u64 * 2
///     liveBits      := u64 * ((docCount + 63) / 64)          (bit d % 64 of word d / 64: d is live)
///     docFreqDeltas := ordinal: u32 * deltaCount, padding, delta: u32 * deltaCount, padding
///
/// Three sections of a file of their own per generation; segments never change. A delta is the number
/// of dead documents that hold the term, in any namespace, by the term's ordinal, ascending: what
/// must be subtracted from its docFreq so that scores depend on live documents alone.
/// `sumLengthDelta` is the sum of the dead documents' lengths, for `text`, then `title`.
package struct LiveWriter {
  private let docCount: Int
  private let words: [UInt64]
  private let docFreqDeltas: [(ordinal: UInt32, docFreqDelta: UInt32)]
  private let sumLengthDeltas: [UInt64]

  /// Documents whose bit is set.
  package let liveCount: Int

  /// - Parameters:
  ///   - words: a bit per document, those past the last one 0.
  ///   - docFreqDeltas: ascending by ordinal, none of them 0.
  ///   - sumLengthDeltas: by the raw value of the field.
  package init(
    docCount: Int, words: [UInt64],
    docFreqDeltas: [(ordinal: UInt32, docFreqDelta: UInt32)], sumLengthDeltas: [UInt64]
  ) {
    precondition(words.count == (docCount + 63) / 64, "every document has a bit")
    precondition(
      docCount % 64 == 0 || words[docCount / 64] >> UInt64(docCount % 64) == 0,
      "only documents have a bit")
    precondition(sumLengthDeltas.count == Field.allCases.count, "every field has a sum")
    precondition(
      zip(docFreqDeltas, docFreqDeltas.dropFirst()).allSatisfy { $0.ordinal < $1.ordinal },
      "ordinals ascend")
    self.docCount = docCount
    self.words = words
    self.docFreqDeltas = docFreqDeltas
    self.sumLengthDeltas = sumLengthDeltas
    liveCount = words.reduce(0) { $0 + $1.nonzeroBitCount }
  }

  /// Writes the live file of a segment for a generation, durably but for its name.
  package func write(
    fileSystem: any FileSystem, directory: String, segment: UInt64, generation: UInt64
  ) throws(FormatError) {
    precondition(generation > 0, "generation 0 means that there is no live file")
    let path = indexPath(directory, .live(segment: segment, generation: generation))
    let writer = try EnvelopeWriter(fileSystem: fileSystem, path: path, kind: .live, id: segment)
    var meta: [UInt8] = []
    meta.appendUInt64(generation)
    meta.appendUInt32(UInt32(docCount))
    meta.appendUInt32(UInt32(liveCount))
    meta.appendUInt32(UInt32(docFreqDeltas.count))
    meta.appendUInt32(0)
    for delta in sumLengthDeltas { meta.appendUInt64(delta) }
    try writer.append(section: .liveMeta, meta)
    try writer.begin(.liveBits)
    try writer.append(column: words)
    try writer.end()
    try writer.begin(.docFreqDeltas)
    try writer.append(column: docFreqDeltas.map(\.ordinal))
    try writer.append(column: docFreqDeltas.map(\.docFreqDelta))
    try writer.end()
    try writer.finish()
  }
}
