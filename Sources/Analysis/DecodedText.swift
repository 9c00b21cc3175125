import CLedeUnicode

/// A stretch of text as UTF-16, with each unit's character entry and place in the source.
final class DecodedText {
  private let unitMemory = Scratch<UInt16>(capacity: 512)
  private let entryMemory = Scratch<CharacterEntry>(capacity: 512)
  private let offsetMemory = Scratch<UInt32>(capacity: 513)
  private let boundaryMemory = Scratch<Int32>(capacity: 513)

  /// What a window of text was decoded to: columns in memory of the `DecodedText`, valid until its
  /// next call.
  struct Window {
    /// UTF-16 code units.
    let units: UnsafeMutablePointer<UInt16>
    /// The entry of the unit's character; `CharacterEntry.trailing` for the second unit of a pair.
    let entries: UnsafeMutablePointer<CharacterEntry>
    /// Where the unit's character starts in the source; one more than `count`, the last the end.
    let offsets: UnsafeMutablePointer<UInt32>
    /// Word boundaries: 0 first, `count` last.
    let boundaries: UnsafeMutablePointer<Int32>
    var count = 0
    var boundaryCount = 0
    /// Where decoding stopped in the source.
    var stop = 0

    /// The character that starts at a unit.
    @inline(__always)
    func scalar(at unit: Int) -> UInt32 {
      UnsafeBufferPointer(start: units, count: count).scalar(at: unit).scalar
    }
  }

  /// Decodes from `start` until `end` or until `limit` units are full, and finds the boundaries.
  ///
  /// Ill-formed parts become U+FFFD. `limit` is at least 1, and `start` is below `end`.
  func load(
    _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int, limit: Int,
    table: CharacterTable, breaker: OpaquePointer
  ) -> Window {
    let room = min(limit, end - start)
    // The last character may be a pair of units, of which the second goes beyond the room.
    unitMemory.reserve(room + 1)
    entryMemory.reserve(room + 1)
    offsetMemory.reserve(room + 2)
    boundaryMemory.reserve(room + 2)
    var window = Window(
      units: unitMemory.base, entries: entryMemory.base, offsets: offsetMemory.base,
      boundaries: boundaryMemory.base)
    Self.decode(bytes, from: start, to: end, room: room, table: table, into: &window)
    Self.segment(&window, breaker)
    return window
  }

  private static func decode(
    _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int, room: Int,
    table: CharacterTable, into window: inout Window
  ) {
    let (units, entries, offsets) = (window.units, window.entries, window.offsets)
    var at = start
    var count = 0
    // Safe: at most two units are written from a count below `room`, and the columns hold one more.
    while at < end, count < room {
      let step = UTF8Decoding.decode(bytes, at, end)
      offsets[count] = UInt32(truncatingIfNeeded: at)
      entries[count] = table.entry(of: step.scalar)
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
    window.count = count
    window.stop = at
  }

  private static func segment(_ window: inout Window, _ breaker: OpaquePointer) {
    let found = lede_word_breaker_boundaries(
      breaker, window.units, Int32(truncatingIfNeeded: window.count), window.boundaries)
    if found >= 2 {
      window.boundaryCount = Int(found)
    } else {
      // ICU fails here only without memory; the text is then one segment rather than lost.
      window.boundaries[0] = 0
      window.boundaries[1] = Int32(truncatingIfNeeded: window.count)
      window.boundaryCount = 2
    }
  }
}
