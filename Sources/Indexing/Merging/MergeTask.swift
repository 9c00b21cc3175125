import LedeAnalysis
import LedeCodecs
import LedeStorage

/// All that a merge needs to be done, by whatever thread.
struct MergeTask: Sendable {
  let sources: [MergeSource]
  /// Of the segment to be made.
  let id: UInt64
  let directory: String
  let fileSystem: any FileSystem
  let options: IndexWriterOptions
  var reordering: Reordering?

  /// Writes the segment's file, whole or not at all, and says where the documents went.
  func run(_ analyzer: Analyzer, _ monitor: MergeMonitor) throws(MergeError) -> DocumentMap {
    try monitor.begin(.reading)
    do throws(FormatError) {
      for source in sources { try source.reader.verifyChecksums() }
    } catch { throw .format(error) }
    var map = DocumentMap(sources)
    if let reordering {
      map = try reordering.map(sources, map, memoryBudget: options.memoryBudget / 2, monitor)
    }
    try SegmentMerger(self, map, analyzer, monitor).write()
    return map
  }
}
