import LedeCodecs
import LedeModel
import LedeStorage

/// A segment as the writer sees it: what its files state, and which documents died since.
struct OpenSegment {
  let reader: SegmentReader
  /// As the manifest lists it, or will: brought up to date at each commit.
  private(set) var entry: ManifestSegment
  /// What the files of `entry` state.
  private var written: LiveBits
  private(set) var live: LiveBits
  /// What the last snapshot took; documents only die, so that their number tells states apart.
  private var current: SegmentReader?

  /// Opens a segment that a manifest lists.
  init(
    fileSystem: any FileSystem, directory: String, entry: ManifestSegment
  ) throws(FormatError) {
    reader = try SegmentReader.open(fileSystem: fileSystem, directory: directory, entry: entry)
    self.entry = entry
    // Else damage would be written on under a new checksum.
    try reader.verifyLive()
    if let live = reader.live {
      written = LiveBits(
        words: Array(UnsafeBufferPointer(start: live.words, count: live.wordCount)),
        docCount: live.docCount)
    } else {
      written = LiveBits(docCount: reader.docCount)
    }
    live = written
  }

  /// Opens a segment just written, some of whose documents were dead from birth.
  init(
    fileSystem: any FileSystem, directory: String, id: UInt64, live: LiveBits
  ) throws(FormatError) {
    let count = UInt32(live.docCount)
    try self.init(
      fileSystem: fileSystem, directory: directory,
      entry: ManifestSegment(id: id, docCount: count, liveCount: count))
    self.live = live
  }

  /// The live document of a key; nil if there is none.
  func liveDocument(withKey key: String) throws(FormatError) -> UInt32? {
    guard let doc = try reader.keys.find(key), live[doc] else { return nil }
    return doc
  }

  mutating func delete(_ doc: UInt32) { live.clear(doc) }

  /// The segment with its documents of now, whether or not a file says so.
  ///
  /// - Complexity: as a commit where documents died since the last snapshot, else O(1).
  mutating func snapshot() throws(FormatError) -> SegmentReader {
    if let current, current.liveCount == live.liveCount { return current }
    let found = try reader.replacing(
      live: live.liveCount == live.docCount ? nil : try liveWriter())
    current = found
    return found
  }

  /// Writes a live file when documents died since the last one.
  mutating func commit(
    fileSystem: any FileSystem, directory: String, generation: UInt64
  ) throws(FormatError) {
    guard live.liveCount != written.liveCount else { return }
    try liveWriter().write(
      fileSystem: fileSystem, directory: directory, segment: entry.id, generation: generation)
    entry.liveGeneration = generation
    entry.liveCount = UInt32(live.liveCount)
    written = live
  }

  private func liveWriter() throws(FormatError) -> LiveWriter {
    let dead = live.dead
    let sumLengthDeltas = Field.allCases.map { field in
      let lengths = reader.lengths(field)
      return dead.reduce(UInt64(0)) { $0 + UInt64(lengths.value($1)) }
    }
    return LiveWriter(
      docCount: live.docCount, words: live.words,
      docFreqDeltas: try DocFreqDeltas(reader, dead: dead).all(),
      sumLengthDeltas: sumLengthDeltas)
  }
}
