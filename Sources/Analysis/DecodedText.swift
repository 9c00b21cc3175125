import CLedeUnicode

/// A stretch of text as UTF-16, with each unit's character entry and place in the source.
final class DecodedText {
  private let unitMemory = Scratch<UInt16>(capacity: 512)
  private let entryMemory = Scratch<CharacterEntry>(capacity: 512)
  private let offsetMemory = Scratch<UInt32>(capacity: 513)
  private let boundaryMemory = Scratch<Int32>(capacity: 513)

  /// Code units, of which there are `count`.
  private(set) var count = 0
  /// Boundaries, of which there are `boundaryCount`: 0 first, `count` last.
  private(set) var boundaryCount = 0

  var units: UnsafeMutablePointer<UInt16> { unitMemory.base }
  var entries: UnsafeMutablePointer<CharacterEntry> { entryMemory.base }
  /// Source offsets of the units; one more than `count`, the last being the end.
  var offsets: UnsafeMutablePointer<UInt32> { offsetMemory.base }
  var boundaries: UnsafeMutablePointer<Int32> { boundaryMemory.base }

  /// Decodes from `start` until `end` or until `limit` units are full; returns where it stopped.
  ///
  /// Ill-formed parts become U+FFFD. `limit` is at least 2.
  func load(
    _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int, limit: Int, table: CharacterTable
  ) -> Int {
    let room = min(limit, end - start)
    unitMemory.reserve(room)
    entryMemory.reserve(room)
    offsetMemory.reserve(room + 1)
    boundaryMemory.reserve(room + 1)
    let (units, entries, offsets) = (units, entries, offsets)
    var at = start
    var count = 0
    // Safe: a character writes at most two units, and takes two only if it has four bytes, so
    // `room` is not overrun: it is the limit, checked here, or as many units as there are bytes.
    while at < end, count + 2 <= room || (count < room && bytes[at] < 0xF0) {
      let step = UTF8Decoding.decode(bytes, at, end)
      let entry = table.entry(of: step.scalar)
      offsets[count] = UInt32(truncatingIfNeeded: at)
      entries[count] = entry
      if step.scalar < 0x1_0000 {
        units[count] = UInt16(truncatingIfNeeded: step.scalar)
        count += 1
      } else {
        units[count] = UInt16(truncatingIfNeeded: 0xD7C0 + step.scalar >> 10)
        units[count + 1] = UInt16(truncatingIfNeeded: 0xDC00 | step.scalar & 0x3FF)
        offsets[count + 1] = UInt32(truncatingIfNeeded: at)
        entries[count + 1] = CharacterEntry(bits: CharacterEntry.trailing)
        count += 2
      }
      at += step.length
    }
    offsets[count] = UInt32(truncatingIfNeeded: at)
    self.count = count
    return at
  }

  /// Finds the word boundaries of what was loaded.
  func segment(with breaker: OpaquePointer) {
    let found = lede_word_breaker_boundaries(breaker, units, Int32(count), boundaries)
    guard found >= 1, count > 0 else {
      // ICU fails here only without memory; the text is then one segment rather than lost.
      boundaries[0] = 0
      boundaries[1] = Int32(count)
      boundaryCount = count > 0 ? 2 : 1
      return
    }
    boundaryCount = Int(found)
  }

  /// The character that starts at a unit.
  @inline(__always)
  func scalar(at unit: Int) -> UInt32 {
    let lead = UInt32(units[unit])
    guard lead & 0xFC00 == 0xD800, unit + 1 < count else { return lead }
    return (lead - 0xD7C0) << 10 + UInt32(units[unit + 1]) & 0x3FF
  }
}
