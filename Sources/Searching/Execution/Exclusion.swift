import LedeCodecs

/// What rules a document out: a must-not clause, or deletion.
///
/// Asked only for documents that would enter the answer; in ascending order it costs least.
struct Exclusion {
  private let terms: ArenaList<UnsafeMutablePointer<TermCursor>>
  private let phrases: [PhraseMatcher]
  private let live: UnsafePointer<UInt64>?
  /// The document asked for last.
  private let last: UnsafeMutablePointer<UInt32>

  init(_ clauses: ArenaList<Int>, _ postings: SegmentPostings) throws(FormatError) {
    var terms = ArenaList<UnsafeMutablePointer<TermCursor>>()
    var phrases: [PhraseMatcher] = []
    for clause in clauses where postings.isPresent(clause) {
      if postings.query.kind(clause) == .phrase {
        phrases.append(try postings.phrase(clause))
      } else {
        terms.append(
          postings.arena.cursor(try postings.source(clause)), postings.arena)
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
