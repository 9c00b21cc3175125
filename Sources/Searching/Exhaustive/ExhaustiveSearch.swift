import LedeCodecs
import LedeModel

/// The slow, simple reference: every list decoded whole, every document judged on its own.
///
/// It shares with the executors only what comes before them (analysis, binding, weights) and the
/// decoding of blocks: no cursors, bounds, windows, heap or kernels. Tests and `bench --check` hold the
/// executors to its answers, bit for bit.
package struct ExhaustiveSearch {
  private let query: WeightedQuery
  private let segments: [SegmentReader]
  private let options: SearchOptions

  init(_ query: WeightedQuery, segments: [SegmentReader], options: SearchOptions) {
    self.query = query
    self.segments = segments
    self.options = options
  }

  /// Every match of the whole index, in the order of results.
  ///
  /// - Complexity: O(documents · clauses) time and memory.
  func run() throws(FormatError) -> [RankedEntry] {
    var entries: [RankedEntry] = []
    for (number, segment) in segments.enumerated() {
      var termFreqs: [[UInt32]] = []
      for clause in query.bound.clauses.indices {
        termFreqs.append(try self.termFreqs(clause, number))
      }
      for doc in 0..<UInt32(segment.docCount) where segment.isLive(doc) {
        let freqs = termFreqs.map { $0[Int(doc)] }
        let root = BoundNode.boolean(query.bound.root)
        guard matches(root, freqs) else { continue }
        var counts = [Int](repeating: 0, count: freqs.count)
        count(root, freqs, &counts)
        entries.append(
          RankedEntry(
            score: score(doc, segment, freqs, counts), sequence: segment.sequence(of: doc),
            doc: doc, segment: UInt32(number)))
      }
    }
    return entries.sorted {
      $0.score != $1.score ? $0.score > $1.score : $0.sequence < $1.sequence
    }
  }

  private func matches(_ node: BoundNode, _ freqs: [UInt32]) -> Bool {
    switch node {
    case .leaf(let match, _): return freqs[match] > 0
    case .boolean(let boolean):
      if boolean.mustNot.contains(where: { matches($0, freqs) }) { return false }
      if !boolean.must.isEmpty { return boolean.must.allSatisfy { matches($0, freqs) } }
      return boolean.should.contains { matches($0, freqs) }
    }
  }

  /// Adds up how often each clause scores below a node that matches.
  private func count(_ node: BoundNode, _ freqs: [UInt32], _ counts: inout [Int]) {
    switch node {
    case .leaf(let match, let title):
      if freqs[match] > 0 { counts[match] += 1 }
      if let title, freqs[title] > 0 { counts[title] += 1 }
    case .boolean(let boolean):
      for children in [boolean.must, boolean.should] {
        for child in children where matches(child, freqs) { count(child, freqs, &counts) }
      }
    }
  }

  private func score(
    _ doc: UInt32, _ segment: SegmentReader, _ freqs: [UInt32], _ counts: [Int]
  ) -> Float {
    var sum = 0.0
    for clause in counts.indices where counts[clause] > 0 {
      let definition = query.bound.clauses[clause]
      let average = query.statistics.averageLength(definition.field)
      let a = Float(options.k1 * (1 - options.b))
      let c = average > 0 ? Float(options.k1 * options.b / average) : 0
      let length = Float(segment.lengths(definition.field).value(doc))
      let tf = Float(freqs[clause])
      let k = a + c * length
      let s = query.weight(clause) * (tf / (tf + k))
      sum += definition.boost * Double(counts[clause]) * Double(s)
    }
    return Float(sum)
  }
}

// MARK: - Frequencies

extension ExhaustiveSearch {
  /// How often each document of a segment holds a clause, by docID.
  private func termFreqs(_ clause: Int, _ number: Int) throws(FormatError) -> [UInt32] {
    let segment = segments[number]
    let slots = query.bound.clauses[clause].slots.indices.map {
      Array(query.entries(clause, slot: $0, segment: number))
    }
    var result = [UInt32](repeating: 0, count: segment.docCount)
    guard slots.allSatisfy({ !$0.isEmpty }) else { return result }
    guard query.bound.clauses[clause].kind == .phrase else {
      for entry in slots[0] {
        try forEachPosting(entry, segment) { doc, freq, _ in result[Int(doc)] &+= freq }
      }
      return result
    }
    var starts: [UInt32: Set<Int64>]?
    for (slot, definition) in zip(slots, query.bound.clauses[clause].slots) {
      let here = try self.starts(slot, offset: definition.offset, segment, within: starts)
      starts = here
    }
    for (doc, values) in starts ?? [:] { result[Int(doc)] = UInt32(values.count) }
    return result
  }

  /// Where a phrase would start for its slot to stand where it stands, by document; only what
  /// `within` has too.
  private func starts(
    _ entries: [TermEntry], offset: UInt32, _ segment: SegmentReader,
    within: [UInt32: Set<Int64>]?
  ) throws(FormatError) -> [UInt32: Set<Int64>] {
    var result: [UInt32: Set<Int64>] = [:]
    for entry in entries {
      try forEachPosting(entry, segment) { (doc, _, positions) throws(FormatError) in
        if let within, within[doc] == nil { return }
        for position in try positions() {
          let start = Int64(position) - Int64(offset)
          guard start >= 0, within?[doc]?.contains(start) ?? true else { continue }
          result[doc, default: []].insert(start)
        }
      }
    }
    return result
  }

  private func forEachPosting(
    _ entry: TermEntry, _ segment: SegmentReader,
    _ body: (UInt32, UInt32, () throws(FormatError) -> [UInt32]) throws(FormatError) -> Void
  ) throws(FormatError) {
    let list = try segment.postings(entry)
    let size = PostingsList.blockSize
    let docs = UnsafeMutablePointer<UInt32>.allocate(capacity: 2 * size)
    defer { docs.deallocate() }
    let freqs = docs + size
    for block in 0..<list.blockCount {
      let count = try list.decodeDocs(block: block, into: docs)
      try list.decodeFreqs(block: block, into: freqs)
      for index in 0..<count {
        try body(docs[index], freqs[index]) { () throws(FormatError) in
          var positions: [UInt32] = []
          guard freqs[index] > 0 else { return positions }
          try list.decodePositions(
            block: block, docs: UnsafePointer(docs), freqs: UnsafePointer(freqs), index: index,
            into: &positions)
          return positions
        }
      }
    }
  }
}
