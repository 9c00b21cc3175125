import CLedeKernels
import LedeCodecs
import LedeModel

/// How often a phrase occurs, from the positions of its slots.
extension DirectPhrase {
  /// How often the phrase occurs in some of the documents kept by the last `intersect`, given by their
  /// ascending numbers.
  func frequencies(
    _ numbers: UnsafePointer<UInt32>, _ count: Int, into result: UnsafeMutablePointer<UInt32>
  ) throws(FormatError) {
    guard count > 0 else { return }
    if startedCount == 0 {
      var phrase = try located(0...slots.count - 1, numbers, count)
      return try check(lede_phrase_frequencies(&phrase, numbers, count, result), count)
    }
    try meet(slots.count - 1, numbers, count)
    for index in 0..<count { result[index] = starts.counts[Int(numbers[index])] }
  }

  /// Leaves the starts at which one more slot stands as in the phrase, too. To meet a slot again changes
  /// nothing.
  func meet(
    _ place: Int, _ numbers: UnsafePointer<UInt32>, _ count: Int
  ) throws(FormatError) {
    var phrase = try located(place...place, numbers, count)
    try check(lede_phrase_meet(&phrase, numbers, count, &starts), count)
  }

  func check(_ done: Int, _ count: Int) throws(FormatError) {
    guard done == count else { throw damage.corruptPositions() }
  }

  /// The part of the phrase that some slots are, once the positions of some documents are located there.
  func located(
    _ places: ClosedRange<Int>, _ numbers: UnsafePointer<UInt32>, _ count: Int
  ) throws(FormatError) -> lede_phrase {
    var most: UInt32 = 0
    for place in places {
      if let twin = slots[place].twin {
        most = max(
          most, try slots[place].locate(as: slots[twin], numbers, count, docs, lengths))
      } else {
        most = max(most, try slots[place].locate(numbers, count, docs, lengths))
      }
      surfaces[place] = slots[place].surface(numbered: UInt32(truncatingIfNeeded: place))
    }
    if most > room {
      room = most
      scratch = arena.allocate(UInt32.self, 2 * Int(room))
    }
    return lede_phrase(
      surfaces: surfaces + places.lowerBound, surface_count: places.count,
      slot_count: places.count, lengths: lengths, titles: titles, gap: Field.positionGap,
      docs: docs, scratch: scratch, room: Int(room))
  }

  /// Makes room for the starts of documents that are located: no more than the least of their termFreqs.
  func reserveStarts(_ count: Int) throws(FormatError) {
    var most = 0
    for index in 0..<count { most += Int(least[index]) }
    // Damaged termFreqs may be large: three occurrences and more take a bit each.
    guard UInt64(most) <= slots[0].mostBits + 2 * UInt64(count) else {
      throw damage.corruptPositions()
    }
    starts.used = 0
    guard most > starts.room else { return }
    starts.room = max(most, 2 * starts.room)
    starts.starts = arena.allocate(UInt32.self, starts.room)
  }
}
