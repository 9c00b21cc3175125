import LedeCodecs

/// Where a cursor's blocks of up to 128 postings come from: the segment, or a merge in memory.
enum BlockSource {
  case list(PostingsList)
  case merged(MergedPostings)

  var docFreq: Int {
    switch self {
    case .list(let list): list.docFreq
    case .merged(let merged): merged.count
    }
  }

  var blockCount: Int { (docFreq + PostingsList.blockSize - 1) / PostingsList.blockSize }

  /// A bound for every posting.
  var impacts: ImpactFront {
    switch self {
    case .list(let list): list.impacts
    case .merged(let merged): merged.whole
    }
  }

  @inline(__always)
  func count(ofBlock block: Int) -> Int {
    min(PostingsList.blockSize, docFreq - block * PostingsList.blockSize)
  }

  @inline(__always)
  func lastDoc(ofBlock block: Int) -> UInt32 {
    switch self {
    case .list(let list): list.lastDoc(ofBlock: block)
    case .merged(let merged): merged.lastDoc(ofBlock: block)
    }
  }

  func impacts(ofBlock block: Int) -> ImpactFront {
    switch self {
    case .list(let list): list.impacts(ofBlock: block)
    case .merged(let merged): merged.fronts[block]
    }
  }

  /// The first block at or after `from` whose last document is at least `doc`; `blockCount` if none.
  func firstBlock(reaching doc: UInt32, from: Int) -> Int {
    switch self {
    case .list(let list): list.firstBlock(reaching: doc, from: from)
    case .merged(let merged): merged.firstBlock(reaching: doc, from: from)
    }
  }

  func decodeDocs(
    block: Int, into docs: UnsafeMutablePointer<UInt32>
  ) throws(FormatError) -> Int {
    switch self {
    case .list(let list): return try list.decodeDocs(block: block, into: docs)
    case .merged(let merged):
      let count = count(ofBlock: block)
      docs.update(from: merged.docs + block * PostingsList.blockSize, count: count)
      return count
    }
  }

  func decodeFreqs(
    block: Int, into freqs: UnsafeMutablePointer<UInt32>
  ) throws(FormatError) {
    switch self {
    case .list(let list): try list.decodeFreqs(block: block, into: freqs)
    case .merged(let merged):
      freqs.update(
        from: merged.freqs + block * PostingsList.blockSize, count: count(ofBlock: block))
    }
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
  let fronts: UnsafeMutablePointer<ImpactFront>
  let whole: ImpactFront

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
    _ lists: [PostingsList], lengths: LengthsReader, arena: ScratchArena
  ) throws(FormatError) {
    let total = lists.reduce(0) { $0 + $1.docFreq }
    docs = arena.allocate(UInt32.self, total)
    freqs = arena.allocate(UInt32.self, total)
    var cursors: [TermCursor] = []
    for list in lists { cursors.append(TermCursor(.list(list), arena: arena)) }
    var count = 0
    var next: UInt32 = 0
    while count < total {
      var smallest = TermCursor.end
      for index in cursors.indices {
        smallest = min(smallest, try cursors[index].advance(to: next))
      }
      if smallest == TermCursor.end { break }
      var sum: UInt32 = 0
      for index in cursors.indices where cursors[index].doc == smallest {
        sum &+= try cursors[index].termFreq()
      }
      docs[count] = smallest
      freqs[count] = max(1, sum)
      count += 1
      next = smallest &+ 1
    }
    self.count = count
    let size = PostingsList.blockSize
    let blocks = (count + size - 1) / size
    fronts = arena.allocate(ImpactFront.self, blocks)
    var (mostFrequent, shortest) = (UInt32(0), UInt32.max)
    for block in 0..<blocks {
      var (frequent, short) = (UInt32(0), UInt32.max)
      for index in (block * size)..<min((block + 1) * size, count) {
        frequent = max(frequent, freqs[index])
        short = min(short, lengths.value(docs[index]))
      }
      fronts[block] = ImpactFront(termFreq: frequent, length: short)
      mostFrequent = max(mostFrequent, frequent)
      shortest = min(shortest, short)
    }
    whole = ImpactFront(termFreq: mostFrequent, length: shortest)
  }
}
