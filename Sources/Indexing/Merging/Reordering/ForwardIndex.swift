import LedeCodecs

/// The terms of every document of a merge, as far as they tell documents apart: what reordering sees.
///
/// Rare terms hardly change the size of anything, the most frequent are everywhere. One array of
/// term numbers, document after document; a number is a term's rank among those taken.
struct ForwardIndex {
  /// Where each document's terms start, and the end of the last.
  let starts: [Int]
  var terms: [UInt32]
  let termCount: Int

  var docCount: Int { starts.count - 1 }

  /// Which terms are taken, by the number of documents that hold them.
  struct Limits {
    var leastDocFreq: Int
    var mostDocFreq: Int

    /// For `docCount` documents; measured on the passages of Wikipedia, where neither a lower least
    /// (more postings) nor a higher most changed the size by more than a thousandth.
    init(docCount: Int) {
      leastDocFreq = max(2, min(64, docCount / 512))
      mostDocFreq = max(leastDocFreq, docCount / 4)
    }

    func take(_ docFreq: Int) -> Bool { docFreq >= leastDocFreq && docFreq <= mostDocFreq }
  }

  /// - Parameters:
  ///   - map: gives documents their numbers.
  ///   - memoryBudget: bytes; the rarest terms are left out as it demands.
  init(
    _ sources: [MergeSource], _ map: DocumentMap, memoryBudget: Int
  ) throws(MergeError) {
    let dictionaries = sources.map(\.reader.terms)
    var walk = ForwardWalk(sources, map, Limits(docCount: map.docCount))
    do throws(FormatError) {
      var union = try TermUnion(dictionaries, .surface(.text))
      try walk.fitLimits(&union, postings: memoryBudget / MemoryLayout<UInt32>.size)
      union = try TermUnion(dictionaries, .surface(.text))
      starts = try walk.starts(&union)
      union = try TermUnion(dictionaries, .surface(.text))
      (terms, termCount) = try walk.terms(&union, starts)
    } catch { throw .format(error) }
  }

  /// For tests: the terms of each document.
  init(_ documents: [[UInt32]]) {
    var ends = [0]
    terms = []
    for document in documents {
      terms += document
      ends.append(terms.count)
    }
    starts = ends
    termCount = Int((terms.max() ?? 0) + 1)
  }
}

/// Walks the lists of the terms that are taken, without the dead documents.
private struct ForwardWalk: ~Copyable {
  private let sources: [MergeSource]
  private let map: DocumentMap
  private(set) var limits: ForwardIndex.Limits
  private let docs: UnsafeMutablePointer<UInt32>

  init(_ sources: [MergeSource], _ map: DocumentMap, _ limits: ForwardIndex.Limits) {
    self.sources = sources
    self.map = map
    self.limits = limits
    docs = .allocate(capacity: PostingsList.blockSize)
  }

  deinit { docs.deallocate() }

  /// Raises the least docFreq until the postings taken are few enough.
  mutating func fitLimits(_ union: inout TermUnion, postings: Int) throws(FormatError) {
    // By the logarithm of docFreq: the postings of such terms.
    var sizes = [Int](repeating: 0, count: 33)
    while try union.advance() {
      let docFreq = try docFreq(&union)
      if limits.take(docFreq) { sizes[Int.bitWidth - docFreq.leadingZeroBitCount] += docFreq }
    }
    var total = sizes.reduce(0, +)
    for (bits, size) in sizes.enumerated() where total > postings {
      total -= size
      limits.leastDocFreq = max(limits.leastDocFreq, 1 << bits)
    }
  }

  private func docFreq(_ union: inout TermUnion) throws(FormatError) -> Int {
    var docFreq = 0
    for member in union.members { docFreq += Int(try union.entry(member).docFreq) }
    return docFreq
  }

  /// Where each document's terms start once all are counted.
  func starts(_ union: inout TermUnion) throws(FormatError) -> [Int] {
    var counts = [Int](repeating: 0, count: map.docCount + 1)
    try forEachPosting(&union) { doc, _ in counts[Int(doc) + 1] += 1 }
    for doc in 0..<map.docCount { counts[doc + 1] += counts[doc] }
    return counts
  }

  /// The terms of all documents, and how many different ones there are.
  func terms(
    _ union: inout TermUnion, _ starts: [Int]
  ) throws(FormatError) -> (terms: [UInt32], count: Int) {
    var cursors = starts
    var terms = [UInt32](repeating: 0, count: starts[map.docCount])
    var count = 0
    try forEachPosting(&union) { doc, term in
      terms[cursors[Int(doc)]] = term
      cursors[Int(doc)] += 1
      count = Int(term) + 1
    }
    return (terms, count)
  }

  private func forEachPosting(
    _ union: inout TermUnion, _ body: (_ doc: UInt32, _ term: UInt32) -> Void
  ) throws(FormatError) {
    var term: UInt32 = 0
    while try union.advance() {
      guard limits.take(try docFreq(&union)) else { continue }
      for member in union.members {
        let source = Int(member.source)
        let list = try sources[source].reader.postings(try union.entry(member))
        for block in 0..<list.blockCount {
          let count = try list.decodeDocs(block: block, into: docs)
          switch map.shifts[source] {
          case .by(let base):
            for index in 0..<count { body(docs[index] &+ base, term) }
          case .table(let table):
            for index in 0..<count {
              let doc = table[docs[index]]
              if doc != DocumentMap.dead { body(doc, term) }
            }
          }
        }
      }
      term += 1
    }
  }
}
