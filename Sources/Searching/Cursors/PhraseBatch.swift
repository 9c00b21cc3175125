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
  private let slots: ArenaList<PhraseSlot>
  private let surfaces: UnsafeMutablePointer<PhraseSurface>
  private let kernelSurfaces: UnsafeMutablePointer<lede_phrase_surface>
  private let surfaceCount: Int
  /// Whether every surface's positions can be read at all.
  private var areSound = false
  private let titles: lede_lengths
  private var scratch: UnsafeMutablePointer<UInt32>
  private var room: UInt32 = 1024
  /// The largest termFreq of a slot in any candidate so far.
  private var most: UInt32 = 0
  private var capacity = 0
  private var hits: UnsafeMutablePointer<UInt32>
  private var blockHits: UnsafeMutablePointer<UInt32>
  private var blockPlaces: UnsafeMutablePointer<UInt32>

  /// The candidates, and the least of the slots' termFreqs in each.
  private(set) var docs: UnsafeMutablePointer<UInt32>
  private(set) var least: UnsafeMutablePointer<UInt32>
  private(set) var count = 0
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

  /// Meets the candidates from a place on with every slot, beginning with the one numbered `rotated`.
  private mutating func meet(from base: Int, rotated: Int) throws(FormatError) {
    (least + base).update(repeating: .max, count: max(0, count - base))
    let first = slots[..<rotated].reduce(0) { $0 + $1.cursorCount } % surfaceCount
    var met = 0
    for step in slots.indices {
      guard count > base else { return }
      let slot = slots[(step + rotated) % slots.count]
      let surface = surfaces + (first + met) % surfaceCount
      met += slot.cursorCount
      let kept =
        slot.cursorCount == 1
        ? try meet(surface, from: base) : try meet(surface, slot.cursorCount, from: base)
      if kept < count - base { compact(kept, from: base, first: first, met: met) }
      count = base + kept
      if step > 0, step < slots.count - 1 {
        try dropApart(from: base, met: met, slotCount: step + 1)
      }
    }
  }

  /// Drops candidates in which the first slots, all that are met yet, do not stand as in the phrase.
  ///
  /// Rare words are seldom neighbours by chance: few documents are left to be looked up in the long
  /// lists of the frequent words, where each lies in a block of its own.
  private mutating func dropApart(from base: Int, met: Int, slotCount: Int) throws(FormatError) {
    let wanted = count - base
    guard wanted > 0 else { return }
    for index in 0..<wanted { blockHits[index] = UInt32(truncatingIfNeeded: base + index) }
    try readFrequencies(
      blockHits, wanted, surfaceCount: met, slotCount: slotCount, into: blockPlaces)
    var kept = 0
    for index in 0..<wanted where blockPlaces[index] > 0 {
      hits[kept] = blockHits[index]
      kept += 1
    }
    if kept < wanted { compact(kept, from: base, first: 0, met: met) }
    count = base + kept
  }

  /// Meets the candidates with a slot of one surface; returns how many there are, numbered in `hits`.
  private mutating func meet(
    _ surface: UnsafeMutablePointer<PhraseSurface>, from base: Int
  ) throws(FormatError) -> Int {
    let kept = try locate(surface, from: base)
    let freqs = surface.pointee.freqs
    for index in 0..<kept {
      let candidate = Int(hits[index])
      least[candidate] = min(least[candidate], freqs[candidate])
      most = max(most, freqs[candidate])
    }
    return kept
  }

  /// The same for a slot of several surfaces, whose termFreqs add up.
  private mutating func meet(
    _ surfaces: UnsafeMutablePointer<PhraseSurface>, _ surfaceCount: Int, from base: Int
  ) throws(FormatError) -> Int {
    for index in 0..<surfaceCount {
      (surfaces[index].freqs + base).update(repeating: 0, count: count - base)
      _ = try locate(surfaces + index, from: base)
    }
    var kept = 0
    for candidate in base..<count {
      var sum: UInt32 = 0
      for index in 0..<surfaceCount { sum &+= surfaces[index].freqs[candidate] }
      hits[kept] = UInt32(truncatingIfNeeded: candidate)
      if sum > 0 { kept += 1 }
      least[candidate] = min(least[candidate], sum)
      most = max(most, sum)
    }
    return kept
  }

  /// Moves the candidates numbered in `hits` to the places from `base` on, with the columns of `met`
  /// surfaces from the one numbered `first` on.
  private func compact(_ kept: Int, from base: Int, first: Int, met: Int) {
    for index in 0..<kept {
      let from = Int(hits[index])
      docs[base + index] = docs[from]
      least[base + index] = least[from]
    }
    for number in 0..<met {
      let surface = surfaces + (first + number) % surfaceCount
      let (freqs, starts) = (surface.pointee.freqs, surface.pointee.starts)
      for index in 0..<kept {
        let from = Int(hits[index])
        freqs[base + index] = freqs[from]
        starts[base + index] = starts[from]
      }
    }
  }

  /// Fills a surface's columns for the candidates from a place on that it holds, block by block;
  /// returns how many, numbered in `hits`.
  private mutating func locate(
    _ surface: UnsafeMutablePointer<PhraseSurface>, from base: Int
  ) throws(FormatError) -> Int {
    let cursor = surface.pointee.cursor
    var (kept, done) = (0, base)
    while done < count {
      guard try cursor.pointee.advance(to: docs[done]) != TermCursor.end else { break }
      let blockLast = cursor.pointee.blockLast
      // At least one: in a damaged file a later block may end earlier.
      let inBlock =
        docs[count - 1] <= blockLast
        ? count - done : max(1, lede_lower_bound(docs + done, count - done, blockLast &+ 1))
      var place = 0
      // Safe: places lie in the loaded block, hits among the candidates.
      let found = lede_locate(
        cursor.pointee.docs, cursor.pointee.count, cursor.pointee.index, docs + done, inBlock,
        blockHits, blockPlaces, &place)
      if found > 0 {
        try surface.pointee.locate(found, blockPlaces, blockHits, from: done)
        for index in 0..<found {
          hits[kept] = UInt32(truncatingIfNeeded: done) &+ blockHits[index]
          kept += 1
        }
      }
      cursor.pointee.move(toPlace: place)
      done += inBlock
    }
    return kept
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
  private mutating func readFrequencies(
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
    for index in 0..<count { hits[index] = UInt32(truncatingIfNeeded: index) }
    try readFrequencies(hits, count, into: blockPlaces)
    var total = 0
    for index in 0..<count where blockPlaces[index] > 0 { total += 1 }
    return total
  }
}
