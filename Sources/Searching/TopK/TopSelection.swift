import CLedeKernels

/// Top-k selection over plain scores, block after block as the executors do it: the entry point of
/// the micro-benchmark, since a heap's loop must stay inside one module.
package enum TopSelection {
  /// The score of the last of the best `limit`; -infinity when there are fewer scores.
  ///
  /// - Complexity: O(scores), and O(log limit) for each that enters.
  package static func threshold(of scores: UnsafeBufferPointer<Float>, limit: Int) -> Float {
    guard let base = scores.baseAddress else { return -.infinity }
    let heap = TopHeap(capacity: limit)
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 128) { kept in
      guard let places = kept.baseAddress else { return }
      for start in stride(from: 0, to: scores.count, by: 128) {
        // Safe: the block ends within `scores`, and at most 128 places are kept.
        let count = lede_select_floats(
          base + start, min(128, scores.count - start), heap.threshold, places)
        for index in 0..<count {
          let doc = start + Int(places[index])
          heap.offer(
            RankedEntry(
              score: scores[doc], sequence: UInt64(doc), doc: UInt32(truncatingIfNeeded: doc),
              segment: 0))
        }
      }
    }
    return heap.threshold
  }
}
