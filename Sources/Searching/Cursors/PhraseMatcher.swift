import CLedeKernels
import LedeCodecs
import LedeModel

/// One place of a phrase in one segment: the cursors of its surfaces.
struct PhraseSlot {
  let offset: UInt32
  let docFreq: Int
  let cursors: UnsafeMutablePointer<TermCursor>
  let cursorCount: Int
}

/// Finds a phrase: its slots' conjunction as an approximation, positions only where asked.
///
/// Works in batches: a block of the rarest slot, or documents that are handed in, are met with the
/// other slots block by block, and for each candidate the termFreqs and the places of its positions
/// are kept until the next batch. Where three slots and more are met, the positions of the rarest ones
/// are compared before the next slot is looked at, so that candidates hold more than the slots: all but
/// the last of them stand as in the phrase. Documents are asked for in ascending order; what lies below the
/// documents asked for last may be gone.
final class PhraseMatcher {
  /// By ascending docFreq.
  let slots: ArenaList<PhraseSlot>
  /// Not a property: to change it in place would copy it.
  @exclusivity(unchecked) private var made: UnsafeMutablePointer<PhraseBatch>?
  /// For callers of `intersect`, made when first used.
  @exclusivity(unchecked) private var desk: PhraseDesk?
  private let arena: ScratchArena
  /// Meets documents in any order, where every slot has one surface.
  let direct: DirectPhrase?

  init(_ slots: ArenaList<PhraseSlot>, arena: ScratchArena) {
    var slots = slots
    slots.sort { $0.docFreq < $1.docFreq }
    self.slots = slots
    self.arena = arena
    direct =
      slots.allSatisfy { $0.cursorCount == 1 } ? DirectPhrase(slots, arena: arena) : nil
  }

  deinit {
    made?.deinitialize(count: 1)
    made?.deallocate()
  }

  /// Made when first used: where every slot has one surface, mostly never.
  private var batch: UnsafeMutablePointer<PhraseBatch> {
    if let made { return made }
    let batch = UnsafeMutablePointer<PhraseBatch>.allocate(capacity: 1)
    batch.initialize(to: PhraseBatch(slots, arena: arena))
    made = batch
    return batch
  }

  /// Back to the first document.
  func rewind() {
    for slot in slots {
      for index in 0..<slot.cursorCount { slot.cursors[index].rewind() }
    }
    made?.pointee.rewind()
  }

  // MARK: Document by document

  /// The first document at or after `target` that holds every slot; `TermCursor.end` if none.
  func advance(to target: UInt32) throws(FormatError) -> UInt32 {
    let first = target
    var target = target
    while true {
      if batch.pointee.covers(target) {
        if let doc = batch.pointee.first(from: target) { return doc }
        guard batch.pointee.last < TermCursor.end - 1 else { return TermCursor.end }
        target = batch.pointee.last + 1
      }
      let isFound = try batch.pointee.fill(from: target)
      // Between the two no document holds every slot.
      batch.pointee.extend(from: first)
      guard isFound else { return TermCursor.end }
    }
  }

  /// Whether a document is a candidate: it holds every slot.
  func holds(_ doc: UInt32) throws(FormatError) -> Bool {
    if !batch.pointee.covers(doc) { try batch.pointee.meet(doc) }
    return batch.pointee.first(from: doc) == doc
  }

  /// The least of the slots' termFreqs in the document found last by `advance` or `holds`: at least the
  /// phrase's own.
  func leastTermFreq(_ doc: UInt32) throws(FormatError) -> UInt32 {
    precondition(batch.pointee.first(from: doc) == doc, "the document was found to hold the slots")
    return batch.pointee.least[batch.pointee.next]
  }

  /// How often the phrase occurs in the document found last by `advance` or `holds`; reads positions.
  func frequency(_ doc: UInt32) throws(FormatError) -> UInt32 {
    precondition(batch.pointee.first(from: doc) == doc, "the document was found to hold the slots")
    var (candidate, result) = (UInt32(truncatingIfNeeded: batch.pointee.next), UInt32(0))
    try batch.pointee.readFrequencies(&candidate, 1, into: &result)
    return result
  }

  // MARK: Many documents

