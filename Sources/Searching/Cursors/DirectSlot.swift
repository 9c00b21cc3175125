import CLedeKernels
import LedeCodecs

/// One slot of a ``DirectPhrase``: its list, and by candidate what finds its positions.
struct DirectSlot {
  /// TermFreqs of documents, and their places.
  typealias Found = (freqs: UnsafeMutablePointer<UInt32>, places: UnsafeMutablePointer<UInt32>)

  /// The list of a frequent term.
  let ranged: UnsafePointer<lede_ranged>?
  let list: PostingsList
  let reader: PositionsReader
  private let offset: UInt32
  /// The first slot of the same list, if this is another one; and whether there are others.
  let twin: Int?
  var hasTwin = false
  /// Whether `starts` were filled with the other columns.
  private(set) var isLocated = false
  /// Every document of a list that is not ranged, once it was asked for; every posting likewise.
  private var allDocs: UnsafeMutableBufferPointer<UInt32>?
  private(set) var all: (docs: UnsafeMutablePointer<UInt32>, freqs: UnsafeMutablePointer<UInt32>)?
  private var count = 0
  /// By place in a list that leads, the place in this one; nil where there is none, or this one leads.
  private var leadPlaces: UnsafePointer<UInt32>?
  /// By candidate: its termFreq, 0 where the slot is absent; its place in the range or list.
  private(set) var freqs: UnsafeMutablePointer<UInt32>
  private(set) var places: UnsafeMutablePointer<UInt32>
  /// By candidate: the bit of its entry.
  private(set) var starts: UnsafeMutablePointer<UInt64>
  /// Room for as many numbers.
  private(set) var numbers: UnsafeMutablePointer<UInt32>
  private(set) var chosen: UnsafeMutablePointer<UInt32>
  private(set) var located: UnsafeMutablePointer<UInt64>
  /// What is found of candidates a second time.
  private(set) var scratch: Found

  /// nil when positions of the list make no sense.
  init?(_ list: PostingsList, offset: UInt32, twin: Int?, _ arena: ScratchArena) {
    let scratch = arena.allocate(UInt8.self, PositionsReader.scratchSize)
    guard let reader = PositionsReader(list, scratch: scratch) else { return nil }
    self.list = list
    self.reader = reader
    self.offset = offset
    self.twin = twin
    ranged = list.ranged.map { UnsafePointer(arena.allocate(repeating: $0, 1)) }
    freqs = arena.allocate(UInt32.self, 0)
    (places, numbers, chosen) = (freqs, freqs, freqs)
    starts = arena.allocate(UInt64.self, 0)
    located = starts
    self.scratch = (freqs, freqs)
  }

  mutating func reserve(_ capacity: Int, _ arena: ScratchArena) {
    freqs = arena.allocate(UInt32.self, capacity)
    places = arena.allocate(UInt32.self, capacity)
    starts = arena.allocate(UInt64.self, capacity)
    numbers = arena.allocate(UInt32.self, capacity)
    chosen = arena.allocate(UInt32.self, capacity)
    located = arena.allocate(UInt64.self, capacity)
    scratch = (arena.allocate(UInt32.self, capacity), arena.allocate(UInt32.self, capacity))
  }

  /// Moves the candidates with ascending numbers to the front.
  func keep(_ numbers: UnsafeBufferPointer<UInt32>) {
    freqs.keep(numbers)
    places.keep(numbers)
    if hasTwin || isLocated { starts.keep(numbers) }
  }

  func surface(numbered number: UInt32) -> lede_phrase_surface {
    lede_phrase_surface(
      bytes: reader.bytes, size: reader.end, freqs: freqs, starts: starts, offset: offset,
      slot: number)
  }

  /// The postings of a list that is not ranged.
  private mutating func decoded(
    _ arena: ScratchArena
  ) throws(FormatError) -> (
    docs: UnsafeMutablePointer<UInt32>, freqs: UnsafeMutablePointer<UInt32>, count: Int
  ) {
    if let all { return (all.docs, all.freqs, count) }
    // Safe: a list has a document at least.
    take(try docs(arena), try arena.freqs(of: list), at: nil)
    return try decoded(arena)
  }

