import LedeCodecs
import LedeModel
import LedeStorage

/// Copies a file with one section changed and all checksums made anew: damage that only the readers
/// can see.
func forge(
  _ fileSystem: MemoryFileSystem, _ path: String, kind: FileKind, section: SectionKind,
  _ change: (inout [UInt8]) -> Void
) throws {
  let file = try EnvelopeFile.open(fileSystem: fileSystem, path: path, kind: kind)
  let contents = file.sections.map {
    ($0.kind, Array(file.section($0.kind)?.bytes ?? .init(start: nil, count: 0)))
  }
  let writer = try EnvelopeWriter(fileSystem: fileSystem, path: path, kind: kind, id: file.id)
  for (kind, content) in contents {
    var bytes = content
    if kind == section { change(&bytes) }
    try writer.begin(kind)
    try writer.append(bytes)
    try writer.end()
  }
  try writer.finish()
}

extension [UInt8] {
  /// Overwrites a little-endian number.
  mutating func store(_ value: some FixedWidthInteger, at offset: Int) {
    Swift.withUnsafeBytes(of: value.littleEndian) { bytes in
      replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }
  }
}

/// Reads everything that an index offers, as a search and an export would; throws what they would.
func readEverything(_ fileSystem: any FileSystem, directory: String) throws {
  let manifest = try Manifest.read(fileSystem: fileSystem, directory: directory)
  for entry in manifest.segments {
    let reader = try SegmentReader.open(
      fileSystem: fileSystem, directory: directory, entry: entry)
    // Each on its own, so that one error does not hide what another part would do.
    var failure: (any Error)?
    func attempt(_ body: () throws -> Void) {
      do {
        try body()
      } catch { failure = error }
    }
    let cursor = StoredArticlesCursor(reader.stored)
    for doc in 0..<UInt32(reader.docCount) {
      attempt { _ = try reader.stored.article(doc) }
      attempt { _ = try cursor.article(doc) }
      attempt { _ = try reader.keys.find(try reader.keys.key(of: doc)) }
      _ = reader.columns.date(doc)?.iso8601
      _ = (reader.isLive(doc), reader.sequence(of: doc))
      for field in Field.allCases { _ = reader.lengths(field).value(doc) }
    }
    attempt { _ = try reader.keys.find("no such key") }
    for namespace in TermNamespace.allCases {
      attempt { try readTerms(reader, namespace) }
    }
    if let failure { throw failure }
  }
}

private func readTerms(_ reader: SegmentReader, _ namespace: TermNamespace) throws {
  try reader.terms.enumerateKeys(namespace) { _ in }
  guard namespace != .textFold, namespace != .titleFold else { return }
  var docs = [UInt32](repeating: 0, count: PostingsList.blockSize)
  var freqs = docs
  var positions: [UInt32] = []
  try reader.terms.enumerate(namespace) { _, entry in
    _ = reader.live?.docFreqDelta(ordinal: entry.ordinal)
    let list = try reader.postings(entry)
    for block in 0..<list.blockCount {
      let count = try list.decodeDocs(block: block, into: &docs)
      try list.decodeFreqs(block: block, into: &freqs)
      for index in 0..<count {
        try list.decodePositions(
          block: block, docs: docs, freqs: freqs, index: index, into: &positions)
      }
    }
  }
}