  /// Makes candidates of the next block of the rarest slot that reaches `target`: its documents from
  /// `target` on that hold every slot. nil at the end; there may be none in a block.
  ///
  /// Go on with `last + 1`. Pointers are valid until the matcher is called again for other documents.
  func candidates(from target: UInt32) throws(FormatError) -> PhraseCandidates? {
    guard try batch.pointee.fill(from: target) else { return nil }
    return PhraseCandidates(
      docs: batch.pointee.docs, leastTermFreqs: batch.pointee.least, count: batch.pointee.count,
      last: batch.pointee.last)
  }

  /// How often the phrase occurs in some of the last `candidates` or of those that `intersect` kept,
  /// given by their ascending numbers; 0 where it is absent.
  func frequencies(
    ofCandidates numbers: UnsafePointer<UInt32>, count: Int,
    into result: UnsafeMutablePointer<UInt32>
  ) throws(FormatError) {
    if let direct { return try direct.frequencies(numbers, count, into: result) }
    try batch.pointee.readFrequencies(numbers, count, into: result)
  }

  /// In how many documents the phrase occurs, from the first on.
  func matchCount() throws(FormatError) -> Int {
    if let direct { return try direct.matchCount() }
    var total = 0
    var target: UInt32 = 0
    while let found = try candidates(from: target) {
      total += try batch.pointee.matchCount()
      target = found.last + 1
    }
    return total
  }

  /// Memory for the calls below that lasts as long as the matcher's query.
  func desk(for count: Int) -> PhraseDesk {
    if let desk, desk.capacity >= count { return desk }
    let larger = PhraseDesk(capacity: max(count, PhraseBatch.size), arena: arena)
    desk = larger
    return larger
  }

  /// Keeps those of `count` ascending documents that hold every slot; returns how many.
  ///
  /// Their termFreqs are at ``leastTermFreqs`` then, and ``frequencies(ofCandidates:count:into:)`` takes
  /// their numbers.
  ///
  /// - Parameter leadPlaces: see ``DirectPhrase/intersect(_:_:leadPlaces:wantsAll:choosing:)``.
  func intersect(
    docs: UnsafeMutablePointer<UInt32>, count: Int, leadPlaces: UnsafePointer<UInt32>? = nil
  ) throws(FormatError) -> Int {
    if let direct { return try direct.intersect(docs, count, leadPlaces: leadPlaces) }
    let kept = try batch.pointee.intersect(docs, count)
    docs.update(from: batch.pointee.docs, count: kept)
    return kept
  }

  /// Keeps those of `count` ascending documents that hold the phrase; returns how many.
  func filter(docs: UnsafeMutablePointer<UInt32>, count: Int) throws(FormatError) -> Int {
    let desk = desk(for: count)
    let held = try intersect(docs: docs, count: count)
    desk.numbers.number(held)
    try frequencies(ofCandidates: desk.numbers, count: held, into: desk.frequencies)
    var kept = 0
    for number in 0..<held {
      docs[kept] = docs[number]
      kept += desk.frequencies[number] > 0 ? 1 : 0
    }
    return kept
  }

  /// By place among the documents kept by the last `intersect`, the least of the slots' termFreqs.
  /// Valid until the matcher is called again.
  var leastTermFreqs: UnsafePointer<UInt32> { UnsafePointer(direct?.least ?? batch.pointee.least) }
}

/// Room for the documents of an `intersect`, for numbers of those kept, and for their frequencies.
struct PhraseDesk {
  let docs: UnsafeMutablePointer<UInt32>
  let numbers: UnsafeMutablePointer<UInt32>
  let frequencies: UnsafeMutablePointer<UInt32>
  fileprivate let capacity: Int

  fileprivate init(capacity: Int, arena: ScratchArena) {
    docs = arena.allocate(UInt32.self, capacity)
    numbers = arena.allocate(UInt32.self, capacity)
    frequencies = arena.allocate(UInt32.self, capacity)
    self.capacity = capacity
  }
}

/// Documents that hold every slot of a phrase.
struct PhraseCandidates {
  let docs: UnsafePointer<UInt32>
  /// The least of the slots' termFreqs, by candidate: at least the phrase's own.
  let leastTermFreqs: UnsafePointer<UInt32>
  let count: Int
  /// Up to this document, candidates are complete.
  let last: UInt32
}
