import LedeCodecs
import LedeStorage

extension IndexWriter {
  /// Takes up the last commit from the disk, or an empty index where there is none.
  ///
  /// Nothing of the writer's state changes when it throws.
  func restore() throws(IndexingError) {
    guard let manifest = try readManifest() else { return try restoreNothing() }
    try checkAgreement(manifest)
    do throws(FormatError) {
      var opened: [OpenSegment] = []
      for entry in manifest.segments {
        opened.append(
          try OpenSegment(fileSystem: fileSystem, directory: directory, entry: entry))
      }
      let ledger =
        manifest.ledgerGeneration == 0
        ? Ledger()
        : try Ledger.read(
          fileSystem: fileSystem, directory: directory, generation: manifest.ledgerGeneration)
      take(opened, CommittedState(manifest: manifest, ledger: ledger))
    } catch { throw .format(error) }
    removeFilesOfEarlierCommits(manifest)
  }

  /// Removes what the manifest does not name, once the manifest itself is sure to stay.
  ///
  /// A writer may have died or failed after it renamed the manifest and before the folder was on the
  /// disk: until then a power loss brings the manifest of before back, which needs its files.
  private func removeFilesOfEarlierCommits(_ manifest: Manifest) {
    do throws(StorageError) {
      try fileSystem.synchronizeDirectory(directory)
    } catch { return }
    removeUnnamedFiles(manifest)
  }

  private func take(_ opened: [OpenSegment], _ state: CommittedState) {
    segments = opened
    committed = state
    take(state.ledger)
    nextSequence = state.manifest.nextSequence
    nextSegmentID = state.manifest.nextSegmentID
    changes = Changes()
  }

  private func take(_ state: Ledger) {
    ledger = state
    inputNumbers = [:]
    for (index, input) in state.inputs.enumerated() { inputNumbers[input.path] = index }
  }

  /// The manifest; nil when the directory has none.
  private func readManifest() throws(IndexingError) -> Manifest? {
    do throws(FormatError) {
      return try Manifest.read(fileSystem: fileSystem, directory: directory)
    } catch {
      if case .storage(let cause) = error, cause.isMissingFile { return nil }
      throw .format(error)
    }
  }

  /// Starts an index.
  ///
  /// Segments that lie here without a manifest are left alone, and their ids are not used: someone
  /// may want to save them. The commit after the first takes them for leftovers.
  private func restoreNothing() throws(IndexingError) {
    let names: [String]
    do throws(StorageError) {
      names = try fileSystem.list(directory)
    } catch { throw .format(.storage(error)) }
    var highest: UInt64 = 0
    for name in names {
      if case .segment(let id) = IndexFileName(name) { highest = max(highest, id) }
    }
    segments = []
    committed = nil
    take(Ledger())
    nextSequence = 0
    nextSegmentID = highest &+ 1
    changes = Changes()
  }

  /// Removes the index's own files that a manifest does not name: what earlier commits needed, and
  /// what writers left that came to no end.
  ///
  /// Failure is harmless: the next commit tries again. Readers that have a file mapped keep it.
  func removeUnnamedFiles(_ manifest: Manifest) {
    let named = manifest.fileNames
    guard let names = try? fileSystem.list(directory) else { return }
    for name in names where IndexFileName(name) != nil && !named.contains(name) {
      try? fileSystem.remove(directory + "/" + name)
    }
  }

  /// Removes the segments flushed since the last commit.
  func removeUncommittedFiles() {
    let known = Set(committed?.manifest.segments.map(\.id) ?? [])
    for segment in segments where !known.contains(segment.entry.id) {
      try? fileSystem.remove(indexPath(directory, .segment(id: segment.entry.id)))
    }
  }
}
