import CLedeKernels
import LedeCodecs
import LedeModel

/// A phrase whose slots have one surface each: any documents are met with them in any order.
///
/// Lists of frequent terms are reached by range, the others are decoded once, whole. Where positions
/// start is worked out for the documents whose frequencies are asked for, or will be. Of three slots and
/// more, the rarest are met one after the other: what starts they leave in each document is kept. Columns
/// lie in a ``ScratchArena``, one row per slot.
final class DirectPhrase {
  let arena: ScratchArena
  /// By ascending docFreq.
  let slots: UnsafeMutableBufferPointer<DirectSlot>
  let surfaces: UnsafeMutablePointer<lede_phrase_surface>
  let lengths: lede_lengths
  let titles: lede_lengths
  @exclusivity(unchecked) private var capacity = 0
  /// The documents kept by the last `intersect`, and the least of the slots' termFreqs in each.
  @exclusivity(unchecked) private(set) var docs: UnsafeMutablePointer<UInt32>
  @exclusivity(unchecked) private(set) var least: UnsafeMutablePointer<UInt32>
  @exclusivity(unchecked) var scratch: UnsafeMutablePointer<UInt32>
  @exclusivity(unchecked) var room: UInt32 = 256
  /// Of a phrase of more than two slots, by document kept: the starts at which the rarest slots, all that
  /// were met by the last `intersect`, stand as in the phrase.
  @exclusivity(unchecked) var starts = lede_phrase_starts()
  /// How many slots those are; 0 where there are no starts.
  @exclusivity(unchecked) private(set) var startedCount = 0

  /// - Parameter wanted: slots of one surface each, by ascending docFreq.
  /// - Returns: nil when positions of a list make no sense.
  init?(_ wanted: ArenaList<PhraseSlot>, arena: ScratchArena) {
    guard let first = wanted.first?.cursors.pointee.source.list else { return nil }
    self.arena = arena
    lengths = first.places.lengths.column
    titles = first.places.titles?.column ?? lede_lengths()
    surfaces = arena.allocate(lede_phrase_surface.self, wanted.count)
    slots = UnsafeMutableBufferPointer(
      start: arena.allocate(DirectSlot.self, wanted.count), count: wanted.count)
    docs = arena.allocate(UInt32.self, 1)
    (least, scratch) = (docs, arena.allocate(UInt32.self, 2 * Int(room)))
    for place in wanted.indices {
      let list = wanted[place].cursors.pointee.source.list
      let twin = (0..<place).first { slots[$0].list.isSame(as: list) }
      guard let slot = DirectSlot(list, offset: wanted[place].offset, twin: twin, arena) else {
        return nil
      }
      slots.initializeElement(at: place, to: slot)
      if let twin { slots[twin].hasTwin = true }
    }
  }

  /// The list that is named where positions make no sense.
  var damage: PostingsList { slots[0].list }

  /// Slots whose lists are not ranged: the rarest ones.
  var shortCount: Int {
    var count = 0
    while count < slots.count, slots[count].ranged == nil { count += 1 }
    return count
  }

  /// The first so many slots hold every document that is asked about, at places that are known.
  private(set) var ledCount = 0

  /// Forgets what leads.
  func beginLead() {
    for place in slots.indices { slots[place].forgetLead() }
    ledCount = 0
  }

  /// Takes the postings of the next slot, all of whose documents that matter a list that leads names.
  ///
  /// - Parameter places: as ``DirectSlot/take(_:_:at:)`` has them.
  func lead(
    by docs: UnsafeMutableBufferPointer<UInt32>, _ freqs: UnsafeMutablePointer<UInt32>,
    at places: UnsafePointer<UInt32>?
  ) {
    slots[ledCount].take(docs, freqs, at: places)
    ledCount += 1
  }

  /// Keeps those of `count` ascending documents that hold every slot, at the front; returns how many.
  ///
  /// - Parameters:
  ///   - last: the last slot that is asked.
  ///   - leadPlaces: the documents' places in the list that leads; nil if there is none.
  ///   - wantsAll: whether frequencies of all that are kept will be asked for.
  ///   - sieve: drops more of them.
  func intersect(
    _ wanted: UnsafeMutablePointer<UInt32>, _ count: Int, through last: Int = .max,
    leadPlaces: UnsafePointer<UInt32>? = nil, wantsAll: Bool = false,
    sieve: some PhraseSieve = OpenSieve()
  ) throws(FormatError) -> Int {
    reserve(count)
    docs.update(from: wanted, count: count)
    least.update(repeating: .max, count: count)
    startedCount = 0
    var filled = 0
    if let leadPlaces {
      filled = ledCount
      for place in 0..<filled { slots[place].find(at: leadPlaces, count) }
    }
    var left = count
    for place in slots.indices where left > 0 && place <= last {
      if place >= filled {
        // All but the last slots are met below, in every document.
        let isMet = slots.count > 2 && place < slots.count - 1
        try find(place, left, locating: isMet || wantsAll)
        filled = place + 1
      }
      left = dropLacking(left, place, filled: filled)
      if !sieve.isOpen, place >= ledCount || place == slots.count - 1 {
        left = dropSpared(left, filled: filled, sieve)
      }
      if place > 0, place < slots.count - 1 {
        left = try dropApart(left, through: place, filled: filled)
      }
    }
    wanted.update(from: docs, count: left)
    return left
  }

