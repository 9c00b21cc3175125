import CLedeKernels
import LedeCodecs

/// One surface at one place of a phrase: its cursor, and by candidate what finds its positions.
struct PhraseSurface {
  let cursor: UnsafeMutablePointer<TermCursor>
  /// Of the slot, counted from the phrase's first.
  let offset: UInt32
  let slot: UInt32
  /// Lengths of the field.
  let column: lede_lengths
  /// nil when the term's positions make no sense; to ask for them is an error then.
  private let reader: UnsafeMutablePointer<PositionsReader>?
  /// termFreqs by candidate, 0 where the document lacks the surface.
  var freqs: UnsafeMutablePointer<UInt32>
  /// The bits at which entries start, by candidate that has the surface.
  var starts: UnsafeMutablePointer<UInt64>
  /// The last entry that was located: what follows in its block is counted from there.
  private var block = -1
  private var place: UInt32 = 0
  private var bit: UInt64 = 0
  private var limit: UInt64 = 0

  init(
    _ slot: PhraseSlot, number: Int, cursor: UnsafeMutablePointer<TermCursor>, _ arena: ScratchArena
  ) {
    self.cursor = cursor
    offset = slot.offset
    self.slot = UInt32(truncatingIfNeeded: number)
    let list = cursor.pointee.source.list
    column = list.places.lengths.column
    let scratch = arena.allocate(UInt8.self, PositionsReader.scratchSize)
    reader = PositionsReader(list, scratch: scratch).map { reader in
      // In memory of its own, so that it is not copied wherever it is used.
      let place = arena.allocate(PositionsReader.self, 1)
      place.initialize(to: reader)
      return place
    }
    freqs = arena.allocate(UInt32.self, 0)
    starts = arena.allocate(UInt64.self, 0)
  }

  /// The same for the kernels; nil when the term's positions make no sense.
  var kernelSurface: lede_phrase_surface? {
    guard let reader else { return nil }
    return lede_phrase_surface(
      bytes: reader.pointee.bytes, size: reader.pointee.end, freqs: freqs, starts: starts,
      offset: offset, slot: slot)
  }

  /// What positions of the field are relative to.
  var places: PositionPlaces { cursor.pointee.source.list.places }

  /// The error that says that positions make no sense.
  func damage() -> FormatError { cursor.pointee.source.list.corruptPositions() }

  /// Whether a document can hold so many: three occurrences and more take a bit each.
  private func isPossible(_ freq: UInt32, _ doc: UInt32) -> Bool {
    freq > 0 && freq <= lede_document_length(column, doc) && UInt64(freq) <= limit &+ 2
  }

  /// Locates the entries of ascending places of the cursor's block, for the candidates `hits` after
  /// `base`.
  mutating func locate(
    _ found: Int, _ locatedPlaces: UnsafePointer<UInt32>, _ hits: UnsafePointer<UInt32>,
    from base: Int
  ) throws(FormatError) {
    // Documents may be lower again after the matcher was rewound.
    if cursor.pointee.block != block || locatedPlaces[0] < place {
      guard let run = reader?.pointee.bits(ofBlock: cursor.pointee.block) else { throw damage() }
      (block, place, bit, limit) = (cursor.pointee.block, 0, run.lowerBound, run.upperBound)
    }
    try cursor.pointee.loadFreqs()
    let (docs, blockFreqs) = (cursor.pointee.docs, cursor.pointee.freqs)
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: PostingsList.blockSize) { located in
      lede_position_starts(
        column, docs, blockFreqs, place, bit, locatedPlaces, found, located.baseAddress)
      for index in 0..<found {
        let candidate = base + Int(hits[index])
        // Safe: hits are candidates, places lie in the loaded block.
        freqs[candidate] = blockFreqs[Int(locatedPlaces[index])]
        starts[candidate] = located[index]
      }
      (place, bit) = (locatedPlaces[found - 1], located[found - 1])
    }
    for index in 0..<found {
      let freq = blockFreqs[Int(locatedPlaces[index])]
      // A damaged termFreq may be 0, or large: memory is taken only for what can be there.
      guard freq &- 1 < 1024 || isPossible(freq, docs[Int(locatedPlaces[index])]) else {
        throw damage()
      }
    }
  }
}
