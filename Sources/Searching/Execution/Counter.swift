import CLedeKernels
import LedeCodecs
import LedeModel

/// Counts the matches of a flat query in one segment, exactly; scores nothing and reads no termFreqs.
///
/// Sets of documents are bits in windows where they are dense, and ascending runs where they are not.
/// `Counter+Union` and `Counter+Conjunction` choose between the two.
struct Counter {
  let postings: SegmentPostings
  /// The terms that decide, by ascending docFreq.
  var terms: [CountedTerm] = []
  var phrases: [PhraseMatcher] = []
  var excludedTerms: [CountedTerm] = []
  var excludedPhrases: [PhraseMatcher] = []
  /// Bit d of word d / 64 says whether document d is live; nil when every document is.
  let live: UnsafePointer<UInt64>?
  private let plan: FlatPlan

  /// Documents per window: 16 KiB of bits, which stay in the cache of the first level.
  static var windowSize: Int { 131_072 }

  init(_ plan: FlatPlan, _ postings: SegmentPostings) {
    self.plan = plan
    self.postings = postings
    live = postings.segment.live?.words
  }

  /// Counts; once only.
  mutating func count() throws(FormatError) -> Int {
    let isUnion = plan.required.isEmpty
    let deciding = isUnion ? plan.alternatives : plan.required
    let present = deciding.filter(postings.isPresent)
    if present.isEmpty || (!isUnion && present.count < deciding.count) { return 0 }
    let excluded = plan.excluded.filter(postings.isPresent)
    if present.count == 1, excluded.isEmpty, let docFreq = liveDocFreq(present[0]) {
      return docFreq
    }
    (terms, phrases) = try open(present)
    (excludedTerms, excludedPhrases) = try open(excluded)
    return isUnion && present.count > 1 ? try countUnion() : try countConjunction()
  }

  /// The live documents of a clause that stands for one list.
  func liveDocFreq(_ clause: Int) -> Int? {
    guard postings.query.slotCount(clause) == 1 else { return nil }
    let entries = postings.query.entries(clause, slot: 0, segment: postings.number)
    guard entries.count == 1, let entry = entries.first else { return nil }
    return postings.segment.liveDocFreq(entry)
  }

  private mutating func open(
    _ clauses: [Int]
  ) throws(FormatError) -> ([CountedTerm], [PhraseMatcher]) {
    var terms: [CountedTerm] = []
    var phrases: [PhraseMatcher] = []
    for clause in clauses {
      if postings.query.kind(clause) == .phrase {
        phrases.append(try postings.phrase(clause))
      } else {
        let lists = try postings.lists(clause, slot: 0)
        terms.append(CountedTerm(lists, of: clause, arena: postings.arena))
      }
    }
    terms.sort { $0.docFreq < $1.docFreq }
    return (terms, phrases)
  }
}

// MARK: - Windows

extension Counter {
  /// Calls `body` with every window of the segment, and adds up what it counts.
  func sumOverWindows(
    _ body: (DocWindow) throws(FormatError) -> Int
  ) throws(FormatError) -> Int {
    let docCount = postings.segment.docCount
    let words = postings.arena.allocate(
      UInt64.self, (min(docCount, Self.windowSize) + 63) / 64 + DocWindow.slack)
    var total = 0
    for low in stride(from: 0, to: docCount, by: Self.windowSize) {
      let high = min(docCount, low + Self.windowSize)
      total += try body(DocWindow(low: UInt32(low), high: UInt32(high), words: words))
    }
    return total
  }

  /// A second set of bits for a window's documents.
  func spare() -> UnsafeMutablePointer<UInt64> {
    postings.arena.allocate(UInt64.self, Self.windowSize / 64 + DocWindow.slack)
  }

  /// Whether nothing is deleted or excluded.
  var allowsAll: Bool { live == nil && excludedTerms.isEmpty && excludedPhrases.isEmpty }

  /// How many of a window's documents are live and not excluded. Clears the excluded ones.
  func countAllowed(_ window: DocWindow) throws(FormatError) -> Int {
    for term in excludedTerms { try term.mark(window, .cleared) }
    for phrase in excludedPhrases {
      try Self.forEachDoc(of: phrase, in: window) { (doc) throws(FormatError) in
        let (word, bit) = (Int((doc - window.low) >> 6), UInt64(1) << UInt64(doc & 63))
        guard window.words[word] & bit != 0, try phrase.frequency(doc) > 0 else { return }
        window.words[word] &= ~bit
      }
    }
    guard let live else { return lede_count_words(window.words, window.wordCount) }
    return lede_count_common(window.words, live + Int(window.low >> 6), window.wordCount)
  }

  /// Calls `body` with the window's documents that hold every slot of a phrase.
  static func forEachDoc(
    of phrase: PhraseMatcher, in window: DocWindow,
    _ body: (UInt32) throws(FormatError) -> Void
  ) throws(FormatError) {
    var doc = try phrase.advance(to: window.low)
    while doc < window.high {
      try body(doc)
      doc = try phrase.advance(to: doc &+ 1)
    }
  }
}

// MARK: - Runs of documents

extension Counter {
  /// How many of some ascending documents are live and not excluded. Keeps only those.
  func countAllowed(
    _ docs: UnsafeMutablePointer<UInt32>, _ count: Int
  ) throws(FormatError) -> Int {
    var count = count
    if let live { count = lede_filter_by_bits(docs, count, 0, live, 1) }
    for term in excludedTerms where count > 0 {
      count = try term.filter(docs, count, isHeld: false)
    }
    for phrase in excludedPhrases {
      var kept = 0
      for index in 0..<count {
        let doc = docs[index]
        docs[kept] = doc
        if try phrase.holds(doc), try phrase.frequency(doc) > 0 { continue }
        kept += 1
      }
      count = kept
    }
    return count
  }
}