  private func find(_ place: Int, _ count: Int, locating: Bool) throws(FormatError) {
    if let twin = slots[place].twin {
      slots[place].find(as: slots[twin], count)
    } else {
      try slots[place].find(docs, count, locatingBy: locating ? lengths : nil, arena)
    }
  }

  /// Drops the documents that a slot lacks from the columns of all slots filled so far.
  private func dropLacking(_ count: Int, _ slot: Int, filled: Int) -> Int {
    let (found, least) = (slots[slot].freqs, least)
    var lowest = UInt32.max
    for index in 0..<count {
      least[index] = min(least[index], found[index])
      lowest = min(lowest, found[index])
    }
    // Where lists were met range by range, none is dropped.
    guard lowest == 0 else { return count }
    return keep(count, filled: filled) { found[$0] > 0 }
  }

  /// Drops the documents that are spared.
  private func dropSpared(_ count: Int, filled: Int, _ sieve: some PhraseSieve) -> Int {
    guard let kept = sieve.choose(docs, least, count, slots[0].numbers) else { return count }
    if kept < count { keepNumbered(kept, filled: filled) }
    return kept
  }

  /// Keeps the documents that are wanted in the columns of all slots filled so far; returns how many.
  private func keep(_ count: Int, filled: Int, where isWanted: (Int) -> Bool) -> Int {
    let numbers = slots[0].numbers
    var kept = 0
    for index in 0..<count {
      numbers[kept] = UInt32(truncatingIfNeeded: index)
      kept &+= isWanted(index) ? 1 : 0
    }
    if kept < count { keepNumbered(kept, filled: filled) }
    return kept
  }

  /// Moves the documents with the ascending numbers of the first slot to the front, column by column.
  private func keepNumbered(_ kept: Int, filled: Int) {
    let numbers = UnsafeBufferPointer(start: UnsafePointer(slots[0].numbers), count: kept)
    docs.keep(numbers)
    least.keep(numbers)
    for place in 0..<filled { slots[place].keep(numbers) }
    if startedCount > 0 {
      starts.firsts.keep(numbers)
      starts.counts.keep(numbers)
    }
  }

  /// Drops documents in which the rarest slots, all that are met yet, do not stand as in the phrase.
  ///
  /// Rare words are seldom neighbours by chance: few documents are left to be looked up in the long
  /// lists of the frequent words, whose positions cost most to find.
  private func dropApart(
    _ count: Int, through last: Int, filled: Int
  ) throws(FormatError) -> Int {
    let numbers = slots[0].numbers
    numbers.number(count)
    if startedCount == 0 {
      var phrase = try located(0...last, numbers, count)
      try reserveStarts(count)
      try check(lede_phrase_begin(&phrase, numbers, count, &starts), count)
    } else {
      try meet(last, numbers, count)
    }
    startedCount = last + 1
    let counts = starts.counts
    return keep(count, filled: filled) { counts?[$0] ?? 0 > 0 }
  }

  func reserve(_ count: Int) {
    guard count > capacity else { return }
    capacity = max(count, 2 * capacity, PostingsList.blockSize)
    docs = arena.allocate(UInt32.self, capacity)
    least = arena.allocate(UInt32.self, capacity)
    starts.firsts = arena.allocate(UInt32.self, capacity)
    starts.counts = arena.allocate(UInt32.self, capacity)
    for place in slots.indices { slots[place].reserve(capacity, arena) }
  }
}

extension UnsafeMutablePointer<UInt32> {
  /// Writes the numbers from 0 on.
  @inline(__always)
  func number(_ count: Int) {
    for index in 0..<count { self[index] = UInt32(truncatingIfNeeded: index) }
  }
}

extension UnsafeMutablePointer {
  /// Moves the values with ascending numbers to the front.
  @inline(__always)
  func keep(_ numbers: UnsafeBufferPointer<UInt32>) {
    for index in numbers.indices { self[index] = self[Int(numbers[index])] }
  }
}
