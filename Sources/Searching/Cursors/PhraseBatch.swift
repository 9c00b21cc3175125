import CLedeKernels
import LedeCodecs
import LedeModel

/// Documents that hold every slot of a phrase, with what finds their positions.
///
/// Columns lie in a ``ScratchArena``; nothing is allocated or retained per document.
struct PhraseBatch {
  /// Documents of a batch, unless more are handed in at once.
  static let size = PostingsList.blockSize

  private let arena: ScratchArena
  let slots: ArenaList<PhraseSlot>
  let surfaces: UnsafeMutablePointer<PhraseSurface>
  private let kernelSurfaces: UnsafeMutablePointer<lede_phrase_surface>
  let surfaceCount: Int
  /// Whether every surface's positions can be read at all.
  private var areSound = false
  private let titles: lede_lengths
  private var scratch: UnsafeMutablePointer<UInt32>
  private var room: UInt32 = 1024
  /// The largest termFreq of a slot in any candidate so far.
  var most: UInt32 = 0
  private var capacity = 0
  var hits: UnsafeMutablePointer<UInt32>
  var blockHits: UnsafeMutablePointer<UInt32>
  var blockPlaces: UnsafeMutablePointer<UInt32>

  /// The candidates, and the least of the slots' termFreqs in each.
  var docs: UnsafeMutablePointer<UInt32>
  var least: UnsafeMutablePointer<UInt32>
  var count = 0
  /// The first candidate that may be asked for again.
  private(set) var next = 0
  /// What the batch knows: of documents from `low` to `last` only candidates hold every slot.
  private var low: UInt32 = 1
  private(set) var last: UInt32 = 0

  init(_ slots: ArenaList<PhraseSlot>, arena: ScratchArena) {
    self.arena = arena
    self.slots = slots
    surfaceCount = slots.reduce(0) { $0 + $1.cursorCount }
    surfaces = arena.allocate(PhraseSurface.self, surfaceCount)
    kernelSurfaces = arena.allocate(lede_phrase_surface.self, surfaceCount)
    let places = slots.first?.cursors.pointee.source.list.places
    titles = places?.titles?.column ?? lede_lengths()
    scratch = arena.allocate(UInt32.self, 2 * Int(room))
    (docs, least, hits) = (scratch, scratch, scratch)
    (blockHits, blockPlaces) = (scratch, scratch)
    var place = surfaces
    for (number, slot) in slots.enumerated() {
      for index in 0..<slot.cursorCount {
        place.initialize(
          to: PhraseSurface(slot, number: number, cursor: slot.cursors + index, arena))
        place += 1
      }
    }
    grow(to: Self.size)
  }

  /// Forgets everything, so that documents may be lower again.
  mutating func rewind() { (count, next, low, last) = (0, 0, 1, 0) }

  /// Takes note that no document from `doc` on and before what the batch covers holds every slot.
  mutating func extend(from doc: UInt32) { low = min(low, doc) }

  /// Whether the batch says of a document if it holds every slot.
  @inline(__always)
  func covers(_ doc: UInt32) -> Bool { doc <= last && doc >= low }

  /// The first candidate at or after a document; documents ascend from call to call.
  @inline(__always)
  mutating func first(from doc: UInt32) -> UInt32? {
    while next < count, docs[next] < doc { next += 1 }
    return next < count ? docs[next] : nil
  }

  private mutating func grow(to wanted: Int) {
    guard wanted > capacity else { return }
    let size = max(wanted, 2 * capacity)
    func column<Value>(_ old: UnsafeMutablePointer<Value>) -> UnsafeMutablePointer<Value> {
      let larger = arena.allocate(Value.self, size)
      if count > 0 { larger.update(from: old, count: count) }
      return larger
    }
    (docs, least, hits) = (column(docs), column(least), arena.allocate(UInt32.self, size))
    blockHits = arena.allocate(UInt32.self, size)
    blockPlaces = arena.allocate(UInt32.self, size)
    for index in 0..<surfaceCount {
      surfaces[index].freqs =
        count > 0 ? column(surfaces[index].freqs) : arena.allocate(UInt32.self, size)
      surfaces[index].starts =
        count > 0 ? column(surfaces[index].starts) : arena.allocate(UInt64.self, size)
    }
    capacity = size
    areSound = true
    for index in 0..<surfaceCount {
      guard let surface = surfaces[index].kernelSurface else {
        areSound = false
        return
      }
      kernelSurfaces[index] = surface
    }
  }
}

// MARK: - Filling

