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

  init(segment: SegmentReader, number: Int, query: WeightedQuery, arena: ScratchArena) {
    self.segment = segment
    self.number = number
    self.query = query
    self.arena = arena
  }

  func isPresent(_ clause: Int) -> Bool { query.isPresent(clause, in: number) }

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

  /// Cursors that `clauses` need at most.
  func cursorCount(_ clauses: some Sequence<Int>) -> Int {
    clauses.reduce(0) { $0 + query.entryCount($1, segment: number) }
  }

  /// A matcher of a phrase, its cursors put into `table`.
  func phrase(_ clause: Int, in table: CursorTable) throws(FormatError) -> PhraseMatcher {
    var slots: [PhraseSlot] = []
    for (place, slot) in query.bound.clauses[clause].slots.enumerated() {
      let lists = try lists(clause, slot: place)
      var docFreq = 0
      var first: UnsafeMutablePointer<TermCursor>?
      for list in lists {
        let cursor = table.add(TermCursor(BlockSource(list), arena: arena))
        first = first ?? cursor
        docFreq += list.docFreq
      }
      guard let first else { continue }
      slots.append(
        PhraseSlot(
          offset: slot.offset, docFreq: docFreq, cursors: first, cursorCount: lists.count))
    }
    return PhraseMatcher(slots, arena: arena)
  }
}
