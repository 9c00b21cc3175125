import LedeModel
import LedeStorage

extension SegmentVerifier {
  /// Decodes every term, block and position, and compares them with the statistics and bounds.
  mutating func verifyTerms() {
    var unmatchedDeltas = segment.live?.deltaCount ?? 0
    var (shortcuts, areAllSeen) = (0, true)
    for namespace in TermNamespace.allCases {
      do {
        try checkKeys(of: namespace)
        guard !namespace.isFold else { continue }
        var walk = PostingsWalk(segment, namespace)
        try segment.terms.enumerate(namespace) { key, entry in
          shortcuts += checkShortcut(namespace, key, entry) ? 1 : 0
          let dead = try walk.check(entry)
          let delta = segment.live?.docFreqDelta(ordinal: entry.ordinal) ?? 0
          if delta > 0 { unmatchedDeltas -= 1 }
          terms += 1
          postings += UInt64(entry.docFreq)
          guard let live = segment.live, dead != delta else { return }
          report(
            .docFreqDeltas, "\(dead) dead documents hold term \(entry.ordinal), not \(delta)",
            in: live.file)
        }
      } catch let error as FormatError {
        report(error)
        // Deltas and shortcuts of terms that could not be read cannot be matched.
        unmatchedDeltas = 0
        areAllSeen = false
      } catch { preconditionFailure("reading a segment throws format errors only") }
    }
    if unmatchedDeltas > 0, let live = segment.live {
      report(.docFreqDeltas, "\(unmatchedDeltas) of them belong to no term", in: live.file)
    }
    if areAllSeen, shortcuts != segment.terms.shortcutCount {
      report(.shortcuts, "\(shortcuts) terms have one, not \(segment.terms.shortcutCount)")
    }
  }

  /// Whether a term has a shortcut, which must say what its block does.
  private func checkShortcut(
    _ namespace: TermNamespace, _ key: UnsafeRawBufferPointer, _ entry: TermEntry
  ) -> Bool {
    guard let shortcut = segment.terms.shortcuts?.find(namespace, key) else { return false }
    if shortcut.entry(namespace) != entry {
      report(.shortcuts, "that of term \(entry.ordinal) does not say what its block does")
    }
    return true
  }

  private func checkKeys(of namespace: TermNamespace) throws {
    var previous: [UInt8]?
    var count = 0
    try segment.terms.enumerateKeys(namespace) { key in
      if let previous, !previous.lexicographicallyPrecedes(key) {
        throw segment.terms.region.corrupt(
          at: 0, "key \(count) of namespace \(namespace) is out of order")
      }
      previous = Array(key)
      count += 1
    }
    if count != segment.terms.count(namespace) {
      report(
        .terms, "namespace \(namespace) has \(count) keys, not \(segment.terms.count(namespace))")
    }
  }
}

/// Decodes postings lists of one namespace with reused memory.
private struct PostingsWalk: ~Copyable {
  private let segment: SegmentReader
  private let lengths: LengthsReader
  private let hasPositions: Bool
  /// Positions of a document are below its length plus this.
  private let positionSlack: UInt64
  private let docs: UnsafeMutablePointer<UInt32>
  private let freqs: UnsafeMutablePointer<UInt32>
  private var positions: [UInt32] = []
  private var impacts: ImpactCheck

  init(_ segment: SegmentReader, _ namespace: TermNamespace) {
    self.segment = segment
    let field: Field = namespace.surfaces == .titleSurface ? .title : .text
    lengths = segment.lengths(field)
    impacts = ImpactCheck(
      segment, lengths, frozenAverageLength: segment.frozenAverageLength(field))
    hasPositions = namespace.hasPositions
    positionSlack = field == .text ? UInt64(Field.positionGap) : 0
    docs = .allocate(capacity: PostingsList.blockSize)
    freqs = .allocate(capacity: PostingsList.blockSize)
  }

  deinit {
    docs.deallocate()
    freqs.deallocate()
  }

  /// Returns how many dead documents hold the term.
  mutating func check(_ entry: TermEntry) throws(FormatError) -> UInt32 {
    let list = try segment.postings(entry)
    var occurrences: UInt64 = 0
    var (dead, found) = (0 as UInt32, 0)
    try impacts.begin(list)
    for block in 0..<list.blockCount {
      let count = try list.decodeDocs(block: block, into: docs)
      try list.decodeFreqs(block: block, into: freqs)
      guard isAscending(count) else {
        throw corrupt(entry, "the documents of block \(block) do not ascend")
      }
      guard list.isRanged || docs[count - 1] == list.lastDoc(ofBlock: block) else {
        throw corrupt(entry, "block \(block) does not fit the directory")
      }
      guard !hasPositions || list.isPositionRunWhole(block: block, docs: docs, freqs: freqs) else {
        throw corrupt(entry, "the positions of block \(block) do not fill their bytes")
      }
      found += count
      for index in 0..<count {
        let (doc, freq) = (docs[index], freqs[index])
        occurrences &+= UInt64(freq)
        if !segment.isLive(doc) { dead += 1 }
        guard freq > 0 else { throw corrupt(entry, "document \(doc) has a termFreq of 0") }
        if let flaw = impacts.flaw(doc: doc, termFreq: freq) { throw corrupt(entry, flaw) }
        if hasPositions { try checkPositions(list, entry, block, index) }
      }
      // Once all termFreqs are known to fit their documents.
      guard !hasPositions || list.areMarksRight(block: block, docs: docs, freqs: freqs) else {
        throw corrupt(entry, "the marks of range \(block) are not what its positions take")
      }
    }
    if let flaw = impacts.flawAtEnd(list) { throw corrupt(entry, flaw) }
    guard found == list.docFreq else {
      throw corrupt(entry, "\(found) documents are not its \(list.docFreq)")
    }
    guard occurrences == entry.totalTermFreq else {
      throw corrupt(entry, "\(occurrences) occurrences are not its \(entry.totalTermFreq)")
    }
    return dead
  }

  private func isAscending(_ count: Int) -> Bool {
    for index in 1..<max(1, count) where docs[index] <= docs[index - 1] { return false }
    return true
  }

  private mutating func checkPositions(
    _ list: PostingsList, _ entry: TermEntry, _ block: Int, _ index: Int
  ) throws(FormatError) {
    try list.decodePositions(
      block: block, docs: docs, freqs: freqs, index: index, into: &positions)
    let limit = UInt64(lengths.value(docs[index])) + positionSlack
    var isAscending = positions.count == Int(freqs[index])
    for next in positions.indices.dropFirst() where positions[next - 1] >= positions[next] {
      isAscending = false
    }
    guard isAscending, UInt64(positions.last ?? 0) < limit else {
      throw corrupt(entry, "the positions in document \(docs[index]) do not ascend below \(limit)")
    }
  }

  private func corrupt(_ entry: TermEntry, _ reason: String) -> FormatError {
    segment.corrupt(entry, reason)
  }
}
