import LedeCodecs

/// Where a cursor's blocks of postings come from: the segment, or a merge in memory.
///
/// Two stored properties instead of an enum with payloads: matching on a payload would copy the
/// list, and retain what it refers to, at every call (measured: 9 % of unions).
struct BlockSource {
  /// The list; the first of those merged.
  let list: PostingsList
  /// Several lists as one.
  let merged: MergedPostings?
  let docFreq: Int
  let blockCount: Int

  init(_ list: PostingsList) {
    self.list = list
    merged = nil
    docFreq = list.docFreq
    blockCount = list.blockCount
  }

  /// - Parameter lists: at least one.
  init(
    merging lists: [PostingsList], arena: ScratchArena
  ) throws(FormatError) {
    list = lists[0]
    let merged = try MergedPostings(lists, arena: arena)
    self.merged = merged
    docFreq = merged.count
    blockCount = (merged.count + PostingsList.blockSize - 1) / PostingsList.blockSize
  }

  /// Documents of a block of a merge.
  private func count(ofMerged block: Int) -> Int {
    min(PostingsList.blockSize, docFreq - block * PostingsList.blockSize)
  }

  /// The first block at or after one that is no empty range.
  @inline(__always)
  func block(from block: Int) -> Int {
    merged == nil && list.isRanged && block < blockCount
      ? list.firstBlock(reaching: 0, from: block) : block
  }

  @inline(__always)
  func lastDoc(ofBlock block: Int) -> UInt32 {
    merged?.lastDoc(ofBlock: block) ?? list.lastDoc(ofBlock: block)
  }

  /// The first block at or after `from` whose last document is at least `doc`; `blockCount` if none.
  func firstBlock(reaching doc: UInt32, from: Int) -> Int {
    merged?.firstBlock(reaching: doc, from: from) ?? list.firstBlock(reaching: doc, from: from)
  }

  func decodeDocs(
    block: Int, into docs: UnsafeMutablePointer<UInt32>
  ) throws(FormatError) -> Int {
    guard let merged else { return try list.decodeDocs(block: block, into: docs) }
    let count = count(ofMerged: block)
    docs.update(from: merged.docs + block * PostingsList.blockSize, count: count)
    return count
  }

  func decodeFreqs(
    block: Int, into freqs: UnsafeMutablePointer<UInt32>
  ) throws(FormatError) {
    guard let merged else { return try list.decodeFreqs(block: block, into: freqs) }
    freqs.update(
      from: merged.freqs + block * PostingsList.blockSize, count: count(ofMerged: block))
  }
}

/// Several lists as one: termFreqs of equal documents summed. Lives in a ``ScratchArena``.
///
/// For the classes of a word, which count as one term; there are seldom several, so they are merged
/// ahead instead of while they are walked.
struct MergedPostings {
  let docs: UnsafeMutablePointer<UInt32>
  let freqs: UnsafeMutablePointer<UInt32>
  let count: Int

  @inline(__always)
  func lastDoc(ofBlock block: Int) -> UInt32 {
    docs[min((block + 1) * PostingsList.blockSize, count) - 1]
  }

  func firstBlock(reaching doc: UInt32, from: Int) -> Int {
    var low = from
    var high = (count + PostingsList.blockSize - 1) / PostingsList.blockSize
    while low < high {
      let middle = (low + high) / 2
      if lastDoc(ofBlock: middle) < doc { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension MergedPostings {
  /// Merges lists of one segment.
  ///
  /// - Complexity: O(postings · lists).
  init(
    _ lists: [PostingsList], arena: ScratchArena
  ) throws(FormatError) {
    let total = lists.reduce(0) { $0 + $1.docFreq }
    docs = arena.allocate(UInt32.self, total)
    freqs = arena.allocate(UInt32.self, total)
    let cursors = lists.map { arena.cursor(BlockSource($0)) }
    var count = 0
    var next: UInt32 = 0
    while count < total {
      var smallest = TermCursor.end
      for cursor in cursors { smallest = min(smallest, try cursor.pointee.advance(to: next)) }
      if smallest == TermCursor.end { break }
      var sum: UInt32 = 0
      for cursor in cursors where cursor.pointee.doc == smallest {
        sum &+= try cursor.pointee.termFreq()
      }
      docs[count] = smallest
      freqs[count] = max(1, sum)
      count += 1
      next = smallest &+ 1
    }
    self.count = count
  }
}
