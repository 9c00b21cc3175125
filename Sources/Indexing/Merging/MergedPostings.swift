import CLedeKernels
import LedeCodecs

/// The postings of one term of the merged segment, gathered from its sources.
///
/// Documents and termFreqs are decoded; positions go over as the bits they are. The buffers are used
/// again for every term; they grow to the most frequent one.
struct MergedPostings: ~Copyable {
  private let map: DocumentMap
  private var docs = GrowingBuffer()
  private var freqs = GrowingBuffer()
  private(set) var entries = PositionEntries()
  private var count = 0
  private var sorter: PostingsSorter?

  init(_ map: DocumentMap) {
    self.map = map
    if !map.keepsOrder { sorter = PostingsSorter(docCount: map.docCount) }
  }

  /// Documents that hold the term, ascending once finished.
  var documents: UnsafeBufferPointer<UInt32> { docs.values(count) }
  var termFreqs: UnsafeBufferPointer<UInt32> { freqs.values(count) }
  var isEmpty: Bool { count == 0 }

  /// Starts the next term.
  mutating func removeAll() {
    count = 0
    entries.removeAll()
  }

  /// Adds what one source has of a term of fewer than 128 documents there; false when its bytes make
  /// no sense.
  mutating func add(
    _ list: ListSource, _ term: lede_term, source: Int, hasPositions: Bool
  ) -> Bool {
    let docs = docs.room(PostingsList.longBlockSize, behind: count)
    let freqs = freqs.room(PostingsList.longBlockSize, behind: count)
    switch map.shifts[source] {
    case .by(let base):
      return gather(list, term, base: base, hasPositions: hasPositions)
    case .table(let table):
      guard let found = list.decode(term, docs: docs, freqs: freqs) else { return false }
      if hasPositions {
        let isWhole = entries.add(list, term, docs: docs, freqs: freqs) {
          table[$0] != DocumentMap.dead
        }
        guard isWhole else { return false }
      }
      keepLive(found, table)
      return true
    }
  }

  /// The same for a source of which all documents live on.
  private mutating func gather(
    _ list: ListSource, _ term: lede_term, base: UInt32, hasPositions: Bool
  ) -> Bool {
    // Safe: the caller made room for the postings, and here is room for the entries.
    var gathered = lede_gathered(
      docs: docs.base, freqs: freqs.base, count: count,
      bits: hasPositions ? entries.room(term) : nil, bit_count: entries.bitCount)
    guard list.gather(term, base: base, hasPositions: hasPositions, into: &gathered) else {
      return false
    }
    if hasPositions {
      entries.extend(to: gathered.bit_count, documents: gathered.count - count)
    }
    count = gathered.count
    return true
  }

  /// Adds what one source has of a longer list.
  mutating func add(
    _ list: PostingsList, source: Int, hasPositions: Bool
  ) throws(FormatError) {
    for block in 0..<list.blockCount {
      let docs = docs.room(PostingsList.blockSize, behind: count)
      let freqs = freqs.room(PostingsList.blockSize, behind: count)
      let found = try list.decode(block: block, docs: docs, freqs: freqs)
      guard found > 0 else { continue }
      guard Self.areSound(freqs, found) else { throw list.corruptFreqs }
      switch map.shifts[source] {
      case .by(let base):
        if hasPositions { try entries.add(list, block: block, docs, freqs, found) }
        keepAll(found, docs, base)
      case .table(let table):
        if hasPositions {
          try entries.add(list, block: block, docs, freqs, found) {
            table[$0] != DocumentMap.dead
          }
        }
        keepLive(found, table)
      }
    }
  }

  /// Damage may make a termFreq wrap to 0, which no posting has.
  private static func areSound(_ freqs: UnsafeMutablePointer<UInt32>, _ count: Int) -> Bool {
    var least = UInt32.max
    for index in 0..<count { least = min(least, freqs[index]) }
    return least > 0
  }

  private mutating func keepAll(
    _ found: Int, _ docs: UnsafeMutablePointer<UInt32>, _ base: UInt32
  ) {
    for index in 0..<found { docs[index] &+= base }
    count += found
  }

  /// Gives the block just decoded its new docIDs and drops the dead.
  private mutating func keepLive(_ found: Int, _ table: DocumentTable) {
    // Safe: `found` documents were decoded behind `count`.
    let (docs, freqs) = (docs.base, freqs.base)
    for index in count..<count + found {
      let doc = table[docs[index]]
      if doc != DocumentMap.dead {
        docs[count] = doc
        freqs[count] = freqs[index]
        count += 1
      }
    }
  }

  /// Brings the documents into their order; the term is then complete.
  mutating func finish(hasPositions: Bool) {
    guard count > 1 else { return }
    sorter?.sort(&docs, &freqs, count: count)
    if hasPositions { sorter?.sort(&entries) }
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
