import LedeCodecs

/// The postings of one term of the merged segment, gathered from its sources.
///
/// The buffers are used again for every term; they grow to the most frequent one.
struct MergedPostings: ~Copyable {
  private let map: DocumentMap
  private var docs = GrowingBuffer()
  private var freqs = GrowingBuffer()
  private var ordinals = GrowingBuffer()
  private var count = 0
  private var ordinalCount = 0
  private var sorter: PostingsSorter?

  init(_ map: DocumentMap) {
    self.map = map
    if !map.keepsOrder { sorter = PostingsSorter(docCount: map.docCount) }
  }

  /// Documents that hold the term, ascending once finished.
  var documents: UnsafeBufferPointer<UInt32> { docs.values(count) }
  var termFreqs: UnsafeBufferPointer<UInt32> { freqs.values(count) }
  /// The places among each document's tokens, document after document; none for a class.
  var allOrdinals: UnsafeBufferPointer<UInt32> { ordinals.values(ordinalCount) }
  var isEmpty: Bool { count == 0 }

  /// Starts the next term.
  mutating func removeAll() {
    count = 0
    ordinalCount = 0
  }

  /// Adds what one source has of the term.
  mutating func add(
    _ list: PostingsList, source: Int, hasPositions: Bool
  ) throws(FormatError) {
    for block in 0..<list.blockCount {
      let blockDocs = docs.room(PostingsList.blockSize, behind: count)
      let blockFreqs = freqs.room(PostingsList.blockSize, behind: count)
      let found = try list.decodeDocs(block: block, into: blockDocs)
      try list.decodeFreqs(block: block, into: blockFreqs)
      let first = ordinalCount
      if hasPositions {
        ordinalCount += try list.decodeAllOrdinals(block: block, docs: blockDocs, freqs: blockFreqs)
        {
          ordinals.room($0, behind: first)
        }
      } else {
        try check(blockFreqs, found, list)
      }
      switch map.shifts[source] {
      case .by(let base):
        for index in 0..<found { blockDocs[index] &+= base }
        count += found
      case .table(let table):
        keepLive(found, table, hasPositions ? first : nil)
      }
    }
  }

  /// Damage may make a termFreq wrap to 0, which no posting has.
  private func check(
    _ freqs: UnsafeMutablePointer<UInt32>, _ count: Int, _ list: PostingsList
  ) throws(FormatError) {
    for index in 0..<count where freqs[index] == 0 { throw list.corruptFreqs }
  }

  /// Gives the block just decoded its new docIDs and drops the dead.
  private mutating func keepLive(_ found: Int, _ table: [UInt32], _ firstOrdinal: Int?) {
    // Safe: `found` documents were decoded behind `count`, their ordinals behind `firstOrdinal`.
    let (docs, freqs, ordinals) = (docs.base, freqs.base, ordinals.base)
    var source = firstOrdinal ?? 0
    var target = source
    for index in count..<count + found {
      let freq = Int(freqs[index])
      let doc = table[Int(docs[index])]
      if doc != DocumentMap.dead {
        docs[count] = doc
        freqs[count] = freqs[index]
        count += 1
        if firstOrdinal != nil, target != source {
          (ordinals + target).update(from: ordinals + source, count: freq)
        }
        target += freq
      }
      source += freq
    }
    if firstOrdinal != nil { ordinalCount = target }
  }

  /// Brings the documents into their order; the term is then complete.
  mutating func finish(hasPositions: Bool) {
    guard count > 1 else { return }
    sorter?.sort(
      &docs, &freqs, count: count, &ordinals, positionCount: hasPositions ? ordinalCount : 0)
  }
}

/// Numbers behind one pointer, uninitialised where nothing was written.
struct GrowingBuffer: ~Copyable {
  private(set) var base: UnsafeMutablePointer<UInt32>
  private var capacity: Int

  init(capacity: Int = 1024) {
    self.capacity = capacity
    base = .allocate(capacity: capacity)
  }

  deinit { base.deallocate() }

  func values(_ count: Int) -> UnsafeBufferPointer<UInt32> {
    UnsafeBufferPointer(start: base, count: count)
  }

  /// Room for `count` values behind the first `kept`, which stay.
  @inline(__always)
  mutating func room(_ count: Int, behind kept: Int) -> UnsafeMutablePointer<UInt32> {
    if kept + count > capacity { grow(kept + count, kept) }
    return base + kept
  }

  private mutating func grow(_ needed: Int, _ kept: Int) {
    capacity = max(needed, capacity * 3 / 2)
    let larger = BulkMemory.allocate(UInt32.self, capacity: capacity)
    larger.update(from: base, count: kept)
    base.deallocate()
    base = larger
  }
}