  /// The documents of a list that is not ranged.
  mutating func docs(
    _ arena: ScratchArena
  ) throws(FormatError) -> UnsafeMutableBufferPointer<UInt32> {
    if let allDocs { return allDocs }
    let docs = try arena.docs(of: list)
    allDocs = docs
    return docs
  }

  /// Takes postings from who has decoded them.
  ///
  /// - Parameters:
  ///   - freqs: of the blocks that are asked for later.
  ///   - places: by place in a list that leads, the place here; nil where this list leads.
  mutating func take(
    _ docs: UnsafeMutableBufferPointer<UInt32>, _ freqs: UnsafeMutablePointer<UInt32>,
    at places: UnsafePointer<UInt32>?
  ) {
    guard let base = docs.baseAddress else { return }
    all = (base, freqs)
    count = docs.count
    leadPlaces = places
  }

  /// Forgets postings that were taken: not all of their termFreqs need be there.
  mutating func forgetLead() { (all, leadPlaces) = (nil, nil) }

  /// Fills the columns of candidates whose places in the list that leads are known.
  mutating func find(at known: UnsafePointer<UInt32>, _ count: Int) {
    isLocated = false
    guard let all = all?.freqs else { return }
    let (places, freqs) = (places, freqs)
    if let leadPlaces {
      for index in 0..<count { places[index] = leadPlaces[Int(known[index])] }
    } else {
      places.update(from: known, count: count)
    }
    for index in 0..<count { freqs[index] = all[Int(places[index])] }
  }

  /// Lessens numbers to the termFreqs at places in the list that leads.
  func lessen(_ least: UnsafeMutablePointer<UInt32>, by lead: Range<Int>) {
    guard let freqs = all?.freqs else { return }
    guard let places = leadPlaces.map({ $0 + lead.lowerBound }) else {
      let own = freqs + lead.lowerBound
      for index in 0..<lead.count { least[index] = min(least[index], own[index]) }
      return
    }
    for index in 0..<lead.count {
      least[index] = min(least[index], freqs[Int(places[index])])
    }
  }

  /// Fills the columns of ascending candidates with termFreqs and places.
  ///
  /// - Parameter lengths: given where positions of all of them will be asked for: those of a frequent term
  ///   are then located at once.
  mutating func find(
    _ docs: UnsafePointer<UInt32>, _ count: Int, locatingBy lengths: lede_lengths?,
    _ arena: ScratchArena
  ) throws(FormatError) {
    isLocated = false
    guard let ranged else { return try findDecoded(docs, count, arena) }
    guard let lengths else {
      let found = lede_ranged_find(ranged, docs, count, freqs, places)
      guard found < PostingsList.damaged else { throw list.corruptCount }
      return
    }
    isLocated = true
    _ = try locate(ranged, docs, count, lengths, freqs, places, starts)
  }

  /// Fills the columns of some candidates, given by ascending numbers, of a frequent term; keeps the numbers of those
  /// that it has, at the front, and returns how many.
  mutating func findSome(
    _ wanted: UnsafeMutablePointer<UInt32>, _ count: Int, _ docs: UnsafePointer<UInt32>,
    _ lengths: lede_lengths
  ) throws(FormatError) -> Int {
    guard let ranged, count > 0 else { return 0 }
    for index in 0..<count { chosen[index] = docs[Int(wanted[index])] }
    _ = try locate(ranged, chosen, count, lengths, scratch.freqs, scratch.places, located)
    isLocated = true
    let (found, freqs) = (scratch.freqs, freqs)
    var kept = 0
    for index in 0..<count {
      let number = wanted[index]
      (freqs[Int(number)], starts[Int(number)]) = (found[index], located[index])
      wanted[kept] = number
      kept &+= found[index] > 0 ? 1 : 0
    }
    return kept
  }

  private mutating func findDecoded(
    _ docs: UnsafePointer<UInt32>, _ count: Int, _ arena: ScratchArena
  ) throws(FormatError) {
    let all = try decoded(arena)
    lede_list_freqs(all.docs, all.count, all.freqs, docs, count, freqs, places)
  }

  /// Fills the columns of candidates with those of another slot of the same list.
  mutating func find(as twin: DirectSlot, _ count: Int) {
    freqs.update(from: twin.freqs, count: count)
    places.update(from: twin.places, count: count)
    isLocated = false
  }
}
