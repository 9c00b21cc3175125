import LedeCodecs
import LedeStorage

/// What a commit made visible.
public struct CommitSummary: Sendable, Equatable {
  /// Counts the commits of the index.
  public let generation: UInt64
  /// Articles in the index.
  public let documentCount: Int
  public let segmentCount: Int
  /// Articles added, replaced and deleted since the commit before.
  public let added: Int
  public let replaced: Int
  public let deleted: Int
}

/// The last commit, as it is on the disk.
struct CommittedState {
  let manifest: Manifest
}

extension IndexWriter {
  /// Writes live files, ledger and manifest; all segments are flushed.
  ///
  /// The manifest's rename is the commit: every file it names is durable before, and files that
  /// only the commit before needs go away after.
  func writeCommit() throws(FormatError) -> CommitSummary {
    let generation = (committed?.manifest.generation ?? 0) + 1
    guard committed == nil || hasChanges else { return summary(generation - 1) }
    var kept = segments.filter { $0.live.liveCount > 0 }
    for index in kept.indices {
      try kept[index].commit(
        fileSystem: fileSystem, directory: directory, generation: generation)
    }
    var manifest = Manifest(
      generation: generation, analyzer: encodedIdentity, segments: kept.map(\.entry),
      nextSequence: nextSequence, nextSegmentID: nextSegmentID,
      ledgerGeneration: committed?.manifest.ledgerGeneration ?? 0, storesText: options.storesText)
    if ledger.hasChanges {
      try ledger.ledger.write(
        fileSystem: fileSystem, directory: directory, generation: generation)
      manifest.ledgerGeneration = generation
    }
    try manifest.commit(fileSystem: fileSystem, directory: directory)
    segments = kept
    committed = CommittedState(manifest: manifest)
    ledger.hasChanges = false
    removeUnnamedFiles(manifest)
    defer { changes = Changes() }
    return summary(generation)
  }

  private var hasChanges: Bool {
    changes != Changes() || ledger.hasChanges
  }

  private func summary(_ generation: UInt64) -> CommitSummary {
    CommitSummary(
      generation: generation, documentCount: documentCount, segmentCount: segments.count,
      added: changes.added, replaced: changes.replaced, deleted: changes.deleted)
  }
}
