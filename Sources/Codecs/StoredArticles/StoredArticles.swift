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
  private let starts: UnsafePointer<UInt32>
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
    starts = try region.column(of: UInt32.self, count: docCount, at: &offset)
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

  /// A block's compressed bytes and its length before compression.
  func block(
    _ block: Int
  ) throws(FormatError) -> (bytes: UnsafeRawBufferPointer, rawLength: Int) {
    let (start, end) = (blockOffsets[block], blockOffsets[block + 1])
    let rawLength = Int(rawLengths[block])
    guard start <= end, end <= UInt64(blocksEnd) else {
      throw region.corrupt(at: blocksEnd, "block \(block) has no place in the section")
    }
    let count = Int(end - start)
    // Deflate cannot do better than 1032 to 1: a larger claim is a lie, and costs no memory.
    guard rawLength <= StoredArticlesWriter.maxRecordSize, rawLength / 1032 <= count else {
      throw region.corrupt(
        at: Int(start), "block \(block) of \(count) bytes claims to hold \(rawLength)")
    }
    return (UnsafeRawBufferPointer(rebasing: region.bytes[Int(start)..<Int(end)]), rawLength)
  }

  /// Where a document's record lies in its uncompressed block.
  func recordRange(
    _ doc: UInt32, block: Int, rawLength: Int
  ) throws(FormatError) -> Range<Int> {
    let start = Int(starts[Int(doc)])
    let isLast = doc &+ 1 >= firstDocs[block + 1] || Int(doc) + 1 >= docCount
    let end = isLast ? rawLength : Int(starts[Int(doc) + 1])
    guard start <= end, end <= rawLength else {
      throw region.corrupt(at: blocksEnd, "the record of document \(doc) has no place in its block")
    }
    return start..<end
  }

  /// Checks that blocks and records leave no gap; returns what is wrong, or nil.
  func flaw() -> String? {
    if blockOffsets[0] != 0 || firstDocs[0] != 0 { return "the first block does not start it" }
    for block in 0..<blockCount {
      let first = firstDocs[block]
      guard first < firstDocs[block + 1], first < docCount, starts[Int(first)] == 0 else {
        return "block \(block) does not start with document \(first)"
      }
    }
    return nil
  }

  /// Offset in the section of a block, for messages.
  func offset(ofBlock block: Int) -> Int { Int(clamping: blockOffsets[block]) }
}
