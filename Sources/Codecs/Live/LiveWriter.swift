import LedeModel
import LedeStorage

/// Writes which documents of a segment are live, and what the dead ones take from its statistics.
///
///     liveMeta      := generation: u64, docCount: u32, liveCount: u32, deltaCount: u32, zero: u32,
///                      sumLengthDelta: u64 * 2
///     liveBits      := u64 * ((docCount + 63) / 64)          (bit d of word d / 64: d is live)
///     docFreqDeltas := ordinal: u32 * deltaCount, padding, delta: u32 * deltaCount, padding
///
/// Three sections of a file of their own per generation; segments never change. A delta is the number
/// of dead documents that hold the term, in any namespace, by the term's ordinal, ascending: what
/// must be subtracted from its docFreq so that scores depend on live documents alone.
/// `sumLengthDelta` is the sum of the dead documents' lengths, for `text`, then `title`.
package struct LiveWriter {
  private var words: [UInt64]
  private let docCount: Int
  private var deltas: [UInt32: UInt32] = [:]
  private var sumLengthDeltas: [UInt64]
  package private(set) var liveCount: Int

  /// Starts from all documents live.
  package init(docCount: Int) {
    self.docCount = docCount
    liveCount = docCount
    words = [UInt64](repeating: .max, count: (docCount + 63) / 64)
    if docCount % 64 != 0 { words[words.count - 1] = 1 << UInt64(docCount % 64) - 1 }
    sumLengthDeltas = [UInt64](repeating: 0, count: Field.allCases.count)
  }

  /// Starts from an earlier generation.
  package init(continuing live: LiveDocuments) {
    docCount = live.docCount
    liveCount = live.liveCount
    words = Array(UnsafeBufferPointer(start: live.words, count: live.wordCount))
    deltas = live.allDeltas
    sumLengthDeltas = Field.allCases.map { live.sumLengthDelta($0) }
  }

  package func isLive(_ doc: UInt32) -> Bool {
    precondition(doc < docCount, "a docID is below the segment's docCount")
    return words[Int(doc >> 6)] >> UInt64(doc & 63) & 1 == 1
  }

  /// Marks a document as dead; returns whether it was live.
  ///
  /// The caller adds the deltas of its terms and lengths.
  @discardableResult
  package mutating func kill(_ doc: UInt32) -> Bool {
    guard isLive(doc) else { return false }
    words[Int(doc >> 6)] &= ~(1 << UInt64(doc & 63))
    liveCount -= 1
    return true
  }

  /// Counts `count` more dead documents that hold the term.
  package mutating func addDocFreqDelta(ordinal: UInt32, by count: UInt32) {
    if count > 0 { deltas[ordinal, default: 0] += count }
  }

  /// Adds the length of a dead document.
  package mutating func addSumLengthDelta(_ field: Field, by length: UInt64) {
    sumLengthDeltas[Int(field.rawValue)] += length
  }

  /// Writes the live file of a segment for a generation, durably but for its name.
  package func write(
    fileSystem: any FileSystem, directory: String, segment: UInt64, generation: UInt64
  ) throws(FormatError) {
    let path = indexPath(directory, .live(segment: segment, generation: generation))
    let writer = try EnvelopeWriter(fileSystem: fileSystem, path: path, kind: .live, id: segment)
    let sorted = deltas.sorted { $0.key < $1.key }
    var meta: [UInt8] = []
    meta.appendUInt64(generation)
    meta.appendUInt32(UInt32(docCount))
    meta.appendUInt32(UInt32(liveCount))
    meta.appendUInt32(UInt32(sorted.count))
    meta.appendUInt32(0)
    for delta in sumLengthDeltas { meta.appendUInt64(delta) }
    try writer.append(section: .liveMeta, meta)
    try writer.begin(.liveBits)
    try writer.append(column: words)
    try writer.end()
    try writer.begin(.docFreqDeltas)
    try writer.append(column: sorted.map(\.key))
    try writer.append(column: sorted.map(\.value))
    try writer.end()
    try writer.finish()
  }
}
