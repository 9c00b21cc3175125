import LedeCodecs
import LedeModel

/// Opens the postings that a query's clauses have in one segment.
///
/// A class, so that handing it on costs one reference count and not one per property.
final class SegmentPostings {
  let segment: SegmentReader
  let number: Int
  let query: WeightedQuery
  let arena: ScratchArena
  /// A phrase that was opened and is not in use.
  private var spare: (clause: Int, phrase: PhraseMatcher)?

  init(segment: SegmentReader, number: Int, query: WeightedQuery, arena: ScratchArena) {
    self.segment = segment
    self.number = number
    self.query = query
    self.arena = arena
  }

  func isPresent(_ clause: Int) -> Bool { query.isPresent(clause, in: number) }

  /// The list of a term, where it has a single one.
  func onlyList(_ clause: Int) throws(FormatError) -> PostingsList? {
    let entries = query.entries(clause, slot: 0, segment: number)
    return entries.count == 1 ? try segment.postings(entries[0]) : nil
  }

  /// The lists of one slot of a clause.
  func lists(_ clause: Int, slot: Int) throws(FormatError) -> [PostingsList] {
    var lists: [PostingsList] = []
    for entry in query.entries(clause, slot: slot, segment: number) {
      lists.append(try segment.postings(entry))
    }
    return lists
  }

  /// A term's postings as one: several classes or surfaces are merged.
  func source(_ clause: Int, slot: Int = 0) throws(FormatError) -> BlockSource {
    let lists = try lists(clause, slot: slot)
    if lists.count == 1 { return BlockSource(lists[0]) }
    return try BlockSource(merging: lists, arena: arena)
  }

  /// Keeps a matcher that is as it was when it was made for the next who asks for one.
  func keep(_ phrase: PhraseMatcher, of clause: Int) { spare = (clause, phrase) }

  /// A matcher of a phrase.
  func phrase(_ clause: Int) throws(FormatError) -> PhraseMatcher {
    if let spare, spare.clause == clause {
      self.spare = nil
      return spare.phrase
    }
    let wanted = query.bound.clauses[clause].slots
    var slots = ArenaList<PhraseSlot>(capacity: wanted.count, arena)
    for (place, slot) in wanted.enumerated() {
      let entries = query.entries(clause, slot: place, segment: number)
      guard !entries.isEmpty else { continue }
      // Side by side.
      let cursors = arena.allocate(TermCursor.self, entries.count)
      var docFreq = 0
      for (index, entry) in entries.enumerated() {
        let list = try segment.postings(entry)
        (cursors + index).initialize(to: TermCursor(BlockSource(list), arena: arena))
        docFreq += list.docFreq
      }
      slots.append(
        PhraseSlot(
          offset: slot.offset, docFreq: docFreq, cursors: cursors, cursorCount: entries.count),
        arena)
    }
    return PhraseMatcher(slots, arena: arena)
  }
}