extension PhraseBatch {
  /// Makes the next block of the rarest slot the batch; false at the end of the slot.
  mutating func fill(from target: UInt32) throws(FormatError) -> Bool {
    (count, next) = (0, 0)
    low = target
    let lead = slots[0]
    var reached = UInt32.max
    for index in 0..<lead.cursorCount {
      guard try lead.cursors[index].advance(to: target) != TermCursor.end else { continue }
      reached = min(reached, lead.cursors[index].blockLast)
    }
    guard reached < TermCursor.end else {
      last = TermCursor.end
      return false
    }
    last = reached
    for index in 0..<lead.cursorCount where lead.cursors[index].doc <= reached {
      let cursor = lead.cursors[index]
      // Safe: `advance` found a document in the loaded block.
      let from = cursor.docs + cursor.index
      let more = lede_lower_bound(from, cursor.count - cursor.index, reached &+ 1)
      grow(to: count + more)
      (docs + count).update(from: from, count: more)
      count += more
    }
    if lead.cursorCount > 1 { sortDocs() }
    // Of two slots the other first: what it leaves is found again in the lead's block, which stays.
    try meet(from: 0, rotated: slots.count == 2 ? 1 : 0)
    return true
  }

  /// Makes one document the batch.
  mutating func meet(_ doc: UInt32) throws(FormatError) {
    (docs[0], count, next, low, last) = (doc, 1, 0, doc, doc)
    try meet(from: 0, rotated: 0)
  }

  /// Makes candidates of those of some ascending documents that hold every slot, and returns how many.
  ///
  /// They come first; behind them stay candidates after the last of the documents, which the cursors
  /// have passed.
  mutating func intersect(
    _ wanted: UnsafePointer<UInt32>, _ wantedCount: Int
  ) throws(FormatError) -> Int {
    guard wantedCount > 0 else { return 0 }
    grow(to: count)
    var known = 0
    var kept = 0
    while known < wantedCount, covers(wanted[known]) {
      if first(from: wanted[known]) == wanted[known] {
        hits[kept] = UInt32(truncatingIfNeeded: next)
        kept += 1
      }
      known += 1
    }
    let isKnown = known == wantedCount
    var left = kept
    if isKnown, first(from: wanted[wantedCount - 1] &+ 1) != nil {
      for later in next..<count {
        hits[left] = UInt32(truncatingIfNeeded: later)
        left += 1
      }
    }
    if left < count { compact(left, from: 0, first: 0, met: surfaceCount) }
    (count, next, low) = (left, 0, wanted[0])
    if isKnown { return kept }
    grow(to: kept + wantedCount - known)
    (docs + kept).update(from: wanted + known, count: wantedCount - known)
    (count, last) = (kept + wantedCount - known, wanted[wantedCount - 1])
    try meet(from: kept, rotated: 0)
    return count
  }

  private mutating func sortDocs() {
    var unsorted = UnsafeMutableBufferPointer(start: docs, count: count)
    unsorted.sort()
    var kept = 0
    for index in 0..<count where kept == 0 || docs[kept - 1] != docs[index] {
      docs[kept] = docs[index]
      kept += 1
    }
    count = kept
  }
}

// MARK: - Frequencies

extension PhraseBatch {
  /// How often the phrase occurs in some candidates, given by their numbers.
  mutating func readFrequencies(
    _ candidates: UnsafePointer<UInt32>, _ wanted: Int, into result: UnsafeMutablePointer<UInt32>
  ) throws(FormatError) {
    try readFrequencies(
      candidates, wanted, surfaceCount: surfaceCount, slotCount: slots.count, into: result)
  }

  /// The same for the part of the phrase that its first slots are, in the order of `slots`.
  mutating func readFrequencies(
    _ candidates: UnsafePointer<UInt32>, _ wanted: Int, surfaceCount: Int, slotCount: Int,
    into result: UnsafeMutablePointer<UInt32>
  ) throws(FormatError) {
    if most > room {
      room = most
      scratch = arena.allocate(UInt32.self, 2 * Int(room))
    }
    guard areSound else { throw surfaces[0].damage() }
    var phrase = lede_phrase(
      surfaces: kernelSurfaces, surface_count: surfaceCount, slot_count: slotCount,
      lengths: surfaces[0].column, titles: titles, gap: Field.positionGap, docs: docs,
      scratch: scratch, room: Int(room))
    if lede_phrase_frequencies(&phrase, candidates, wanted, result) < wanted {
      throw surfaces[0].damage()
    }
  }

  /// In how many candidates the phrase occurs.
  mutating func matchCount() throws(FormatError) -> Int {
    guard count > 0 else { return 0 }
    hits.number(count)
    try readFrequencies(hits, count, into: blockPlaces)
    var total = 0
    for index in 0..<count where blockPlaces[index] > 0 { total += 1 }
    return total
  }
}
