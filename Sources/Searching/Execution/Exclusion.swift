import LedeCodecs

/// What rules a document out: a must-not clause, or deletion.
///
/// Asked only for documents that would enter the answer; in ascending order it costs least.
struct Exclusion {
  private let terms: [UnsafeMutablePointer<TermCursor>]
  private let phrases: [PhraseMatcher]
  private let live: UnsafePointer<UInt64>?
  /// The document asked for last.
  private let last: UnsafeMutablePointer<UInt32>
  /// Owns the cursors.
  private let table: CursorTable

  init(_ clauses: [Int], _ postings: SegmentPostings) throws(FormatError) {
    let present = clauses.filter(postings.isPresent)
    table = CursorTable(capacity: postings.cursorCount(present))
    var terms: [UnsafeMutablePointer<TermCursor>] = []
    var phrases: [PhraseMatcher] = []
    for clause in present {
      if postings.query.bound.clauses[clause].kind == .phrase {
        phrases.append(try postings.phrase(clause, in: table))
      } else {
        terms.append(table.add(TermCursor(try postings.source(clause), arena: postings.arena)))
      }
    }
    self.terms = terms
    self.phrases = phrases
    live = postings.segment.live?.words
    last = postings.arena.allocate(repeating: 0, 1)
  }

  /// Whether nothing is excluded and nothing deleted.
  var isEmpty: Bool { terms.isEmpty && phrases.isEmpty && live == nil }

  func excludes(_ doc: UInt32) throws(FormatError) -> Bool {
    // Safe: every decoded document is below the segment's docCount, the number of live bits.
    if let live, live[Int(doc >> 6)] & (1 << UInt64(doc & 63)) == 0 { return true }
    if doc < last.pointee {
      for term in terms { term.pointee.rewind() }
      for phrase in phrases { phrase.rewind() }
    }
    last.pointee = doc
    for term in terms where try term.pointee.advance(to: doc) == doc { return true }
    for phrase in phrases where try phrase.holds(doc) {
      if try phrase.frequency(doc) > 0 { return true }
    }
    return false
  }
}
