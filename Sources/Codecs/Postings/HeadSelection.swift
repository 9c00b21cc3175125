import CLedeKernels

/// Finds the 128 postings of highest impact in a list, of equal impacts those with the lowest ranks.
///
/// Candidates gather in a buffer that is cut to the best when full, so that most postings cost one
/// comparison with the least impact that still counts. A cut looks for the 128th candidate only
/// (Hoare, "Algorithm 65: Find", 1961) and keeps the order of documents: sorting took 6 % of the
/// time of indexing short passages.
struct HeadSelection {
  private struct Candidate: BitwiseCopyable {
    var impact: Double
    var rank: UInt32
    /// Place of the posting in its list.
    var place: UInt32

    @inline(__always)
    static func precedes(_ one: Candidate, _ other: Candidate) -> Bool {
      one.impact > other.impact || (one.impact == other.impact && one.rank < other.rank)
    }
  }

  private var candidates: [Candidate] = []
  /// The candidates once more, to be shuffled about by a cut.
  private var shuffled: [Candidate] = []

  private static let capacity = 8 * PostingsHead.size

  init() {
    candidates.reserveCapacity(Self.capacity)
    shuffled.reserveCapacity(Self.capacity)
  }

  /// Takes the best of a list of at least 128 postings.
  ///
  /// - Parameter ranks: by docID; nil when they are the docIDs.
  mutating func select(
    _ docs: UnsafeBufferPointer<UInt32>, _ impacts: UnsafeBufferPointer<Double>, _ ranks: [UInt32]?
  ) {
    candidates.removeAll(keepingCapacity: true)
    // Above the impacts that are sure to stay out: most lists are cut once, with few more than the best.
    var least = lede_bound_of_best(impacts.baseAddress, docs.count, PostingsHead.size)
    for (place, doc) in docs.enumerated() where impacts[place] >= least {
      candidates.append(
        Candidate(
          impact: impacts[place], rank: ranks?[Int(doc)] ?? doc,
          place: UInt32(truncatingIfNeeded: place)))
      guard candidates.count == Self.capacity else { continue }
      least = cut()
      // Ranks that rise lose every tie with what is there.
      if ranks == nil { least = least.nextUp }
    }
    _ = cut()
  }

  /// Keeps the 128 best, in the order in which they came; returns the least of their impacts.
  private mutating func cut() -> Double {
    shuffled.removeAll(keepingCapacity: true)
    shuffled.append(contentsOf: candidates)
    let last = shuffled.withUnsafeMutableBufferPointer {
      Self.find(PostingsHead.size - 1, in: $0)
    }
    candidates.removeAll { Candidate.precedes(last, $0) }
    return last.impact
  }

  /// The element that would be at a place if the buffer were sorted.
  private static func find(
    _ place: Int, in buffer: UnsafeMutableBufferPointer<Candidate>
  ) -> Candidate {
    var (low, high) = (0, buffer.count - 1)
    while low < high {
      let pivot = buffer[(low + high) / 2]
      var (left, right) = (low, high)
      while left <= right {
        while Candidate.precedes(buffer[left], pivot) { left += 1 }
        while Candidate.precedes(pivot, buffer[right]) { right -= 1 }
        if left <= right {
          buffer.swapAt(left, right)
          left += 1
          right -= 1
        }
      }
      if place <= right {
        high = right
      } else if place >= left {
        low = left
      } else {
        break
      }
    }
    return buffer[place]
  }

  /// Appends the head.
  func encode(
    _ docs: UnsafeBufferPointer<UInt32>, _ freqs: UnsafeBufferPointer<UInt32>,
    to buffer: EncodingBuffer
  ) {
    precondition(candidates.count == PostingsHead.size, "ranks differ")
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 2 * PostingsHead.size) { room in
      let best = (
        docs: UnsafeMutableBufferPointer(rebasing: room[..<PostingsHead.size]),
        freqs: UnsafeMutableBufferPointer(rebasing: room[PostingsHead.size...])
      )
      for (index, candidate) in candidates.enumerated() {
        best.docs[index] = docs[Int(candidate.place)]
        best.freqs[index] = freqs[Int(candidate.place)]
      }
      PostingsHead.encode(docs: best.docs, freqs: best.freqs, to: buffer)
    }
  }
}
