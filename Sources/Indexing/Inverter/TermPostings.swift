/// The postings of one term, taken from its sorted occurrences: documents, termFreqs, ordinals.
///
/// The buffers are made once for the most frequent term and used again for every term.
struct TermPostings: ~Copyable {
  private let docs: UnsafeMutablePointer<UInt32>
  private let freqs: UnsafeMutablePointer<UInt32>
  private let ordinalsBase: UnsafeMutablePointer<UInt32>
  private let capacity: Int
  private var docCount = 0
  private var ordinalCount = 0

  /// - Parameters:
  ///   - largestCount: occurrences of the most frequent term.
  ///   - docCount: documents of the segment.
  init(largestCount: Int, docCount: Int) {
    capacity = max(1, largestCount)
    docs = .allocate(capacity: max(1, min(largestCount, docCount)))
    freqs = .allocate(capacity: max(1, min(largestCount, docCount)))
    ordinalsBase = .allocate(capacity: capacity)
  }

  deinit {
    docs.deallocate()
    freqs.deallocate()
    ordinalsBase.deallocate()
  }

  /// Documents of the term, ascending.
  var documents: UnsafeBufferPointer<UInt32> { UnsafeBufferPointer(start: docs, count: docCount) }
  /// How often the term occurs in each document.
  var termFreqs: UnsafeBufferPointer<UInt32> { UnsafeBufferPointer(start: freqs, count: docCount) }
  /// The places among each document's tokens, document after document.
  var ordinals: UnsafeBufferPointer<UInt32> {
    UnsafeBufferPointer(start: ordinalsBase, count: ordinalCount)
  }

  /// Takes over the occurrences of a term; ordinals only if they are asked for.
  @inline(__always)
  mutating func load(
    _ rank: Int, of occurrences: SortedOccurrences, withOrdinals: Bool = true
  ) {
    let count = occurrences.count(rank)
    precondition(count <= capacity, "the buffers fit the most frequent term")
    // Safe: as many ordinals as occurrences, and no more documents than either bound.
    docCount = occurrences.split(
      rank, docs: docs, freqs: freqs, ordinals: withOrdinals ? ordinalsBase : nil)
    ordinalCount = withOrdinals ? count : 0
  }
}
