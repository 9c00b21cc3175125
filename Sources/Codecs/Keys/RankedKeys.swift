import LedeStorage

/// Keys that do not ascend with docIDs, ordered among themselves, as they are written; see ``KeyRanks``.
struct RankedKeys {
  /// By rank, the document.
  let docs: [UInt32]
  /// By docID, the rank.
  private let ranks: [UInt32]

  /// - Parameter keys: by docID.
  /// - Returns: nil where a key comes twice.
  init?(_ keys: KeyList) {
    let docs = (0..<UInt32(truncatingIfNeeded: keys.count)).sorted {
      KeyOrder.numbers.precedes(keys[Int($0)], keys[Int($1)])
    }
    for (one, next) in zip(docs, docs.dropFirst())
    where keys[Int(one)].elementsEqual(keys[Int(next)]) { return nil }
    var ranks = [UInt32](repeating: 0, count: docs.count)
    for (rank, doc) in docs.enumerated() { ranks[Int(doc)] = UInt32(truncatingIfNeeded: rank) }
    (self.docs, self.ranks) = (docs, ranks)
  }

  /// Whether the sequence numbers of the documents are the ranks, but for their least.
  func are(_ sequences: SequencesWriter?) -> Bool { sequences?.areShifted(ranks) ?? false }

  /// Appends the ranks, unless sequence numbers stand for them, and what leads back.
  func write(to envelope: EnvelopeWriter, areSequences: Bool) throws(FormatError) {
    let width = KeyRanks.width(docCount: ranks.count)
    let words = PackedNumbers.packed(ranks.lazy.map { UInt64($0) }, width: width)
    if !areSequences { try envelope.append(column: words) }
    try envelope.append(column: checks(of: words, width: width))
    let pointers = pointers
    var marks = [UInt64](repeating: 0, count: (ranks.count + 63) / 64)
    var counts = [UInt32](
      repeating: 0, count: (ranks.count + KeyRanks.group - 1) / KeyRanks.group)
    for (place, pointer) in pointers.enumerated() {
      marks[Int(pointer.from) / 64] |= 1 << UInt64(pointer.from % 64)
      let group = Int(pointer.from) / KeyRanks.group
      if group + 1 < counts.count { counts[group + 1] = UInt32(place + 1) }
    }
    // Groups without pointers have the count of those before.
    for group in counts.indices.dropFirst() {
      counts[group] = max(counts[group], counts[group - 1])
    }
    try envelope.append(column: marks)
    try envelope.append(column: counts)
    try envelope.append(
      column: PackedNumbers.packed(pointers.lazy.map { UInt64($0.to) }, width: width))
  }

  /// The check of each group of ranks.
  private func checks(of words: [UInt64], width: Int) -> [UInt16] {
    (0..<(ranks.count + KeyRanks.group - 1) / KeyRanks.group).map { group in
      let own = KeyRanks.range(ofGroup: group, ranks.count)
      return words[PackedNumbers.words(of: own, width: width)].withUnsafeBytes {
        Checksum.short($0)
      }
    }
  }

  /// Pointers back along the cycles, by docID.
  private var pointers: [(from: UInt32, to: UInt32)] {
    var isSeen = [Bool](repeating: false, count: ranks.count)
    var pointers: [(from: UInt32, to: UInt32)] = []
    for start in ranks.indices where !isSeen[start] {
      var cycle: [UInt32] = []
      var doc = start
      while !isSeen[doc] {
        isSeen[doc] = true
        cycle.append(UInt32(truncatingIfNeeded: doc))
        doc = Int(ranks[doc])
      }
      guard cycle.count > KeyRanks.interval else { continue }
      let marked = Array(stride(from: 0, to: cycle.count, by: KeyRanks.interval))
      for (number, place) in marked.enumerated() {
        let before = number == 0 ? marked[marked.count - 1] : marked[number - 1]
        pointers.append((cycle[place], cycle[before]))
      }
    }
    pointers.sort { $0.from < $1.from }
    return pointers
  }
}
