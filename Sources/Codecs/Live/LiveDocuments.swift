import LedeModel
import LedeStorage

/// Which documents of a segment are live at one commit; the grammar stands at ``LiveWriter``.
// Sendable: read-only bytes of the mapping, which the file keeps alive.
package final class LiveDocuments: @unchecked Sendable {
  let file: EnvelopeFile
  package let generation: UInt64
  package let docCount: Int
  package let liveCount: Int
  /// Bit d of word d / 64 says whether document d is live; bits past the last document are 0.
  package let words: UnsafePointer<UInt64>
  package let deltaCount: Int
  private let ordinals: UnsafePointer<UInt32>
  private let deltas: UnsafePointer<UInt32>
  private let sumLengthDeltas: [UInt64]

  package var wordCount: Int { (docCount + 63) / 64 }
  package var path: String { file.path }
  package var size: Int { file.size }

  static func open(
    fileSystem: any FileSystem, directory: String, entry: ManifestSegment
  ) throws(FormatError) -> LiveDocuments {
    let name = IndexFileName.live(segment: entry.id, generation: entry.liveGeneration)
    return try LiveDocuments(
      try EnvelopeFile.open(
        fileSystem: fileSystem, path: indexPath(directory, name), kind: .live, id: entry.id),
      entry: entry)
  }

  /// Opens a live file and checks all of it.
  package static func verified(
    fileSystem: any FileSystem, directory: String, entry: ManifestSegment
  ) throws(FormatError) -> LiveDocuments {
    let live = try open(fileSystem: fileSystem, directory: directory, entry: entry)
    if let finding = live.file.verify().first { throw finding }
    try live.checkCount()
    return live
  }

  /// What a manifest would say of a segment with this live file; nil when it is damaged or missing.
  package static func statedEntry(
    fileSystem: any FileSystem, directory: String, segment: UInt64, generation: UInt64
  ) -> ManifestSegment? {
    let path = indexPath(directory, .live(segment: segment, generation: generation))
    guard
      let file = try? EnvelopeFile.open(
        fileSystem: fileSystem, path: path, kind: .live, id: segment),
      file.verify().isEmpty, let meta = file.section(.liveMeta),
      let docCount = try? meta.loadUInt32(at: 8), let liveCount = try? meta.loadUInt32(at: 12)
    else { return nil }
    return ManifestSegment(
      id: segment, docCount: docCount, liveCount: liveCount, liveGeneration: generation)
  }

  /// Throws unless as many documents are live as is stated.
  func checkCount() throws(FormatError) {
    let counted = countedLive()
    guard counted == liveCount else {
      throw try file.requiredSection(.liveBits).corrupt(
        at: 0, "\(counted) documents are live, not \(liveCount)")
    }
  }

  init(_ file: EnvelopeFile, entry: ManifestSegment) throws(FormatError) {
    self.file = file
    let meta = try file.requiredSection(.liveMeta)
    generation = try meta.loadUInt64(at: 0)
    docCount = Int(try meta.loadUInt32(at: 8))
    liveCount = Int(try meta.loadUInt32(at: 12))
    deltaCount = Int(try meta.loadUInt32(at: 16))
    sumLengthDeltas = [try meta.loadUInt64(at: 24), try meta.loadUInt64(at: 32)]
    guard meta.count == 40, generation == entry.liveGeneration, docCount == entry.docCount,
      liveCount == entry.liveCount, try meta.loadUInt32(at: 20) == 0
    else { throw meta.corrupt(at: 0, "it does not fit the manifest") }
    let bits = try file.requiredSection(.liveBits)
    var offset = 0
    words = try bits.column(of: UInt64.self, count: (docCount + 63) / 64, at: &offset)
    // Else a search could report documents that do not exist.
    if docCount % 64 != 0, words[docCount / 64] >> UInt64(docCount % 64) != 0 {
      throw bits.corrupt(at: 8 * (docCount / 64), "documents beyond the last are live")
    }
    let table = try file.requiredSection(.docFreqDeltas)
    var next = 0
    ordinals = try table.column(of: UInt32.self, count: deltaCount, at: &next)
    deltas = try table.column(of: UInt32.self, count: deltaCount, at: &next)
    guard offset == bits.count, next == table.count else {
      throw table.corrupt(at: next, "bytes are left over")
    }
  }

  /// Whether a document is live.
  @inline(__always)
  package func isLive(_ doc: UInt32) -> Bool {
    precondition(doc < docCount, "a docID is below the segment's docCount")
    return words[Int(doc >> 6)] >> UInt64(doc & 63) & 1 == 1
  }

  /// Dead documents that hold the term with this ordinal.
  ///
  /// - Complexity: O(log of the terms that dead documents hold).
  package func docFreqDelta(ordinal: UInt32) -> UInt32 {
    var low = 0
    var high = deltaCount
    while low < high {
      let middle = (low + high) / 2
      if ordinals[middle] < ordinal { low = middle + 1 } else { high = middle }
    }
    return low < deltaCount && ordinals[low] == ordinal ? deltas[low] : 0
  }

  /// Sum of the lengths of the dead documents.
  package func sumLengthDelta(_ field: Field) -> UInt64 { sumLengthDeltas[Int(field.rawValue)] }

  /// Calls `body` with every ordinal and delta, in the order of the file.
  func forEachDelta(_ body: (UInt32, UInt32) -> Void) {
    for index in 0..<deltaCount { body(ordinals[index], deltas[index]) }
  }

  /// Bits that are set.
  func countedLive() -> Int { (0..<wordCount).reduce(0) { $0 + words[$1].nonzeroBitCount } }
}
