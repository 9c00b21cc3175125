import LedeCodecs

/// Brings the postings of a term into the order of new docIDs.
///
/// Many documents are marked in a two-level bitmap and read out in order, a few are sorted by
/// insertion, so that a term costs what it has, whether dense or sparse.
/// - Complexity: O(postings + positions + docCount / 4096) per term.
struct PostingsSorter: ~Copyable {
  /// By docID, the place of its posting before sorting.
  private let places: UnsafeMutablePointer<UInt32>
  /// A bit per document.
  private let marks: UnsafeMutablePointer<UInt64>
  /// A bit per word of `marks`.
  private let summary: UnsafeMutablePointer<UInt64>
  private let summaryCount: Int
  private var order = GrowingBuffer()
  private var scratch = GrowingBuffer()
  private var sortedEntries = PositionEntries()

  private static var fewDocuments: Int { 24 }

  init(docCount: Int) {
    let words = docCount / 64 + 1
    summaryCount = words / 64 + 1
    places = BulkMemory.allocate(UInt32.self, capacity: docCount)
    marks = .allocate(capacity: words)
    marks.initialize(repeating: 0, count: words)
    summary = .allocate(capacity: summaryCount)
    summary.initialize(repeating: 0, count: summaryCount)
  }

  deinit {
    places.deallocate()
    marks.deallocate()
    summary.deallocate()
  }

  /// Sorts `count` postings by document.
  mutating func sort(_ docs: inout GrowingBuffer, _ freqs: inout GrowingBuffer, count: Int) {
    let order = self.order.room(count, behind: 0)
    if count <= Self.fewDocuments {
      Self.sortByInsertion(docs.base, order, count)
    } else {
      sortByMarks(docs.base, order, count)
    }
    let sortedFreqs = scratch.room(count, behind: 0)
    // Safe: `order` names each of the `count` places once.
    for index in 0..<count { sortedFreqs[index] = freqs.base[Int(order[index])] }
    swap(&freqs, &scratch)
  }

  /// Brings entries of positions into the order of the postings just sorted.
  mutating func sort(_ entries: inout PositionEntries) {
    sortedEntries.take(entries, order: order.base)
    swap(&entries, &sortedEntries)
  }

  private static func sortByInsertion(
    _ docs: UnsafeMutablePointer<UInt32>, _ order: UnsafeMutablePointer<UInt32>, _ count: Int
  ) {
    for index in 0..<count {
      let doc = docs[index]
      var place = index
      while place > 0, docs[place - 1] > doc {
        docs[place] = docs[place - 1]
        order[place] = order[place - 1]
        place -= 1
      }
      docs[place] = doc
      order[place] = UInt32(truncatingIfNeeded: index)
    }
  }

  private mutating func sortByMarks(
    _ docs: UnsafeMutablePointer<UInt32>, _ order: UnsafeMutablePointer<UInt32>, _ count: Int
  ) {
    for index in 0..<count {
      // Safe: documents are below docCount, for which every buffer was made.
      let doc = Int(docs[index])
      places[doc] = UInt32(truncatingIfNeeded: index)
      marks[doc &>> 6] |= 1 &<< UInt64(truncatingIfNeeded: doc & 63)
      summary[doc &>> 12] |= 1 &<< UInt64(truncatingIfNeeded: doc &>> 6 & 63)
    }
    var next = 0
    for index in 0..<summaryCount where summary[index] != 0 {
      var words = summary[index]
      summary[index] = 0
      while words != 0 {
        let word = index &<< 6 &+ words.trailingZeroBitCount
        words &= words &- 1
        var bits = marks[word]
        marks[word] = 0
        while bits != 0 {
          let doc = word &<< 6 &+ bits.trailingZeroBitCount
          bits &= bits &- 1
          docs[next] = UInt32(truncatingIfNeeded: doc)
          order[next] = places[doc]
          next &+= 1
        }
      }
    }
  }
}
