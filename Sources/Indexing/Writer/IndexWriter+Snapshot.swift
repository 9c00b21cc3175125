import LedeCodecs

extension IndexWriter {
  /// What the index would be if it were committed now, for a searcher (near real time).
  ///
  /// Articles that wait in memory are flushed to a segment; nothing is merged or committed. The
  /// snapshot stays as it is, and readable, whatever is added, deleted, committed, merged or rolled
  /// back later. Taken after every article it makes a segment of each: take one per batch.
  /// - Complexity: O(articles that wait), and a walk over the terms of every segment of which
  ///   documents were deleted since the last snapshot.
  public func snapshot() throws(IndexingError) -> IndexSnapshot {
    try checkUsable()
    return try failing { () throws(FormatError) in
      try flush()
      var readers: [SegmentReader] = []
      for index in segments.indices where segments[index].live.liveCount > 0 {
        readers.append(try segments[index].snapshot())
      }
      let manifest = Manifest(
        generation: committed?.manifest.generation ?? 0, analyzer: encodedIdentity,
        segments: readers.map {
          ManifestSegment(
            id: $0.id, docCount: UInt32($0.docCount), liveCount: UInt32($0.liveCount))
        }, nextSequence: nextSequence, nextSegmentID: nextSegmentID,
        storesText: options.storesText)
      return IndexSnapshot(directory: directory, manifest: manifest, segments: readers)
    }
  }
}
