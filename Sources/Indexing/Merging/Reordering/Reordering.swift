/// Finds a better order for the documents of a merge, within a time.
struct Reordering: Sendable {
  /// What is found by then is taken; nil waits until it gets no better.
  var deadline: ContinuousClock.Instant?
  var threads = 1

  /// The same documents in the order found.
  ///
  /// - Parameter memoryBudget: bytes that the terms of the documents may take.
  func map(
    _ sources: [MergeSource], _ map: DocumentMap, memoryBudget: Int, _ monitor: MergeMonitor
  ) throws(MergeError) -> DocumentMap {
    try monitor.begin(.reordering)
    let forward = try ForwardIndex(sources, map, memoryBudget: memoryBudget)
    let bisection = GraphBisection(forward) { [deadline] in
      if let deadline, ContinuousClock.now >= deadline { return true }
      return monitor.isCancelled()
    }
    return DocumentMap(map, reorderedBy: bisection.run(threads: threads), sources)
  }
}
