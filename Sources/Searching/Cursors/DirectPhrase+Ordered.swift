import CLedeKernels
import LedeCodecs

/// Matches of a phrase whose most frequent word is asked last, about the most promising documents first.
///
/// Where the rarer words stand as in the phrase, so does mostly the frequent one: what is left to do is to find its
/// entries, which costs most. Once the best documents are known, the others need not be asked about.
extension DirectPhrase {
  /// Documents that are ordered at once at most.
  static var orderedSize: Int { 512 }

  /// Documents that are ordered at once where so many matches are wanted: some more, since not all of them match.
  static func orderedSize(_ wanted: Int) -> Int { min(4 * min(wanted, orderedSize), orderedSize) }

  /// Whether the last slot can be asked about some documents apart.
  var isOrderable: Bool {
    guard let last = slots.last else { return false }
    return slots.count > 2 && ledCount < slots.count && last.ranged != nil && last.twin == nil
  }

  /// Hands out those of some documents in which the phrase occurs: first of those of the best bounds, then of the
  /// others that may still matter.
  func matchInOrder(
    _ batch: UnsafeMutablePointer<UInt32>, _ count: Int, leadPlaces: UnsafePointer<UInt32>?,
    _ share: Double, _ sieve: some PhraseSieve, _ body: Body
  ) throws(FormatError) -> Bool {
    let last = slots.count - 1
    let held = try intersect(
      batch, count, through: last - 1, leadPlaces: leadPlaces, wantsAll: true, sieve: sieve)
    guard held > 0, let counts = starts.counts else { return true }
    let (least, numbers) = (least, slots[0].numbers)
    for number in 0..<held { least[number] = min(least[number], counts[number]) }
    var isDone = false
    if let some = sieve.chooseBest(docs, least, held, numbers) {
      isDone = try !finish(numbers, some, share, body)
      // No document is asked about twice.
      for index in 0..<some { least[Int(numbers[index])] = 0 }
    }
    let chosen = sieve.choose(docs, least, held, numbers)
    if chosen == nil { numbers.number(held) }
    let left = keepUnasked(numbers, chosen ?? held, least)
    return try finish(numbers, left, share, body) && !isDone
  }

  /// Keeps the numbers of documents that were not asked about yet, at the front; returns how many.
  private func keepUnasked(
    _ numbers: UnsafeMutablePointer<UInt32>, _ count: Int, _ least: UnsafePointer<UInt32>
  ) -> Int {
    var kept = 0
    for index in 0..<count {
      let number = numbers[index]
      numbers[kept] = number
      kept &+= least[Int(number)] > 0 ? 1 : 0
    }
    return kept
  }

  /// Hands out those of the documents with some numbers in which the phrase occurs, once all but the last slot were
  /// met.
  private func finish(
    _ numbers: UnsafeMutablePointer<UInt32>, _ count: Int, _ share: Double, _ body: Body
  ) throws(FormatError) -> Bool {
    let last = slots.count - 1
    let held = try slots[last].findSome(numbers, count, docs, lengths)
    guard held > 0, let counts = starts.counts else { return true }
    try meet(last, numbers, held)
    let (docs, matched) = (docs, slots[last].scratch)
    var kept = 0
    for index in 0..<held {
      let number = Int(numbers[index]), freq = counts[number]
      (matched.places[kept], matched.freqs[kept]) = (docs[number], freq)
      kept &+= freq > 0 ? 1 : 0
    }
    return kept == 0 ? true : try body(matched.places, matched.freqs, kept, share)
  }
}
