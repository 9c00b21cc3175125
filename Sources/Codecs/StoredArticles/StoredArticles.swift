import LedeModel
import LedeStorage

/// The stored articles of a segment; the grammar stands at ``StoredArticlesWriter``.
///
/// Reading an article costs one inflate of its block, up to its end.
// Sendable: read-only bytes of the mapping, which the region keeps alive.
package struct StoredArticles: @unchecked Sendable {
  let region: FileRegion
  let keys: KeyTable
  let columns: Columns
  let docCount: Int
  let blockCount: Int
  /// Whether bodies are stored; without them `body` is empty.
  package let hasText: Bool
  /// The text that all blocks may refer to.
  let dictionary: UnsafeRawBufferPointer
  private let blockOffsets: UnsafePointer<UInt64>
  private let rawLengths: UnsafePointer<UInt32>
  private let firstDocs: UnsafePointer<UInt32>
  private let blocksEnd: Int

  static let storesTextFlag: UInt32 = 1
  private static let trailerSize = 32

  init(
    _ region: FileRegion, docCount: Int, keys: KeyTable, columns: Columns
  ) throws(FormatError) {
    self.region = region
    self.keys = keys
    self.columns = columns
    self.docCount = docCount
    let trailer = region.count - Self.trailerSize
    blockCount = Int(try region.loadUInt32(at: trailer))
    let dictionaryLength = Int(try region.loadUInt32(at: trailer + 8))
    let flags = try region.loadUInt32(at: trailer + 12)
    let tablesOffset = try region.loadUInt64(at: trailer + 16)
    guard try region.loadUInt32(at: trailer + 4) == docCount, flags & ~Self.storesTextFlag == 0,
      tablesOffset <= UInt64(trailer), tablesOffset % 8 == 0
    else { throw region.corrupt(at: trailer, "the trailer is not made for \(docCount) documents") }
    hasText = flags != 0
    blocksEnd = Int(tablesOffset)
    var offset = blocksEnd
    blockOffsets = try region.column(of: UInt64.self, count: blockCount + 1, at: &offset)
    rawLengths = try region.column(of: UInt32.self, count: blockCount, at: &offset)
    firstDocs = try region.column(of: UInt32.self, count: blockCount + 1, at: &offset)
    dictionary = try region.part(from: offset, count: dictionaryLength)
    guard (offset + dictionaryLength + 7) & ~7 == trailer, Int(firstDocs[blockCount]) == docCount,
      dictionaryLength <= 32 << 10
    else { throw region.corrupt(at: trailer, "the tables do not fit the section") }
  }

  /// The whole article, body empty when texts are not stored.
  ///
  /// To read many, in the order of docIDs, a ``StoredArticlesCursor`` is faster.
  ///
  /// - Complexity: one inflate of at most about 32 KiB, or of the article when it is longer.
  package func article(_ doc: UInt32) throws(FormatError) -> Article {
    try StoredArticlesCursor(self, keepsWholeBlocks: false).article(doc)
  }

  // MARK: Blocks

  /// The block that holds a document.
  func block(of doc: UInt32) throws(FormatError) -> Int {
    var low = 0
    var high = blockCount
    // The last block whose first document is not above `doc`.
    while low < high {
      let middle = (low + high) / 2
      if firstDocs[middle] <= doc { low = middle + 1 } else { high = middle }
    }
    guard low > 0, firstDocs[low] > doc else {
      throw region.corrupt(at: blocksEnd, "no block holds document \(doc)")
    }
    return low - 1
  }

  /// What a block consists of, its frame checked.
  func block(_ block: Int) throws(FormatError) -> StoredBlock {
    let (start, end) = (blockOffsets[block], blockOffsets[block + 1])
    let docs = (firstDocs[block], firstDocs[block + 1])
    guard start <= end, end <= UInt64(blocksEnd), docs.0 <= docs.1 else {
      throw region.corrupt(at: blocksEnd, "block \(block) has no place in the section")
    }
    let found = StoredBlock(
      UnsafeRawBufferPointer(rebasing: region.bytes[Int(start)..<Int(end)]),
      docs: docs.0..<docs.1, rawLength: Int(rawLengths[block]))
    guard let found else {
      throw region.corrupt(
        at: Int(start),
        "block \(block) of \(end - start) bytes claims to hold \(rawLengths[block]) in "
          + "\(docs.1 - docs.0) records")
    }
    return found
  }

  /// Checks that blocks and records leave no gap; returns what is wrong, or nil.
  func flaw() -> String? {
    if blockOffsets[0] != 0 || firstDocs[0] != 0 { return "the first block does not start it" }
    for block in 0..<blockCount {
      let first = firstDocs[block]
      guard first < firstDocs[block + 1], first < docCount else {
        return "block \(block) does not start with document \(first)"
      }
    }
    return nil
  }

  /// Offset in the section of a block, for messages.
  func offset(ofBlock block: Int) -> Int { Int(clamping: blockOffsets[block]) }
}
