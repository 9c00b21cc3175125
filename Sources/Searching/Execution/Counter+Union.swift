import CLedeKernels
import LedeCodecs

extension Counter {
  /// Counts the documents that hold any of the terms and phrases.
  func countUnion() throws(FormatError) -> Int {
    if phrases.isEmpty, let total = try countSparse() { return total }
    let others = spare()
    return try sumOverWindows { (window) throws(FormatError) in
      try join(window, others)
      return try countAllowed(window)
    }
  }

  /// Sets a window's bits to the documents of any term or phrase.
  private func join(
    _ window: DocWindow, _ others: UnsafeMutablePointer<UInt64>
  ) throws(FormatError) {
    if let longest = terms.last {
      try longest.fill(window)
    } else {
      window.words.update(repeating: 0, count: window.wordCount)
    }
    for term in terms.dropLast() {
      // Filling writes whole words, of which a sparse list has few.
      if term.docFreq * 12 > postings.segment.docCount {
        try term.fill(DocWindow(low: window.low, high: window.high, words: others))
        lede_or_words(window.words, others, window.wordCount)
      } else {
        try term.mark(window, .set)
      }
    }
    for phrase in phrases {
      try Self.forEachDoc(of: phrase, in: window) { (doc) throws(FormatError) in
        let (word, bit) = (Int((doc - window.low) >> 6), UInt64(1) << UInt64(doc & 63))
        if window.words[word] & bit == 0, try phrase.frequency(doc) > 0 {
          window.words[word] |= bit
        }
      }
    }
  }

  /// Counts without windows where the lists, or all but the longest, are short; else nil.
  ///
  /// |A ∪ B| = |B| + |A \ B|: looking few documents up in a long list costs less than walking it.
  private func countSparse() throws(FormatError) -> Int? {
    guard let longest = terms.last else { return nil }
    let rest = terms.dropLast().reduce(0) { $0 + $1.docFreq }
    let costs = CountCosts(docCount: postings.segment.docCount)
    if excludedTerms.isEmpty, excludedPhrases.isEmpty,
      costs.prefersLookUp(of: rest, in: longest.docFreq),
      let docFreq = longest.clause.flatMap(liveDocFreq)
    {
      let docs = try merged(terms.dropLast())
      guard let base = docs.baseAddress else { return docFreq }
      return docFreq + (try countAllowed(base, try longest.filter(base, docs.count, isHeld: false)))
    }
    guard (rest + longest.docFreq) * 64 < postings.segment.docCount else { return nil }
    let docs = try merged(terms[...])
    guard let base = docs.baseAddress else { return 0 }
    return try countAllowed(base, docs.count)
  }

  /// The documents of any of the terms, shortest lists first.
  private func merged(
    _ terms: ArraySlice<CountedTerm>
  ) throws(FormatError) -> UnsafeMutableBufferPointer<UInt32> {
    var docs = UnsafeMutableBufferPointer<UInt32>(start: nil, count: 0)
    for term in terms {
      let own = try term.allDocs()
      docs = docs.isEmpty ? own : postings.arena.merge(docs, own)
    }
    return docs
  }
}
