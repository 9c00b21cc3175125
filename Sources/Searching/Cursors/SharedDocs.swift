import CLedeKernels
import LedeCodecs

/// What several lists share, met list by list: where conjunctions and phrases start from.
///
/// Lists of a few thousand documents are decoded whole, without their termFreqs, and compared as they
/// are: a document costs less than a nanosecond, and what only one of the lists holds is never scored.
/// Memory lies in a ``ScratchArena``.
struct SharedDocs {
  private let arena: ScratchArena
  /// The documents of all lists met so far, ascending.
  private(set) var docs: UnsafeMutablePointer<UInt32>
  private(set) var count: Int
  /// By list, in the order met: the places of the shared documents there.
  private let places: UnsafeMutablePointer<UnsafeMutablePointer<UInt32>>
  private(set) var listCount = 1
  /// Whether not all documents of the first list are shared, so that there are places.
  private var hasPlaces = false

  /// - Parameter most: lists that are met, the first included.
  init(_ first: UnsafeMutableBufferPointer<UInt32>, most: Int, arena: ScratchArena) {
    self.arena = arena
    docs = first.baseAddress ?? arena.allocate(UInt32.self, 0)
    count = first.count
    places = arena.allocate(UnsafeMutablePointer<UInt32>.self, most)
  }

  /// Keeps the documents that another list holds, too.
  mutating func meet(_ list: UnsafeMutableBufferPointer<UInt32>) {
    let room = count + Int(LEDE_INTERSECT_SLACK)
    let own = arena.allocate(UInt32.self, room)
    let other = arena.allocate(UInt32.self, room)
    count = lede_intersect(docs, count, list.baseAddress, list.count, own, other)
    keep(own)
    (places + listCount).initialize(to: other)
    listCount += 1
  }

  /// Keeps the documents that a much longer list holds, of which few blocks are looked at.
  mutating func filter(by list: PostingsList) throws(FormatError) {
    let kept = arena.allocate(UInt32.self, count)
    kept.update(from: docs, count: count)
    var walk = BlockWalk(docs: arena.allocate(UInt32.self, PostingsList.blockSize))
    let left = try list.filter(kept, count, isHeld: true, &walk)
    guard left < count else { return }
    let own = arena.allocate(UInt32.self, left)
    var place = 0
    for index in 0..<left {
      while docs[place] != kept[index] { place += 1 }
      own[index] = UInt32(truncatingIfNeeded: place)
    }
    count = left
    keep(own)
  }

  /// Keeps so many documents as `count` says, given by their places among those before.
  private mutating func keep(_ own: UnsafeMutablePointer<UInt32>) {
    // Not in place: the first list's documents stay.
    let kept = arena.allocate(UInt32.self, count)
    for index in 0..<count { kept[index] = docs[Int(own[index])] }
    docs = kept
    guard hasPlaces else {
      places.initialize(to: own)
      hasPlaces = true
      return
    }
    for number in 0..<listCount {
      let before = places[number]
      for index in 0..<count { before[index] = before[Int(own[index])] }
    }
  }

  /// The places of the shared documents in a list, by its number in the order met; nil where all documents of the
  /// only one are meant.
  func places(in list: Int) -> UnsafePointer<UInt32>? {
    hasPlaces ? UnsafePointer(places[list]) : nil
  }
}

// MARK: - Decoded lists

extension ScratchArena {
  /// The documents of a list, ascending.
  func docs(
    of list: PostingsList
  ) throws(FormatError) -> UnsafeMutableBufferPointer<UInt32> {
    let docs = allocate(UInt32.self, list.docFreq + PostingsList.blockSize)
    return UnsafeMutableBufferPointer(start: docs, count: try list.decodeDocs(into: docs))
  }

  /// The termFreqs of a list that is not ranged, by place: those of all blocks, or of the blocks that some
  /// ascending places lie in; of others nothing is written.
  ///
  /// - Parameter count: how many places; of no meaning without them.
  func freqs(
    of list: PostingsList, at places: UnsafePointer<UInt32>? = nil, _ count: Int = 0
  ) throws(FormatError) -> UnsafeMutablePointer<UInt32> {
    let freqs = allocate(UInt32.self, list.docFreq + PostingsList.blockSize)
    let size = PostingsList.longBlockSize
    guard let places else {
      for block in 0..<list.blockCount {
        try list.decodeFreqs(block: block, into: freqs + block * size)
      }
      return freqs
    }
    var end = 0
    for index in 0..<count where Int(places[index]) >= end {
      let block = Int(places[index]) / size
      // Safe: places lie in the list, whose blocks but the last have `size` documents.
      try list.decodeFreqs(block: block, into: freqs + block * size)
      end = (block + 1) * size
    }
    return freqs
  }
}
