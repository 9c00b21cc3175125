import LedeModel
import LedeStorage

/// The stored articles of a segment; the grammar stands at ``StoredArticlesWriter``.
///
/// Reading an article costs one inflate of its block, up to its end.
// Sendable: read-only bytes of the mapping, which the region keeps alive.
package struct StoredArticles: @unchecked Sendable {
  let region: FileRegion
  let keys: KeyTable
  /// nil where they are damaged and the articles come without values.
  let columns: Columns?
  let docCount: Int
  let blockCount: Int
  /// Whether bodies are stored; without them `body` is empty.
  package let hasText: Bool
  private let blockOffsets: UnsafePointer<UInt64>
  private let rawLengths: UnsafePointer<UInt32>
  private let firstDocs: UnsafePointer<UInt32>
  private let dictionaryNumbers: UnsafePointer<UInt16>
  private let dictionaryEnds: UnsafePointer<UInt32>
  let dictionaryCount: Int
  private let dictionaries: UnsafeRawBufferPointer
  /// Bytes of all blocks.
  let blocksEnd: Int

  static let storesTextFlag: UInt32 = 1
  private static let trailerSize = 32

  init(
    _ region: FileRegion, docCount: Int, keys: KeyTable, columns: Columns?
  ) throws(FormatError) {
    self.region = region
    self.keys = keys
    self.columns = columns
    self.docCount = docCount
    let trailer = region.count - Self.trailerSize
    blockCount = Int(try region.loadUInt32(at: trailer))
    dictionaryCount = Int(try region.loadUInt32(at: trailer + 8))
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
    dictionaryNumbers = try region.column(of: UInt16.self, count: blockCount, at: &offset)
    dictionaryEnds = try region.column(of: UInt32.self, count: dictionaryCount, at: &offset)
    let length = dictionaryCount == 0 ? 0 : Int(dictionaryEnds[dictionaryCount - 1])
    dictionaries = try region.part(from: offset, count: length)
    guard (offset + length + 7) & ~7 == trailer, Int(firstDocs[blockCount]) == docCount else {
      throw region.corrupt(at: trailer, "the tables do not fit the section")
    }
  }

  /// The whole article, body empty when texts are not stored.
  ///
  /// To read many, in the order of docIDs, a ``StoredArticlesCursor`` is faster.
  ///
  /// - Complexity: one inflate of at most about 32 KiB, or of the article when it is longer.
  package func article(_ doc: UInt32) throws(FormatError) -> Article {
    try StoredArticlesCursor(self, keepsWholeBlocks: false).article(doc)
  }

  /// Bytes of the section.
  package var size: Int { region.count }

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

  /// The text that a block may refer to, and its number in the segment.
  func dictionary(
    ofBlock block: Int
  ) throws(FormatError) -> (number: Int, bytes: UnsafeRawBufferPointer) {
    let number = Int(dictionaryNumbers[block])
    guard number < dictionaryCount else {
      throw region.corrupt(at: blocksEnd, "block \(block) refers to dictionary \(number)")
    }
    let start = number == 0 ? 0 : Int(dictionaryEnds[number - 1])
    let end = Int(dictionaryEnds[number])
    guard start <= end, end <= dictionaries.count, end - start <= 32 << 10 else {
      throw region.corrupt(at: blocksEnd, "dictionary \(number) has no place in the section")
    }
    return (number, UnsafeRawBufferPointer(rebasing: dictionaries[start..<end]))
  }

  /// A block as it lies in the section, to be copied.
  func bytes(ofBlock block: Int) -> UnsafeRawBufferPointer {
    // Safe: `block(_:)` checked the frame.
    UnsafeRawBufferPointer(
      rebasing: region.bytes[Int(blockOffsets[block])..<Int(blockOffsets[block + 1])])
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
