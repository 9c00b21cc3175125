import CLedeKernels
import LedeCodecs

/// Candidates of a batch met with the slots of the phrase.
extension PhraseBatch {
  /// Meets the candidates from a place on with every slot, beginning with the one numbered `rotated`.
  mutating func meet(from base: Int, rotated: Int) throws(FormatError) {
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
  func compact(_ kept: Int, from base: Int, first: Int, met: Int) {
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
