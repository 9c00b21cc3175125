import LedeModel
import LedeStorage

/// Writes the stored section while the articles stream in: compressed blocks, then where they are.
///
///     stored  := block*, padding, blockOffset: u64 * (B + 1), rawLength: u32 * B, padding,
///                firstDoc: u32 * (B + 1), padding, dictionary: u16 * B, padding,
///                dictionaryEnd: u32 * D, padding, byte * dictionaryEnd[D - 1], padding, trailer
///     trailer := blockCount: u32, docCount: u32, dictionaryCount: u32, flags: u32,
///                tablesOffset: u64, zero: u64
///
/// A block (``StoredBlock``) holds raw deflate of whole records (``StoredRecord``) one after the other,
/// about 32 KiB before compression, or of one where all are the same; an article that is longer has a block of its own. Blocks share a preset
/// dictionary, taken from the segment's first articles; those copied from other segments keep theirs,
/// so that merging compresses nothing again. Bit 0 of `flags`: texts are stored.
package final class StoredArticlesWriter {
  private let blockSize: Int
  private let dictionarySize: Int
  let storesText: Bool
  private let recordLimit: Int
  /// The number of the dictionary that blocks are compressed with; nil until it is chosen.
  private(set) var dictionary: Int?
  private let compression: BlockCompression
  /// The number of the writer's own dictionary, once it was chosen.
  var ownDictionary: Int?
  var dictionaries: [[UInt8]] = []
  /// Numbers of the dictionaries of other segments, by where they lie.
  var adopted: [UnsafeRawPointer: UInt16] = [:]
  // Checks that no two accesses to these overlap cost more than adding a short record. None do: jobs
  // get copies.
  /// Records that wait for the dictionary, or for their block to fill.
  @exclusivity(unchecked) var pending: [UInt8] = []
  @exclusivity(unchecked) var pendingStarts: [Int] = []
  /// Blocks that are being compressed, in their order.
  private var underWay: [PendingBlock] = []
  private let blockLengths = EncodingBuffer(capacity: 1024)
  private let pool: WorkerPool?
  var tables = Tables()

  private struct PendingBlock {
    let lengths: [UInt32]
    let rawLength: Int
    let dictionary: Int
    let compressed: PendingResult<Result<[UInt8], StorageError>>
  }

  struct Tables {
    var blockOffsets: [UInt64] = []
    var rawLengths: [UInt32] = []
    var firstDocs: [UInt32] = []
    var dictionaries: [UInt16] = []
    /// Documents in all blocks written so far.
    var docCount = 0
  }

  /// Bytes of records in a block.
  ///
  /// Measured on 40 MB of Wikipedia pages (8.6 KB on average) at level 4 with a dictionary of
  /// 16 KiB, one core of two that were busy: stored bytes per input byte, MB/s of writing, µs to
  /// read one article.
  ///
  ///     16 KiB .2869 63 52 | 32 KiB .2850 67 69 | 64 KiB .2844 66 111
  ///
  /// Beyond 32 KiB a page of ten hits pays in time what hardly shows in size.
  package static let defaultBlockSize = 32 << 10
  /// Bytes of dictionary: none .2962 at 76 MB/s, 8 KiB .2875 at 67, 16 KiB .2850 at 67, 32 KiB
  /// .2841 at 63.
  package static let defaultDictionarySize = 16 << 10
  /// zlib's level, with a dictionary of the first texts alone: 1 .320 at 111 MB/s, 4 .2871 at 63,
  /// 5 .278 at 43, 6 .275 at 25.
  ///
  /// Level 4 keeps compression the lesser part of indexing, which is to take 25 MB/s in all.
  package static let defaultLevel = 4
  /// A larger record is refused. What a reader allocates for one block is bounded by it.
  package static let maxRecordSize = 256 << 20

  /// - Parameters:
  ///   - level: zlib's 1 (fastest) to 9 (smallest).
  ///   - blockSize: bytes of records in a block.
  ///   - dictionarySize: bytes of dictionary at most, up to 32 KiB.
  ///   - recordLimit: bytes of one record, above which ``add(_:to:)`` throws `tooLarge`.
  ///   - storesText: false leaves the bodies out.
  ///   - pool: threads that compress; nil for the one that adds.
  package init(
    level: Int = defaultLevel, blockSize: Int = defaultBlockSize,
    dictionarySize: Int = defaultDictionarySize, recordLimit: Int = maxRecordSize,
    storesText: Bool, pool: WorkerPool? = nil
  ) {
    precondition((0...32 << 10).contains(dictionarySize), "deflate looks back 32 KiB")
    precondition(recordLimit <= Self.maxRecordSize, "readers refuse larger records")
    compression = BlockCompression(level: level)
    self.pool = pool
    self.blockSize = blockSize
    self.dictionarySize = dictionarySize
    self.storesText = storesText
    self.recordLimit = recordLimit
  }

  package var docCount: Int {
    underWay.reduce(tables.docCount + pendingStarts.count) { $0 + $1.lengths.count }
  }

  /// Bytes of memory held, without the blocks that are being compressed: these are few.
  package var memoryUse: Int {
    pending.capacity + 8 * pendingStarts.capacity + 32 * tables.rawLengths.count
  }

  /// Adds the next article; its key, date, source, category and language have sections of their own.
  ///
  /// The section must be open in `envelope`: `begin(.stored)` before the first article.
  package func add(_ article: Article, to envelope: EnvelopeWriter) throws(FormatError) {
    let size = StoredRecord.size(of: article, storesText: storesText)
    guard size <= recordLimit else {
      throw .tooLarge(key: String(article.key.prefix(80)), bytes: size, limit: recordLimit)
    }
    try makeRoom(for: size, envelope)
    StoredRecord.append(article, storesText: storesText, to: &pending)
    try flushFull(envelope)
  }

  /// Starts a record of about `size` bytes; one that does not fit the block begun starts the next.
  func makeRoom(for size: Int, _ envelope: EnvelopeWriter) throws(FormatError) {
    if dictionary != nil, !pending.isEmpty, pending.count + size > blockSize {
      try flushBlock(to: envelope)
    }
    pendingStarts.append(pending.count)
  }

  func flushFull(_ envelope: EnvelopeWriter) throws(FormatError) {
    if dictionary == nil {
      if pending.count >= Self.sampleSize { try start(envelope) }
    } else if pending.count >= blockSize {
      try flushBlock(to: envelope)
    }
  }

  /// Writes what is left and the tables; the caller ends the section.
  package func finish(to envelope: EnvelopeWriter) throws(FormatError) {
    try flushPending(to: envelope)
    let blockCount = tables.rawLengths.count
    tables.blockOffsets.append(envelope.sectionLength)
    tables.firstDocs.append(UInt32(tables.docCount))
    try envelope.append(column: [UInt8]())
    let tablesOffset = envelope.sectionLength
    try envelope.append(column: tables.blockOffsets)
    try envelope.append(column: tables.rawLengths)
    try envelope.append(column: tables.firstDocs)
    try envelope.append(column: tables.dictionaries)
    var end: UInt32 = 0
    let ends = dictionaries.map { dictionary in
      end += UInt32(dictionary.count)
      return end
    }
    try envelope.append(column: ends)
    try envelope.append(column: Array(dictionaries.joined()))
    var trailer: [UInt8] = []
    trailer.appendUInt32(UInt32(blockCount))
    trailer.appendUInt32(UInt32(tables.docCount))
    trailer.appendUInt32(UInt32(dictionaries.count))
    trailer.appendUInt32(storesText ? StoredArticles.storesTextFlag : 0)
    trailer.appendUInt64(tablesOffset)
    trailer.appendUInt64(0)
    try envelope.append(trailer)
  }

  // MARK: Dictionary

  /// Bytes of records that are looked at for the dictionary.
  private static let sampleSize = 256 << 10

  /// Makes the dictionary from the records so far and writes the blocks that are full.
  private func start(_ envelope: EnvelopeWriter) throws(FormatError) {
    let chosen = PresetDictionary.choose(
      size: dictionarySize, from: Array(pending.prefix(Self.sampleSize)))
    ownDictionary = dictionaries.count
    dictionaries.append(chosen)
    dictionary = dictionaries.count - 1
    let (records, starts) = (pending, pendingStarts)
    pending = []
    pendingStarts = []
    for (index, start) in starts.enumerated() {
      let end = index + 1 < starts.count ? starts[index + 1] : records.count
      if !pending.isEmpty, pending.count + end - start > blockSize {
        try flushBlock(to: envelope)
      }
      pendingStarts.append(pending.count)
      pending.append(contentsOf: records[start..<end])
    }
    if pending.count >= blockSize { try flushBlock(to: envelope) }
  }

  /// What follows is compressed with a dictionary; nil for one that is chosen when there is enough to
  /// choose from.
  func useDictionary(_ number: Int?) { dictionary = number }

  // MARK: Blocks

  /// Writes the records that wait.
  func flushPending(to envelope: EnvelopeWriter) throws(FormatError) {
    if !pendingStarts.isEmpty {
      if dictionary == nil { try start(envelope) }
      if !pendingStarts.isEmpty { try flushBlock(to: envelope) }
    }
    while !underWay.isEmpty { try writeFirst(to: envelope) }
  }

  /// Has the records that wait compressed, and writes blocks that are.
  private func flushBlock(to envelope: EnvelopeWriter) throws(FormatError) {
    guard let dictionary else { preconditionFailure("a block is compressed with a dictionary") }
    let ends = pendingStarts.dropFirst() + [pending.count]
    let lengths = zip(pendingStarts, ends).map { UInt32($1 - $0) }
    let records = StoredBlock.stated(pending, lengths: lengths)
    let text = dictionaries[dictionary]
    let pool = pool ?? Self.noThreads
    underWay.append(
      PendingBlock(
        lengths: lengths, rawLength: records.count, dictionary: dictionary,
        compressed: pool.submit { [compression] in
          compression.compress(records, dictionary: dictionary, text)
        }))
    pendingStarts.removeAll(keepingCapacity: true)
    pending = []
    pending.reserveCapacity(blockSize)
    // With threads of its own, the pool has a few blocks each to go on with. Huge ones come alone.
    let limit = pool.threadCount == 1 ? 0 : 4 * pool.threadCount
    while underWay.count > limit || rawLengthUnderWay > 2 * limit * blockSize {
      try writeFirst(to: envelope)
    }
  }

  private var rawLengthUnderWay: Int { underWay.reduce(0) { $0 + $1.rawLength } }

  private static let noThreads = WorkerPool(threadCount: 1)

  private func writeFirst(to envelope: EnvelopeWriter) throws(FormatError) {
    let block = underWay.removeFirst()
    let compressed: [UInt8]
    do throws(StorageError) {
      compressed = try block.compressed.take().get()
    } catch { throw .storage(error) }
    tables.dictionaries.append(UInt16(block.dictionary))
    tables.blockOffsets.append(envelope.sectionLength)
    tables.rawLengths.append(UInt32(block.rawLength))
    tables.firstDocs.append(UInt32(tables.docCount))
    tables.docCount += block.lengths.count
    blockLengths.removeAll()
    StoredBlock.append(lengths: block.lengths, to: blockLengths)
    try envelope.append(blockLengths.bytes)
    try envelope.append(compressed)
  }
}

/// Compresses blocks on any thread, with deflaters that are used again.
// Sendable: a deflater is used by the one thread that took it out under the lock.
private final class BlockCompression: Sendable {
  private let level: Int
  private let deflaters = Monitor<[(dictionary: Int, deflater: Deflater)]>([])

  init(level: Int) { self.level = level }

  /// - Parameter dictionary: the number of the text that the records may refer to.
  func compress(
    _ records: [UInt8], dictionary: Int, _ text: [UInt8]
  ) -> Result<[UInt8], StorageError> {
    // Those of another dictionary go: a merge comes back to one at most once per block.
    let kept = deflaters.withLock { deflaters in
      deflaters.removeAll { $0.dictionary != dictionary }
      return deflaters.popLast()?.deflater
    }
    do throws(StorageError) {
      let deflater =
        if let kept { kept } else { try Deflater(level: level, dictionary: text) }
      var compressed: [UInt8] = []
      try records.withUnsafeBufferPointer { (records) throws(StorageError) in
        try deflater.deflate(UnsafeRawBufferPointer(records), into: &compressed)
      }
      deflaters.withLock { $0.append((dictionary, deflater)) }
      return .success(compressed)
    } catch {
      return .failure(error)
    }
  }
}
