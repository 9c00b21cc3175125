import CLedeKernels
import LedeCodecs

/// Walks the documents of one term in one segment, forwards, a block at a time.
///
/// Three depths, each entered only when needed: the directory (`seekBlock`), the documents of a block
/// (`loadDocs`) and its termFreqs (`loadFreqs`). Targets never fall, but after `rewind`. Buffers lie in a
/// ``ScratchArena``, as cursors do: they are called in place, and hold no references.
struct TermCursor {
  /// After the last document.
  static let end = UInt32.max

  let source: BlockSource
  let blockCount: Int
  let docs: UnsafeMutablePointer<UInt32>
  let freqs: UnsafeMutablePointer<UInt32>
  /// The block that holds the next documents; `blockCount` at the end.
  private(set) var block: Int
  /// The last document of `block`, of a range the last that it could hold; `end` at the end.
  private(set) var blockLast: UInt32
  /// The current document: the loaded block's first, then what `advance` found; `end` after the last.
  private(set) var doc: UInt32 = 0
  /// Documents of the loaded block.
  private(set) var count = 0
  /// The current document's place in the loaded block.
  private(set) var index = 0
  private var docsBlock = -1
  private var freqsBlock = -1
  /// Last documents by block, where one list of some length is walked.
  private let lastDocs: UnsafeRawPointer?

  init(_ source: BlockSource, arena: ScratchArena) {
    self.source = source
    blockCount = source.blockCount
    // Both in one piece.
    docs = arena.allocate(UInt32.self, 2 * PostingsList.blockSize)
    freqs = docs + PostingsList.blockSize
    lastDocs = source.merged == nil ? source.list.lastDocs : nil
    block = source.block(from: 0)
    blockLast = block < blockCount ? source.lastDoc(ofBlock: block) : Self.end
  }

  var isAtEnd: Bool { block == blockCount }

  /// Moves to the first block that may hold `target` or a later document, by the directory alone.
  @inline(__always)
  mutating func seekBlock(_ target: UInt32) {
    if target > blockLast { moveBlock(target) }
  }

  @inline(never)
  private mutating func moveBlock(_ target: UInt32) {
    guard block < blockCount else { return }
    if let lastDocs {
      gallop(to: target, lastDocs)
    } else {
      block = source.firstBlock(reaching: target, from: block + 1)
      blockLast = block < blockCount ? source.lastDoc(ofBlock: block) : Self.end
    }
  }

  /// - Complexity: O(log distance).
  @inline(__always)
  private mutating func gallop(to target: UInt32, _ lastDocs: UnsafeRawPointer) {
    // Safe: every block looked at is below `blockCount`.
    func last(_ block: Int) -> UInt32 {
      UInt32(littleEndian: lastDocs.loadUnaligned(fromByteOffset: 4 * block, as: UInt32.self))
    }
    var low = block
    var step = 1
    while low + step < blockCount, last(low + step) < target {
      low += step
      step *= 2
    }
    // last(low) < target; what is searched lies in low + 1 ... low + step.
    var size = min(low + step, blockCount) - low - 1
    low += 1
    while size > 0 {
      let half = size / 2
      if last(low + half) < target {
        low += half + 1
        size -= half + 1
      } else {
        size = half
      }
    }
    block = low
    blockLast = low < blockCount ? last(low) : Self.end
  }

  /// Back to the first block; what is decoded stays.
  mutating func rewind() {
    block = source.block(from: 0)
    blockLast = block < blockCount ? source.lastDoc(ofBlock: block) : Self.end
    // `advance` trusts `doc` and `index` of a decoded block.
    docsBlock = -1
    freqsBlock = -1
  }

  /// Moves on to the next block.
  mutating func nextBlock() {
    guard block < blockCount else { return }
    block = source.block(from: block + 1)
    blockLast = block < blockCount ? source.lastDoc(ofBlock: block) : Self.end
  }

  /// Decodes the current block's documents, which must exist.
  @inline(__always)
  mutating func loadDocs() throws(FormatError) {
    if docsBlock != block { try decodeDocs() }
  }

  @inline(never)
  private mutating func decodeDocs() throws(FormatError) {
    count = try source.decodeDocs(block: block, into: docs)
    docsBlock = block
    index = 0
    doc = count > 0 ? docs[0] : blockLast
  }

  /// Decodes the current block's termFreqs, which must exist.
  @inline(__always)
  mutating func loadFreqs() throws(FormatError) {
    if freqsBlock != block { try decodeFreqs() }
  }

  @inline(never)
  private mutating func decodeFreqs() throws(FormatError) {
    try source.decodeFreqs(block: block, into: freqs)
    freqsBlock = block
  }

  /// Moves to the first document at or after `target` and returns it; `end` when there is none.
  @inline(__always)
  mutating func advance(to target: UInt32) throws(FormatError) -> UInt32 {
    if target <= doc, docsBlock == block { return doc }
    return try find(target)
  }

  private mutating func find(_ target: UInt32) throws(FormatError) -> UInt32 {
    seekBlock(target)
    while block < blockCount {
      try loadDocs()
      index = place(of: target)
      if index < count {
        doc = docs[index]
        return doc
      }
      // A range may end before its last possible document; a block does so in a damaged file.
      nextBlock()
    }
    doc = Self.end
    return doc
  }

  /// The first place in the loaded block, from the current one on, whose document reaches `target`.
  @inline(__always)
  func place(of target: UInt32) -> Int {
    // Safe: index <= count <= 128, the size of the buffer.
    index + lede_lower_bound(docs + index, count - index, target)
  }

  /// Puts the current place at `place`, which lies in the loaded block or directly behind it.
  @inline(__always)
  mutating func move(toPlace place: Int) {
    index = place
    if place < count { doc = docs[place] }
  }

  /// The termFreq of the current document.
  @inline(__always)
  mutating func termFreq() throws(FormatError) -> UInt32 {
    try loadFreqs()
    return freqs[index]
  }
}

extension ScratchArena {
  /// A cursor over a term's postings, at an address of its own.
  func cursor(_ source: BlockSource) -> UnsafeMutablePointer<TermCursor> {
    let place = allocate(TermCursor.self, 1)
    place.initialize(to: TermCursor(source, arena: self))
    return place
  }
}
