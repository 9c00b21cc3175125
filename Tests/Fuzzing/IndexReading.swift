import LedeCodecs
import LedeModel
import LedeStorage
import TestSupport

/// Reads all that an index offers, as a search and an export would; throws what they would.
///
/// - Parameter limit: documents and terms of each kind and segment that are read at most.
package func readEverything(
  _ fileSystem: any FileSystem, directory: String, limit: Int = .max
) throws {
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
    for doc in documents(of: reader, limit: limit) {
      attempt { _ = try reader.stored.article(doc) }
      attempt { _ = try cursor.article(doc) }
      attempt { _ = try reader.keys.find(try reader.keys.key(of: doc)) }
      _ = reader.columns.date(doc)?.iso8601
      _ = (reader.isLive(doc), reader.sequence(of: doc))
      for field in Field.allCases { _ = reader.lengths(field).value(doc) }
    }
    attempt { _ = try reader.keys.find("no such key") }
    for namespace in TermNamespace.allCases {
      attempt { try readTerms(reader, namespace, limit: limit) }
    }
    if let failure { throw failure }
  }
}

/// The first documents and the last.
private func documents(of reader: SegmentReader, limit: Int) -> [UInt32] {
  let count = UInt32(reader.docCount)
  let half = UInt32(clamping: limit / 2)
  guard count > half, count - half > half else { return Array(0..<count) }
  return Array(0..<half) + Array((count - half)..<count)
}

/// Enough was read.
private struct LimitReached: Error {}

private func readTerms(
  _ reader: SegmentReader, _ namespace: TermNamespace, limit: Int
) throws {
  do {
    var left = limit
    try reader.terms.enumerateKeys(namespace) { _ in
      left -= 1
      if left <= 0 { throw LimitReached() }
    }
  } catch is LimitReached {}
  guard namespace != .textFold, namespace != .titleFold else { return }
  var walk = PostingsReading()
  var left = limit
  do {
    try reader.terms.enumerate(namespace) { _, entry in
      _ = reader.live?.docFreqDelta(ordinal: entry.ordinal)
      try walk.read(try reader.postings(entry), limit: limit)
      left -= 1
      if left <= 0 { throw LimitReached() }
    }
  } catch is LimitReached {}
}

/// Decodes all of a list in every way there is.
private struct PostingsReading {
  private var docs = [UInt32](repeating: 0, count: PostingsList.blockSize)
  private var freqs = [UInt32](repeating: 0, count: PostingsList.blockSize)
  private var positions: [UInt32] = []
  private var headDocs = [UInt32](repeating: 0, count: PostingsList.headSize)
  private var headFreqs = [UInt32](repeating: 0, count: PostingsList.headSize)

  mutating func read(_ list: PostingsList, limit: Int) throws {
    _ = try list.decodeHead(docs: &headDocs, freqs: &headFreqs)
    for block in 0..<min(list.blockCount, limit) {
      let count = try list.decodeDocs(block: block, into: &docs)
      try list.decodeFreqs(block: block, into: &freqs)
      for index in 0..<count {
        try list.decodePositions(
          block: block, docs: docs, freqs: freqs, index: index, into: &positions)
      }
    }
  }
}
