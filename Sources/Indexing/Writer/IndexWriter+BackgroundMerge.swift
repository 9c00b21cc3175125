import LedeCodecs
import LedeStorage

/// Merges beside the writer's own work.
///
/// A merge sees the segments of a commit and the documents that were live then. Documents that die
/// meanwhile die in the merged segment as it takes the place of its sources, which a later commit
/// makes visible.
extension IndexWriter {
  /// Commits like ``commit()``, waits for the merge at work, and does what else is due.
  ///
  /// The index is then as small and as fast as merging by itself makes it: to be called last, before
  /// the writer goes. Without it a merge at work is given up with the writer.
  @discardableResult
  public func finishMerges() throws(IndexingError) -> CommitSummary {
    try checkUsable()
    let summary = try failing { () throws(FormatError) in
      try flush()
      return try writeCommit()
    }
    guard options.mergesSegments else { return summary }
    installMerge(waiting: true)
    return try mergeAsNeeded(summary)
  }

  /// Whether a merge is at work beside the writer, or has ended and waits for the next commit.
  public var isMerging: Bool { background != nil }

  /// Starts the merge that a policy finds after a commit, unless one is at work.
  func startMerge() {
    let limit = Self.mostTiersWaiting * MergePolicy().segmentsPerTier
    // Merges that cannot keep up would leave searches ever more segments.
    if background != nil, segments.count > limit { installMerge(waiting: true) }
    guard background == nil, let group = MergePolicy().next(segments.map(\.candidate)) else {
      return
    }
    background = BackgroundMerge(makeTask(group, nil))
  }

  /// Full tiers that may wait for the merge at work before the writer does.
  private static var mostTiersWaiting: Int { 4 }

  /// Puts the segment of a merge that has ended in the place of its sources.
  ///
  /// One that failed leaves them as they are: the articles are safe there.
  ///
  /// - Parameter waiting: also of one that is still at work, once it has ended.
  func installMerge(waiting: Bool) {
    guard let merge = background, waiting || merge.isFinished else { return }
    background = nil
    guard let map = merge.result(), let group = places(of: merge.sources),
      let merged = try? open(merge, map, group)
    else {
      discard(merge)
      return
    }
    replace([(group, merged)])
  }

  /// Gives the merge at work up; its sources stay.
  func cancelMerge() {
    guard let merge = background else { return }
    background = nil
    merge.cancel()
    discard(merge)
  }

  /// Names of files that no manifest has and that are in use.
  var namesInUse: [String] {
    guard let background else { return [] }
    return IndexFileName.namesWhileWriting(segment: background.id)
  }

  /// The merged segment, without the documents that died since it was begun.
  private func open(
    _ merge: BackgroundMerge, _ map: DocumentMap, _ group: [Int]
  ) throws(FormatError) -> OpenSegment {
    var merged = try OpenSegment(
      fileSystem: fileSystem, directory: directory, id: merge.id,
      live: LiveBits(docCount: map.docCount))
    for (source, index) in group.enumerated() {
      for doc in segments[index].live.dead(since: merge.sources[source].live) {
        if let doc = map.document(doc, of: source) { merged.delete(doc) }
      }
    }
    return merged
  }

  /// Where the sources of a merge stand among the segments; nil unless all are there.
  private func places(of sources: [MergeSource]) -> [Int]? {
    var places: [Int] = []
    for source in sources {
      guard let place = segments.firstIndex(where: { $0.entry.id == source.reader.id }) else {
        return nil
      }
      places.append(place)
    }
    return places
  }

  private func discard(_ merge: BackgroundMerge) {
    try? fileSystem.remove(indexPath(directory, .segment(id: merge.id)))
  }
}
