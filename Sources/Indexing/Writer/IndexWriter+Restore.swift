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
        let segment = try OpenSegment(
          fileSystem: fileSystem, directory: directory, entry: entry)
        try segment.reader.checkStoresText(manifest.storesText)
        opened.append(segment)
      }
      let ledger =
        manifest.ledgerGeneration == 0
        ? Ledger()
        : try Ledger.read(
          fileSystem: fileSystem, directory: directory, generation: manifest.ledgerGeneration)
      take(opened, CommittedState(manifest: manifest))
      self.ledger = LedgerBook(ledger)
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
    nextSequence = state.manifest.nextSequence
    nextSegmentID = state.manifest.nextSegmentID
    changes = Changes()
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
  /// Segments may lie here without a manifest: of a first run that came to no end, which its mark
  /// tells, or of an index whose manifest was lost. The latter must not be taken for a new index,
  /// whose commit would remove them.
  private func restoreNothing() throws(IndexingError) {
    let names: Set<String>
    do throws(StorageError) {
      names = Set(try fileSystem.list(directory))
    } catch { throw .format(.storage(error)) }
    let isMarked = names.contains(IndexFileName.unborn.string)
    var highest: UInt64 = 0
    for name in names {
      switch IndexFileName(name) {
      case .segment(let id): highest = max(highest, id)
      case .live, .ledger: break
      default: continue
      }
      if !isMarked { throw .manifestLost(directory: directory) }
    }
    segments = []
    committed = nil
    // A mark that is there may not be on the disk yet: it is written again before the first segment.
    isMarkedUnborn = false
    ledger = LedgerBook()
    nextSequence = 0
    nextSegmentID = highest &+ 1
    changes = Changes()
  }

  /// Says durably, before the first segment of an index is begun, that its manifest is not lost: it
  /// has had none. The commit takes the mark for a file that the manifest does not name.
  func markUnborn() throws(FormatError) {
    guard committed == nil, !isMarkedUnborn else { return }
    let path = indexPath(directory, .unborn)
    do throws(StorageError) {
      let file = try fileSystem.create(path)
      do throws(StorageError) {
        try fileSystem.synchronize(file)
      } catch {
        try? fileSystem.close(file)
        throw error
      }
      try fileSystem.close(file)
      try fileSystem.synchronizeDirectory(directory)
    } catch { throw .storage(error) }
    isMarkedUnborn = true
  }

  /// Removes the index's own files that a manifest does not name: what earlier commits needed, and
  /// what writers left that came to no end.
  ///
  /// Failure is harmless: the next commit tries again. Readers that have a file mapped keep it.
  func removeUnnamedFiles(_ manifest: Manifest) {
    let named = Set(manifest.fileNames).union(namesInUse)
    guard let names = try? fileSystem.list(directory) else { return }
    for name in names where IndexFileName(name) != nil && !named.contains(name) {
      try? fileSystem.remove(directory + "/" + name)
    }
  }

  /// Removes the segments flushed since the last commit, and the mark of an index without one.
  func removeUncommittedFiles() {
    defer { removeMark() }
    let known = Set(committed?.manifest.segments.map(\.id) ?? [])
    for segment in segments where !known.contains(segment.entry.id) {
      try? fileSystem.remove(indexPath(directory, .segment(id: segment.entry.id)))
    }
  }

  /// Removes the mark of an index without a commit, once no segment is left that would seem to lack a
  /// manifest, after a crash either.
  private func removeMark() {
    guard committed == nil, isMarkedUnborn,
      (try? fileSystem.synchronizeDirectory(directory)) != nil,
      let names = try? fileSystem.list(directory)
    else { return }
    let own: [IndexFileName] = [.lock, .unborn, .aside]
    // Segments of an earlier run that came to no end may be there.
    guard names.allSatisfy({ IndexFileName($0).map(own.contains) ?? true }) else { return }
    try? fileSystem.remove(indexPath(directory, .unborn))
    isMarkedUnborn = false
  }
}
