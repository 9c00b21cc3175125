/// Merges the documents of several terms into those of their class, termFreqs summed.
///
/// Adds into one counter per document and remembers in a two-level bitmap which ones were touched,
/// so that reading them out in order costs what there is, whether dense or sparse.
/// - Complexity: O(postings + docCount / 4096) per class.
struct DocumentMerger: ~Copyable {
  private let counters: UnsafeMutablePointer<UInt32>
  /// A bit per document.
  private let touched: UnsafeMutablePointer<UInt64>
  /// A bit per word of `touched`.
  private let summary: UnsafeMutablePointer<UInt64>
  private let summaryCount: Int
  private let docs: UnsafeMutablePointer<UInt32>
  private let freqs: UnsafeMutablePointer<UInt32>
  private var count = 0

  init(docCount: Int) {
    let words = docCount / 64 + 1
    summaryCount = words / 64 + 1
    counters = .allocate(capacity: docCount + 1)
    counters.initialize(repeating: 0, count: docCount + 1)
    touched = .allocate(capacity: words)
    touched.initialize(repeating: 0, count: words)
    summary = .allocate(capacity: summaryCount)
    summary.initialize(repeating: 0, count: summaryCount)
    docs = .allocate(capacity: docCount + 1)
    freqs = .allocate(capacity: docCount + 1)
  }

  deinit {
    counters.deallocate()
    touched.deallocate()
    summary.deallocate()
    docs.deallocate()
    freqs.deallocate()
  }

  /// Documents of the class last finished, ascending.
  var documents: UnsafeBufferPointer<UInt32> { UnsafeBufferPointer(start: docs, count: count) }
  /// Their summed termFreqs.
  var termFreqs: UnsafeBufferPointer<UInt32> { UnsafeBufferPointer(start: freqs, count: count) }

  /// Adds the postings of one member.
  mutating func add(
    _ documents: UnsafeBufferPointer<UInt32>, _ termFreqs: UnsafeBufferPointer<UInt32>
  ) {
    for index in documents.indices {
      let document = Int(documents[index])
      // Safe: documents are below docCount, for which every buffer was made.
      counters[document] &+= termFreqs[index]
      touched[document &>> 6] |= 1 &<< UInt64(truncatingIfNeeded: document & 63)
      summary[document &>> 12] |= 1 &<< UInt64(truncatingIfNeeded: document &>> 6 & 63)
    }
  }

  /// Reads the merged documents out and empties the counters.
  mutating func finish() {
    count = 0
    for index in 0..<summaryCount where summary[index] != 0 {
      var words = summary[index]
      summary[index] = 0
      while words != 0 {
        drain(word: index &<< 6 &+ words.trailingZeroBitCount)
        words &= words &- 1
      }
    }
  }

  @inline(__always)
  private mutating func drain(word: Int) {
    var bits = touched[word]
    touched[word] = 0
    while bits != 0 {
      let document = word &<< 6 &+ bits.trailingZeroBitCount
      bits &= bits &- 1
      docs[count] = UInt32(truncatingIfNeeded: document)
      freqs[count] = counters[document]
      counters[document] = 0
      count &+= 1
    }
  }
}
