import CLedeKernels
import LedeCodecs

/// A term as it is counted: documents alone, of one list or of several that count as one.
///
/// The walks lie in a ``ScratchArena``.
struct CountedTerm {
  private let lists: [PostingsList]
  private let walks: UnsafeMutablePointer<BlockWalk>
  private let arena: ScratchArena
  /// Documents at most: several lists may share some.
  let docFreq: Int

  /// Nil for a slot of a phrase.
  let clause: Int?

  init(_ lists: [PostingsList], of clause: Int? = nil, arena: ScratchArena) {
    self.clause = clause
    self.lists = lists
    self.arena = arena
    walks = arena.allocate(BlockWalk.self, lists.count)
    docFreq = lists.reduce(0) { $0 + $1.docFreq }
    for number in lists.indices {
      (walks + number).initialize(
        to: BlockWalk(docs: arena.allocate(UInt32.self, PostingsList.blockSize)))
    }
  }

  /// Makes a window's bits those of the term's documents. Windows ascend.
  func fill(_ window: DocWindow) throws(FormatError) {
    try lists[0].fill(window, &walks[0])
    for number in 1..<max(1, lists.count) {
      try lists[number].mark(window, .set, &walks[number])
    }
  }

  /// Sets or clears a window's bits at the term's documents.
  func mark(_ window: DocWindow, _ marking: PostingsList.Marking) throws(FormatError) {
    for number in lists.indices { try lists[number].mark(window, marking, &walks[number]) }
  }

  /// Keeps, at the front, the ascending documents that the term holds, or those that it lacks.
  func filter(
    _ docs: UnsafeMutablePointer<UInt32>, _ count: Int, isHeld: Bool
  ) throws(FormatError) -> Int {
    if lists.count == 1 {
      return try lists[0].filter(docs, count, isHeld: isHeld, &walks[0])
    }
    // What each list takes out of the documents leaves those that the term lacks.
    let rest = arena.allocate(UInt32.self, count)
    let lacked = arena.allocate(UInt32.self, count)
    rest.update(from: docs, count: count)
    var left = count
    for number in lists.indices {
      left = try lists[number].filter(rest, left, isHeld: false, &walks[number])
    }
    guard isHeld else {
      docs.update(from: rest, count: left)
      return left
    }
    lacked.update(from: rest, count: left)
    var (kept, next) = (0, 0)
    for index in 0..<count {
      let isLacked = next < left && lacked[next] == docs[index]
      next += isLacked ? 1 : 0
      docs[kept] = docs[index]
      kept += isLacked ? 0 : 1
    }
    return kept
  }

  /// All documents, ascending, in memory of the arena.
  func allDocs() throws(FormatError) -> UnsafeMutableBufferPointer<UInt32> {
    var docs = UnsafeMutableBufferPointer(start: arena.allocate(UInt32.self, 1), count: 0)
    for list in lists {
      let own = try arena.docs(of: list)
      docs = docs.isEmpty ? own : arena.merge(docs, own)
    }
    return docs
  }

  /// Decodes the documents of some blocks of a term of one list, from `block` on.
  func decode(
    _ block: inout Int, upTo limit: Int, into docs: UnsafeMutablePointer<UInt32>
  ) throws(FormatError) -> Int {
    var count = 0
    while block < lists[0].blockCount, count + PostingsList.blockSize <= limit {
      count += try lists[0].decodeDocs(block: block, into: docs + count)
      block += 1
    }
    return count
  }

  var isOneList: Bool { lists.count == 1 }

  /// Whether it is decoded whole in less time than it is looked into.
  var isShort: Bool { lists.count == 1 && !lists[0].isRanged }
}

extension ScratchArena {
  /// The union of two ascending runs.
  func merge(
    _ left: UnsafeMutableBufferPointer<UInt32>, _ right: UnsafeMutableBufferPointer<UInt32>
  ) -> UnsafeMutableBufferPointer<UInt32> {
    let out = allocate(UInt32.self, left.count + right.count)
    let count = lede_merge_docs(
      left.baseAddress, left.count, right.baseAddress, right.count, out)
    return UnsafeMutableBufferPointer(start: out, count: count)
  }
}
