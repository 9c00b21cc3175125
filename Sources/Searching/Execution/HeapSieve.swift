import CLedeKernels
import LedeCodecs

/// Drops documents of a phrase that is all of a query, whose bounds a heap of the best says are too low.
struct HeapSieve: PhraseSieve {
  let heap: TopHeap
  let scorer: BlockScorer
  /// See ``FrozenImpact``.
  let rho: Double
  /// Room for ``DirectPhrase/mostAtOnce``.
  let scores: UnsafeMutablePointer<Float>

  let isOpen = false
  var wanted: Int { heap.capacity - heap.count }

  /// A phrase is no more frequent than any of its words, whose impacts codes are bounds of.
  var leastCode: UInt8 {
    guard let share = leastShare else { return 1 }
    // Scores are rounded in float: lowered by more than that.
    return FrozenImpact.leastCode(
      reaching: share / Double(scorer.model.model.w) * (1 - 0x1p-16), rho: rho)
  }

  /// What the phrase has to score before its factor so that a document may enter; nil where any may.
  private var leastShare: Double? {
    // A clause of no weight says nothing.
    guard heap.isFull, scorer.model.factor > 0 else { return nil }
    return BM25.cut(heap.threshold) / (scorer.model.factor * BM25.inflation)
  }

  func choose(
    _ docs: UnsafePointer<UInt32>, _ least: UnsafePointer<UInt32>, _ count: Int,
    _ numbers: UnsafeMutablePointer<UInt32>
  ) -> Int? {
    guard let share = leastShare else { return nil }
    // Lowered by more than a conversion to float raises it.
    let cut = Float(share * (1 - 0x1p-20)).nextDown
    var kept = 0
    for start in stride(from: 0, to: count, by: PostingsList.longBlockSize) {
      let size = min(PostingsList.longBlockSize, count - start)
      scorer.score(docs + start, least + start, size, into: scores)
      let some = lede_select_floats(scores, size, cut, numbers + kept)
      for index in kept..<kept + some { numbers[index] &+= UInt32(truncatingIfNeeded: start) }
      kept += some
    }
    return kept
  }

  func chooseBest(
    _ docs: UnsafePointer<UInt32>, _ least: UnsafePointer<UInt32>, _ count: Int,
    _ numbers: UnsafeMutablePointer<UInt32>
  ) -> Int? {
    let wanted = wanted
    guard wanted < count - count / 4, count <= DirectPhrase.mostAtOnce else { return nil }
    for start in stride(from: 0, to: count, by: PostingsList.longBlockSize) {
      let size = min(PostingsList.longBlockSize, count - start)
      scorer.score(docs + start, least + start, size, into: scores + start)
    }
    let least = lede_upper_floats(scores, count, 0, wanted, wanted + wanted / 4)
    return lede_select_floats(scores, count, least, numbers)
  }
}
