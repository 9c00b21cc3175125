import CLedeKernels
import LedeCodecs
import LedeModel

/// Counts the matches of a flat query in one segment, exactly, scoring nothing.
final class Counter {
  private let plan: FlatPlan
  private let postings: SegmentPostings
  private let exclusion: Exclusion
  private let table: CursorTable
  private var terms: [UnsafeMutablePointer<TermCursor>] = []
  private var phrases: [PhraseMatcher] = []
  /// The clause of the longest list, and its cursor once it is looked up in instead of marked.
  private var clauseOfLongest: Int?
  private var commonest: UnsafeMutablePointer<TermCursor>?
  /// Documents per window of a union: 8 KiB of bits.
  private static let windowSize = 65_536

  init(_ plan: FlatPlan, _ postings: SegmentPostings) throws(FormatError) {
    self.plan = plan
    self.postings = postings
    exclusion = try Exclusion(plan.excluded, postings)
    table = CursorTable(
      capacity: postings.cursorCount(plan.required) + postings.cursorCount(plan.alternatives))
  }

  func count() throws(FormatError) -> Int {
    let deciding = plan.required.isEmpty ? plan.alternatives : plan.required
    let present = deciding.filter(postings.isPresent)
    if present.isEmpty || (!plan.required.isEmpty && present.count < deciding.count) { return 0 }
    if present.count == 1, plan.excluded.allSatisfy({ !postings.isPresent($0) }),
      let docFreq = docFreq(present[0])
    {
      return docFreq
    }
    try open(present)
    return plan.required.isEmpty && present.count > 1 ? try countUnion() : try countConjunction()
  }

  /// A term's docFreq less the deleted documents, when one list holds the term.
  private func docFreq(_ clause: Int) -> Int? {
    guard postings.query.bound.clauses[clause].slots.count == 1 else { return nil }
    let entries = postings.query.entries(clause, slot: 0, segment: postings.number)
    guard entries.count == 1, let entry = entries.first else { return nil }
    return postings.segment.liveDocFreq(entry)
  }

  private func open(_ clauses: [Int]) throws(FormatError) {
    var longest = 0
    for clause in clauses {
      if postings.query.bound.clauses[clause].kind == .phrase {
        phrases.append(try postings.phrase(clause, in: table))
      } else {
        let source = try postings.source(clause)
        if source.docFreq > longest {
          longest = source.docFreq
          clauseOfLongest = clause
        }
        terms.append(table.add(TermCursor(source, arena: postings.arena)))
      }
    }
    terms.sort { $0.pointee.source.docFreq < $1.pointee.source.docFreq }
  }
}

// MARK: - Conjunction

extension Counter {
  private func countConjunction() throws(FormatError) -> Int {
    guard let lead = terms.first else { return try countPhrases() }
    let docs = postings.arena.allocate(UInt32.self, PostingsList.blockSize)
    var total = 0
    while !lead.pointee.isAtEnd {
      try lead.pointee.loadDocs()
      var count = lead.pointee.count
      docs.update(from: lead.pointee.docs, count: count)
      for term in terms.dropFirst() where count > 0 {
        count = try Self.keep(docs, count, in: term)
      }
      total += try verified(docs, count)
      lead.pointee.nextBlock()
    }
    return total
  }

  /// Keeps the documents that a list holds.
  private static func keep(
    _ docs: UnsafeMutablePointer<UInt32>, _ count: Int,
    in term: UnsafeMutablePointer<TermCursor>
  ) throws(FormatError) -> Int {
    var kept = 0
    for index in 0..<count {
      let doc = docs[index]
      let found = try term.pointee.advance(to: doc)
      if found == TermCursor.end { break }
      docs[kept] = doc
      kept += found == doc ? 1 : 0
    }
    return kept
  }

  /// How many of the documents hold the phrases and are not excluded.
  private func verified(
    _ docs: UnsafeMutablePointer<UInt32>, _ count: Int
  ) throws(FormatError) -> Int {
    if phrases.isEmpty, exclusion.isEmpty { return count }
    var total = 0
    for index in 0..<count where try holdsPhrases(docs[index]) {
      if try !exclusion.excludes(docs[index]) { total += 1 }
    }
    return total
  }

