import LedeCodecs

/// One place of a phrase in one segment: the cursors of its surfaces.
struct PhraseSlot {
  let offset: UInt32
  let docFreq: Int
  let cursors: UnsafeMutablePointer<TermCursor>
  let cursorCount: Int
}

/// Finds a phrase: its slots' conjunction as an approximation, positions only where asked.
///
/// Documents are asked for in ascending order.
final class PhraseMatcher {
  /// By ascending docFreq.
  let slots: [PhraseSlot]
  /// Possible starts, those of another slot, and the positions of one surface. Not properties: their
  /// exclusive access would be checked at run time for every document.
  private let buffers: UnsafeMutablePointer<[UInt32]>

  init(_ slots: [PhraseSlot]) {
    self.slots = slots.sorted { $0.docFreq < $1.docFreq }
    buffers = .allocate(capacity: 3)
    buffers.initialize(repeating: [], count: 3)
  }

  deinit {
    buffers.deinitialize(count: 3)
    buffers.deallocate()
  }

  /// Back to the first document.
  func rewind() {
    for slot in slots {
      for index in 0..<slot.cursorCount { slot.cursors[index].rewind() }
    }
  }

  /// The first document at or after `target` that holds every slot; `TermCursor.end` if none.
  func advance(to target: UInt32) throws(FormatError) -> UInt32 {
    var candidate = target
    var matched = 0
    while matched < slots.count {
      matched = 0
      for slot in slots {
        let doc = try advance(slot, to: candidate)
        if doc == TermCursor.end { return doc }
        if doc > candidate {
          candidate = doc
          break
        }
        matched += 1
      }
    }
    return candidate
  }

  /// Whether a document holds every slot.
  func holds(_ doc: UInt32) throws(FormatError) -> Bool {
    for slot in slots where try advance(slot, to: doc) != doc { return false }
    return true
  }

  @inline(__always)
  private func advance(_ slot: PhraseSlot, to target: UInt32) throws(FormatError) -> UInt32 {
    var first = try slot.cursors[0].advance(to: target)
    for index in 1..<max(1, slot.cursorCount) {
      first = min(first, try slot.cursors[index].advance(to: target))
    }
    return first
  }

  /// The least of the slots' termFreqs in a document that holds them all: at most the phrase's own.
  func leastTermFreq(_ doc: UInt32) throws(FormatError) -> UInt32 {
    var least = UInt32.max
    for slot in slots {
      var sum: UInt32 = 0
      for index in 0..<slot.cursorCount where slot.cursors[index].doc == doc {
        sum &+= try slot.cursors[index].termFreq()
      }
      least = min(least, sum)
    }
    return least
  }

  /// How often the phrase occurs in a document that holds every slot; reads positions.
  func frequency(_ doc: UInt32) throws(FormatError) -> UInt32 {
    let (starts, others) = (buffers, buffers + 1)
    try readPositions(slots[0], doc, into: &starts.pointee)
    for index in 1..<max(1, slots.count) where !starts.pointee.isEmpty {
      try readPositions(slots[index], doc, into: &others.pointee)
      Self.intersect(&starts.pointee, others.pointee)
    }
    return UInt32(starts.pointee.count)
  }

  /// The starts at which a phrase could stand for its slot to be where it is, ascending.
  private func readPositions(
    _ slot: PhraseSlot, _ doc: UInt32, into result: inout [UInt32]
  ) throws(FormatError) {
    let part = buffers + 2
    result.removeAll(keepingCapacity: true)
    for index in 0..<slot.cursorCount where slot.cursors[index].doc == doc {
      let cursor = slot.cursors + index
      try cursor.pointee.loadFreqs()
      guard cursor.pointee.freqs[cursor.pointee.index] > 0 else { continue }
      try cursor.pointee.source.list.decodePositions(
        block: cursor.pointee.block, freqs: UnsafePointer(cursor.pointee.freqs),
        index: cursor.pointee.index, into: &part.pointee)
      for position in part.pointee where position >= slot.offset {
        result.append(position &- slot.offset)
      }
    }
    if slot.cursorCount > 1 { result.sort() }
  }

  /// Keeps the values of `left` that `right` holds too; both ascend.
  private static func intersect(_ left: inout [UInt32], _ right: [UInt32]) {
    var kept = 0
    var other = 0
    for index in left.indices {
      let value = left[index]
      while other < right.count, right[other] < value { other += 1 }
      guard other < right.count else { break }
      if right[other] == value {
        left[kept] = value
        kept += 1
      }
    }
    left.removeSubrange(kept...)
  }
}
