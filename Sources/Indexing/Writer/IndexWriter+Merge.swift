import LedeCodecs
import LedeStorage

/// What ``IndexWriter/optimize(maximumSegments:reordering:timeBudget:threads:progress:)`` did.
public struct OptimizeSummary: Sendable, Equatable {
  /// Counts the commits of the index.
  public internal(set) var generation: UInt64 = 0
  public internal(set) var documentCount = 0
  /// Documents that were deleted or replaced and are gone from the disk.
  public internal(set) var purgedCount = 0
  public internal(set) var segmentsBefore = 0
  public internal(set) var segmentsAfter = 0
  /// Bytes of segments and live files.
  public internal(set) var bytesBefore: UInt64 = 0
  public internal(set) var bytesAfter: UInt64 = 0
  /// Bytes of the segments written.
  public internal(set) var bytesWritten: UInt64 = 0
}

extension IndexWriter {
  /// Merges segments until there are at most `maximumSegments`, without dead documents, and commits.
  ///
  /// Articles added and deleted since the last commit are committed with it, or not at all when it
  /// fails or is given up. Searches give the same answers before and after; readers with the
  /// snapshot of before keep it.
  ///
  /// - Parameters:
  ///   - reordering: also looks for an order of documents in which like ones lie together, which
  ///     makes the index smaller and searches faster, most of all where articles came at random.
  ///   - timeBudget: for finding that order; as good a one as was found by then is taken. Merging
  ///     takes what it takes.
  ///   - threads: look for it; the order found is the same for any number.
  ///   - progress: is told how far it has come, about every megabyte; false gives it up and throws
  ///     ``IndexingError/cancelled``, and the writer is as after ``rollback()``.
  @discardableResult
  public func optimize(
    maximumSegments: Int = 1, reordering: Bool = false, timeBudget: Duration? = nil,
    threads: Int = 1, progress: (MergeProgress) -> Bool = { _ in true }
  ) throws(IndexingError) -> OptimizeSummary {
    precondition(threads > 0, "someone does the work")
    precondition(maximumSegments > 0, "an index that holds something has a segment")
    let deadline = timeBudget.map { ContinuousClock.now + $0 }
    try checkUsable()
    cancelMerge()
    try failing { () throws(FormatError) in try flush() }
    var summary = OptimizeSummary()
    summary.segmentsBefore = segments.count
    summary.bytesBefore = segments.reduce(0) { $0 + $1.diskBytes }
    summary.purgedCount = segments.reduce(0) { $0 + $1.live.docCount - $1.live.liveCount }
    segments.removeAll { $0.live.liveCount == 0 }
    changes.isRearranged = summary.segmentsBefore != segments.count
    let groups = MergePolicy.merges(
      segments.map(\.candidate), leaving: maximumSegments, rewritesAll: reordering)
    summary.bytesWritten = try mergeAll(
      groups, reordering ? Reordering(deadline: deadline, threads: threads) : nil, progress)
    let commit = try failing { () throws(FormatError) in try writeCommit() }
    summary.generation = commit.generation
    summary.documentCount = commit.documentCount
    summary.segmentsAfter = commit.segmentCount
    summary.bytesAfter = segments.reduce(0) { $0 + $1.diskBytes }
    return summary
  }

  /// Merges what a policy finds after a commit, and commits that.
  ///
  /// A merge that fails is left for later: the articles are safe where they are. So is one that would
  /// take more memory than the budget.
  func mergeAsNeeded(_ committed: CommitSummary) throws(IndexingError) -> CommitSummary {
    let policy = MergePolicy()
    while let group = policy.next(segments.map(\.candidate)),
      group.reduce(0, { $0 + segments[$1].mergeMemory })
        <= max(options.memoryBudget, Self.freeMergeMemory)
    {
      do throws(MergeError) {
        let monitor = MergeMonitor(totalBytes: 0) { _ in true }
        replace([(group, try merge(group, nil, monitor))])
      } catch { break }
    }
    guard changes.isRearranged else { return committed }
    let merged = try failing { () throws(FormatError) in try writeCommit() }
    return CommitSummary(
      generation: merged.generation, documentCount: merged.documentCount,
      segmentCount: merged.segmentCount, added: committed.added, replaced: committed.replaced,
      deleted: committed.deleted)
  }

  /// Merges that take no more are made whatever the budget.
  private static var freeMergeMemory: Int { 4 << 20 }

  /// Merges several groups of segments; returns the bytes written.
  private func mergeAll(
    _ groups: [[Int]], _ reordering: Reordering?, _ progress: (MergeProgress) -> Bool
  ) throws(IndexingError) -> UInt64 {
    let merging = groups.joined().reduce(0) { $0 + UInt64(segments[$1].reader.size) }
    return try withoutActuallyEscaping(progress) { (progress) throws(IndexingError) in
      let monitor = MergeMonitor(totalBytes: merging, progress)
      var made: [(at: [Int], segment: OpenSegment)] = []
      do throws(MergeError) {
        for group in groups { made.append((group, try merge(group, reordering, monitor))) }
      } catch {
        throw giveUp(error, made.map(\.segment))
      }
      replace(made)
      return made.reduce(0) { $0 + UInt64($1.segment.reader.size) }
    }
  }

  /// Writes one segment in place of several.
  func merge(
    _ group: [Int], _ reordering: Reordering?, _ monitor: MergeMonitor
  ) throws(MergeError) -> OpenSegment {
    let task = makeTask(group, reordering)
    let map = try task.run(analyzer, monitor)
    return try MergeError.wrapping { () throws(FormatError) in
      try OpenSegment(
        fileSystem: fileSystem, directory: directory, id: task.id,
        live: LiveBits(docCount: map.docCount))
    }
  }

  /// What is to be done to make one segment of several.
  func makeTask(_ group: [Int], _ reordering: Reordering?) -> MergeTask {
    defer { nextSegmentID += 1 }
    return MergeTask(
      sources: group.map { MergeSource(reader: segments[$0].reader, live: segments[$0].live) },
      id: nextSegmentID, directory: directory, fileSystem: fileSystem, options: options,
      reordering: reordering)
  }

  /// Puts merged segments in the place of the first of those they were made of.
  func replace(_ made: [(at: [Int], segment: OpenSegment)]) {
    var next: [OpenSegment?] = segments
    for (group, segment) in made {
      for index in group { next[index] = nil }
      next[group[0]] = segment
      changes.isRearranged = true
    }
    segments = next.compactMap { $0 }
  }

  /// Leaves the index as the last commit has it.
  private func giveUp(_ error: MergeError, _ made: [OpenSegment]) -> IndexingError {
    for segment in made {
      try? fileSystem.remove(indexPath(directory, .segment(id: segment.entry.id)))
    }
    switch error {
    case .cancelled:
      rollback()
      return .cancelled
    case .format(let error):
      fail(error)
      return .format(error)
    }
  }
}

extension OpenSegment {
  /// Bytes of memory that its part of a merge takes at most, as if nothing of what is encoded waited on
  /// the disk; documents have numbers, lengths and keys.
  var mergeMemory: Int { reader.size - reader.stored.size + 160 * reader.docCount }

  /// Bytes of its files, as far as they were written.
  var diskBytes: UInt64 { UInt64(reader.size + (reader.live?.size ?? 0)) }

  var candidate: MergePolicy.Candidate {
    MergePolicy.Candidate(
      bytes: UInt64(reader.size), docCount: live.docCount, liveCount: live.liveCount)
  }
}