  private func holdsPhrases(_ doc: UInt32) throws(FormatError) -> Bool {
    for phrase in phrases {
      guard try phrase.holds(doc), try phrase.frequency(doc) > 0 else { return false }
    }
    return true
  }

  /// Required phrases alone: the one whose rarest slot is shortest leads.
  private func countPhrases() throws(FormatError) -> Int {
    let lead = phrases.min { ($0.slots.first?.docFreq ?? 0) < ($1.slots.first?.docFreq ?? 0) }
    guard let lead else { return 0 }
    var total = 0
    var doc = try lead.advance(to: 0)
    while doc != TermCursor.end {
      if try holdsPhrases(doc), try !exclusion.excludes(doc) { total += 1 }
      doc = try lead.advance(to: doc &+ 1)
    }
    return total
  }
}

// MARK: - Union

extension Counter {
  private func countUnion() throws(FormatError) -> Int {
    let wordCount = Self.windowSize / 64
    let bits = postings.arena.allocate(repeating: UInt64(0), wordCount)
    let docLimit = postings.segment.docCount
    var total = takeCommonest()
    for low in stride(from: 0, to: docLimit, by: Self.windowSize) {
      let high = min(docLimit, low + Self.windowSize)
      for term in terms { try Self.mark(term, UInt32(low), UInt32(high), bits) }
      for phrase in phrases { try mark(phrase, UInt32(low), UInt32(high), bits) }
      total += try countMarks(bits, wordCount, low: UInt32(low))
    }
    return total
  }

  /// Sets a list aside that is far longer than the others together, and gives its live docFreq.
  ///
  /// |A ∪ B| = |B| + |A \ B|: looking few documents up in a long list costs less than marking all of
  /// its own. From four times as long on it pays.
  private func takeCommonest() -> Int {
    guard exclusion.onlyDeletes, phrases.isEmpty, let last = terms.last else { return 0 }
    let others = terms.dropLast().reduce(0) { $0 + $1.pointee.source.docFreq }
    guard last.pointee.source.docFreq > 4 * others, let clause = clauseOfLongest,
      let docFreq = docFreq(clause)
    else { return 0 }
    commonest = terms.removeLast()
    return docFreq
  }

  private static func mark(
    _ term: UnsafeMutablePointer<TermCursor>, _ low: UInt32, _ high: UInt32,
    _ bits: UnsafeMutablePointer<UInt64>
  ) throws(FormatError) {
    term.pointee.seekBlock(low)
    while !term.pointee.isAtEnd {
      try term.pointee.loadDocs()
      let (docs, count) = (term.pointee.docs, term.pointee.count)
      let from = docs[0] >= low ? 0 : lede_lower_bound(docs, count, low)
      let to = term.pointee.blockLast < high ? count : lede_lower_bound(docs, count, high)
      // Safe: the documents from..<to lie in the window.
      if from < to { lede_mark_docs(docs + from, to - from, low, bits) }
      if term.pointee.blockLast >= high - 1 { return }
      term.pointee.nextBlock()
    }
  }

  private func mark(
    _ phrase: PhraseMatcher, _ low: UInt32, _ high: UInt32, _ bits: UnsafeMutablePointer<UInt64>
  ) throws(FormatError) {
    var doc = try phrase.advance(to: low)
    while doc < high {
      let place = Int(doc - low)
      if bits[place >> 6] & (1 << UInt64(place & 63)) == 0, try phrase.frequency(doc) > 0 {
        bits[place >> 6] |= 1 << UInt64(place & 63)
      }
      doc = try phrase.advance(to: doc &+ 1)
    }
  }

  /// Counts the marked documents that are not excluded, and clears the marks.
  private func countMarks(
    _ bits: UnsafeMutablePointer<UInt64>, _ wordCount: Int, low: UInt32
  ) throws(FormatError) -> Int {
    var total = 0
    for index in 0..<wordCount where bits[index] != 0 {
      if exclusion.isEmpty, commonest == nil {
        total += bits[index].nonzeroBitCount
      } else {
        var word = bits[index]
        while word != 0 {
          let doc = low &+ UInt32(64 * index + word.trailingZeroBitCount)
          word &= word - 1
          if try commonest?.pointee.advance(to: doc) == doc { continue }
          if try !exclusion.excludes(doc) { total += 1 }
        }
      }
      bits[index] = 0
    }
    return total
  }
}
