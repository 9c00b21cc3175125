import LedeStorage

/// What an index consists of: the one file that changes, replaced as a whole at each commit.
///
///     manifest := generation: u64, nextSequence: u64, nextSegmentID: u64, ledgerGeneration: u64,
///                 flags: u32, analyzerLength: u32, segmentCount: u32, zero: u32,
///                 segment * segmentCount, analyzer: byte * analyzerLength
///     segment  := id: u64, docCount: u32, liveCount: u32, liveGeneration: u64
///
/// Bit 0 of `flags`: article texts are stored.
package struct Manifest: Sendable, Equatable {
  /// Counts commits, from 1.
  package var generation: UInt64
  /// The encoded identity of the analyzer that made the terms.
  package var analyzer: [UInt8]
  package var segments: [ManifestSegment]
  /// The sequence number that the next article gets.
  package var nextSequence: UInt64
  package var nextSegmentID: UInt64
  /// Names the ledger file; 0 when there is none.
  package var ledgerGeneration: UInt64
  package var storesText: Bool

  package init(
    generation: UInt64 = 0, analyzer: [UInt8], segments: [ManifestSegment] = [],
    nextSequence: UInt64 = 0, nextSegmentID: UInt64 = 1, ledgerGeneration: UInt64 = 0,
    storesText: Bool = true
  ) {
    self.generation = generation
    self.analyzer = analyzer
    self.segments = segments
    self.nextSequence = nextSequence
    self.nextSegmentID = nextSegmentID
    self.ledgerGeneration = ledgerGeneration
    self.storesText = storesText
  }

  /// Names of all files that this manifest needs, its own and the lock included.
  package var fileNames: Set<String> {
    var names: Set = [IndexFileName.manifest.string, IndexFileName.lock.string]
    for segment in segments {
      names.insert(IndexFileName.segment(id: segment.id).string)
      if segment.liveGeneration > 0 {
        names.insert(
          IndexFileName.live(segment: segment.id, generation: segment.liveGeneration).string)
      }
    }
    if ledgerGeneration > 0 {
      names.insert(IndexFileName.ledger(generation: ledgerGeneration).string)
    }
    return names
  }
}

/// One segment of an index at one commit.
package struct ManifestSegment: Sendable, Equatable {
  package var id: UInt64
  /// Documents in the segment, deleted ones included.
  package var docCount: UInt32
  package var liveCount: UInt32
  /// Names the live file; 0 when every document is live.
  package var liveGeneration: UInt64

  package init(id: UInt64, docCount: UInt32, liveCount: UInt32, liveGeneration: UInt64 = 0) {
    self.id = id
    self.docCount = docCount
    self.liveCount = liveCount
    self.liveGeneration = liveGeneration
  }
}
