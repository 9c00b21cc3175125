import CLedeKernels

/// Top-k selection over plain scores, block after block as the executors do it: the entry point of
/// the micro-benchmark, since a heap's loop must stay inside one module, and of the heap's test.
package enum TopSelection {
  /// The score of the last of the best `limit`; -infinity when there are fewer scores.
  ///
  /// - Complexity: O(scores), and O(log limit) for each that enters.
  package static func threshold(of scores: UnsafeBufferPointer<Float>, limit: Int) -> Float {
    heap(scores, limit).threshold
  }

  /// The places of the best `limit` scores, the best first, of equal ones the first.
  package static func best(of scores: UnsafeBufferPointer<Float>, limit: Int) -> [Int] {
    heap(scores, limit).takeSorted(skipping: 0).map { Int($0.doc) }
  }

  private static func heap(_ scores: UnsafeBufferPointer<Float>, _ limit: Int) -> TopHeap {
    let heap = TopHeap(capacity: limit)
    guard let base = scores.baseAddress else { return heap }
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 128) { kept in
      guard let places = kept.baseAddress else { return }
      for start in stride(from: 0, to: scores.count, by: 128) {
        // Safe: the block ends within `scores`, and at most 128 places are kept.
        let count = lede_select_floats(
          base + start, min(128, scores.count - start), heap.threshold, places)
        heap.offer(count) { index in
          let doc = start + Int(places[index])
          return RankedEntry(
            score: scores[doc], sequence: UInt64(doc), doc: UInt32(truncatingIfNeeded: doc),
            segment: 0)
        }
      }
    }
    return heap
  }
}
