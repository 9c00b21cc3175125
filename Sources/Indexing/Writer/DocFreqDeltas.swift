import LedeCodecs
import LedeModel

/// Counts for each term of a segment in how many of some documents it occurs: what its docFreq is too
/// high by once they are dead.
///
/// Walks all terms once and decodes only blocks that one of the documents may lie in. Exact
/// whatever is stored, and without the text (contract 13 would have it analysed again).
/// - Complexity: O(terms · log documents + postings of the blocks decoded).
struct DocFreqDeltas: ~Copyable {
  private let segment: SegmentReader
  /// The documents, ascending.
  private let dead: [UInt32]
  /// A bit per document, set for them.
  private var isDead: [UInt64]
  private let docs: UnsafeMutablePointer<UInt32>

  init(_ segment: SegmentReader, dead: [UInt32]) {
    self.segment = segment
    self.dead = dead
    isDead = [UInt64](repeating: 0, count: (segment.docCount + 63) / 64)
    for doc in dead { isDead[Int(doc >> 6)] |= 1 << UInt64(doc & 63) }
    docs = .allocate(capacity: PostingsList.blockSize)
  }

  deinit { docs.deallocate() }

  /// Ordinals, ascending, of the terms that occur in at least one of the documents, and in how many.
  func all() throws(FormatError) -> [(ordinal: UInt32, docFreqDelta: UInt32)] {
    var deltas: [(ordinal: UInt32, docFreqDelta: UInt32)] = []
    for namespace in Self.namespaces {
      do {
        try segment.terms.enumerate(namespace) { _, entry in
          let count = try deadCount(try segment.postings(entry))
          if count > 0 { deltas.append((entry.ordinal, count)) }
        }
      } catch let error as FormatError {
        throw error
      } catch {
        preconditionFailure("reading a segment throws format errors only")
      }
    }
    return deltas
  }

  /// Those with postings; folds list surfaces.
  private static let namespaces: [TermNamespace] = Field.allCases.flatMap {
    [.surface($0), .class($0)]
  }

  private func deadCount(_ list: PostingsList) throws(FormatError) -> UInt32 {
    var count: UInt32 = 0
    var block = 0
    var next = 0
    while next < dead.count {
      block = list.firstBlock(reaching: dead[next], from: block)
      if block >= list.blockCount { break }
      let decoded = try list.decodeDocs(block: block, into: docs)
      // Safe: a block's documents are all below the docCount that the bits cover.
      for index in 0..<decoded {
        let doc = docs[index]
        count &+= UInt32(truncatingIfNeeded: isDead[Int(doc >> 6)] >> UInt64(doc & 63) & 1)
      }
      next = firstDead(after: list.lastDoc(ofBlock: block), from: next)
      block += 1
    }
    return count
  }

  private func firstDead(after doc: UInt32, from start: Int) -> Int {
    var low = start
    var high = dead.count
    while low < high {
      let middle = (low + high) / 2
      if dead[middle] <= doc { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
