import CLedeKernels
import LedeCodecs

/// Where the positions of a slot's candidates are.
extension DirectSlot {
  /// TermFreqs of documents of a frequent term, and where their positions start; returns how many are there.
  func locate(
    _ ranged: UnsafePointer<lede_ranged>, _ docs: UnsafePointer<UInt32>, _ count: Int,
    _ lengths: lede_lengths, _ freqs: UnsafeMutablePointer<UInt32>,
    _ places: UnsafeMutablePointer<UInt32>, _ starts: UnsafeMutablePointer<UInt64>
  ) throws(FormatError) -> Int {
    guard let ranges = reader.ranges else { throw list.corruptPositions() }
    let found = lede_ranged_locate(ranged, lengths, ranges, docs, count, freqs, places, starts)
    guard found < PostingsList.damaged else { throw list.corruptCount }
    return found
  }

  /// Takes where entries start from another slot of the same list, which has located them.
  func locate(
    as twin: DirectSlot, _ wanted: UnsafePointer<UInt32>, _ count: Int,
    _ docs: UnsafePointer<UInt32>, _ lengths: lede_lengths
  ) throws(FormatError) -> UInt32 {
    for index in 0..<count {
      let number = Int(wanted[index])
      starts[number] = twin.starts[number]
    }
    return try mostFrequent(wanted, count, docs, lengths)
  }

  /// Works out where the entries of some candidates start, given by ascending numbers; returns the
  /// largest of their termFreqs.
  mutating func locate(
    _ wanted: UnsafePointer<UInt32>, _ count: Int, _ docs: UnsafePointer<UInt32>,
    _ lengths: lede_lengths
  ) throws(FormatError) -> UInt32 {
    let most = try mostFrequent(wanted, count, docs, lengths)
    if isLocated { return most }
    if let ranged {
      for index in 0..<count { chosen[index] = docs[Int(wanted[index])] }
      let found = try locate(
        ranged, chosen, count, lengths, scratch.freqs, scratch.places, located)
      // They were found before: a damaged range may say this and that.
      guard found == count else { throw list.corruptPositions() }
    } else {
      try locateBlocks(wanted, count, lengths)
    }
    for index in 0..<count { starts[Int(wanted[index])] = located[index] }
    return most
  }

  /// Works out where the entries of some candidates start in a list that is not ranged.
  private func locateBlocks(
    _ wanted: UnsafePointer<UInt32>, _ count: Int, _ lengths: lede_lengths
  ) throws(FormatError) {
    guard let all else { return }
    let size = list.isBlocked ? PostingsList.longBlockSize : .max
    var start = 0
    while start < count {
      let block = Int(places[Int(wanted[start])]) / size
      let first = list.isBlocked ? block * size : 0
      var end = start
      // No division tells whether a place lies in the block.
      while end < count {
        let place = Int(places[Int(wanted[end])]) - first
        guard place >= 0, place < size else { break }
        chosen[end - start] = UInt32(truncatingIfNeeded: place)
        end += 1
      }
      guard let run = reader.bits(ofBlock: block) else { throw list.corruptPositions() }
      lede_position_starts(
        lengths, all.docs + first, all.freqs + first, 0, run.lowerBound, chosen, end - start,
        located + start)
      start = end
    }
  }

  /// Bits that positions of the list take at most.
  var mostBits: UInt64 { 8 * UInt64(reader.size) }

  /// The largest of some candidates' termFreqs, which fit their documents.
  private func mostFrequent(
    _ wanted: UnsafePointer<UInt32>, _ count: Int, _ docs: UnsafePointer<UInt32>,
    _ lengths: lede_lengths
  ) throws(FormatError) -> UInt32 {
    var most: UInt32 = 0
    for index in 0..<count { most = max(most, freqs[Int(wanted[index])]) }
    // A damaged termFreq may be large: memory is taken only for what can be there.
    guard most >= 1024 else { return most }
    for index in 0..<count {
      let number = Int(wanted[index])
      let freq = freqs[number]
      // Three occurrences and more take a bit each.
      guard
        freq < 1024
          || freq <= lede_document_length(lengths, docs[number]) && UInt64(freq) <= mostBits
      else { throw list.corruptPositions() }
    }
    return most
  }
}
