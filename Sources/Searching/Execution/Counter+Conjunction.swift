import CLedeKernels
import LedeCodecs

extension Counter {
  /// Documents looked up at once.
  private static var batchSize: Int { 1024 }

  /// Counts the documents that hold every term and phrase.
  func countConjunction() throws(FormatError) -> Int {
    if phrases.count == 1, terms.isEmpty, allowsAll { return try phrases[0].matchCount() }
    // A document of a phrase holds each of its slots.
    let needed = (terms + (try slotTerms())).sorted { $0.docFreq < $1.docFreq }
    guard let lead = needed.first else { return 0 }
    if needed.count > 1, lead.isShort, meetsNext(needed[1], lead.docFreq) {
      return try countShared(needed)
    }
    if phrases.isEmpty, isDense(needed) { return try countCommon(needed) }
    let others = needed.dropFirst()
    guard lead.isOneList else {
      let docs = try lead.allDocs()
      guard let base = docs.baseAddress else { return 0 }
      return try countHolding(base, docs.count, others)
    }
    let docs = postings.arena.allocate(UInt32.self, Self.batchSize)
    var total = 0
    var block = 0
    while true {
      let count = try lead.decode(&block, upTo: Self.batchSize, into: docs)
      if count == 0 { return total }
      total += try countHolding(docs, count, others)
    }
  }

  /// Whether decoding a term's list costs less than looking some documents up there, one by one.
  private func meetsNext(_ term: CountedTerm, _ count: Int) -> Bool {
    term.isShort && term.docFreq < 16 * count
  }

  /// Short lists meet before others are looked at.
  private func countShared(_ needed: [CountedTerm]) throws(FormatError) -> Int {
    var shared = SharedDocs(
      try needed[0].allDocs(), most: needed.count, arena: postings.arena)
    var met = 1
    while met < needed.count, meetsNext(needed[met], shared.count) {
      shared.meet(try needed[met].allDocs())
      met += 1
    }
    return try countHolding(shared.docs, shared.count, needed[met...])
  }

  /// Whether bits of all terms cost less than looking up the documents of the rarest.
  private func isDense(_ needed: [CountedTerm]) -> Bool {
    guard needed.count > 1 else { return true }
    return CountCosts(docCount: postings.segment.docCount)
      .prefersBits(forAllOf: needed.map(\.docFreq))
  }

  private func slotTerms() throws(FormatError) -> [CountedTerm] {
    var terms: [CountedTerm] = []
    for phrase in phrases {
      for slot in phrase.slots {
        terms.append(
          CountedTerm(
            (0..<slot.cursorCount).map { slot.cursors[$0].source.list }, arena: postings.arena))
      }
    }
    return terms
  }

  private func countHolding(
    _ docs: UnsafeMutablePointer<UInt32>, _ count: Int, _ others: ArraySlice<CountedTerm>
  ) throws(FormatError) -> Int {
    var count = count
    for term in others where count > 0 { count = try term.filter(docs, count, isHeld: true) }
    for phrase in phrases where count > 0 { count = try phrase.filter(docs: docs, count: count) }
    return try countAllowed(docs, count)
  }

  /// Counts what all terms share, window by window.
  private func countCommon(_ terms: [CountedTerm]) throws(FormatError) -> Int {
    let others = spare()
    return try sumOverWindows { (window) throws(FormatError) in
      try terms[0].fill(window)
      for term in terms.dropFirst() {
        let other = DocWindow(low: window.low, high: window.high, words: others)
        try term.fill(other)
        lede_and_words(window.words, others, window.wordCount)
      }
      return try countAllowed(window)
    }
  }
}
