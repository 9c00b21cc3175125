import LedeStorage

/// One state of an index, mapped: what is committed, added or deleted later does not touch it.
///
/// Its files stay readable while it lives, even after they were removed. Made by a writer, for a
/// searcher.
public struct IndexSnapshot: Sendable {
  package let directory: String
  package let manifest: Manifest
  package let segments: [SegmentReader]

  package init(directory: String, manifest: Manifest, segments: [SegmentReader]) {
    self.directory = directory
    self.manifest = manifest
    self.segments = segments
  }

  /// Opens the commit of a directory that its manifest has just said to be the last.
  ///
  /// A commit after the manifest was read may remove files that it names. Then there is a newer
  /// manifest, and that one is taken: a reader that is late loses nothing but the time.
  package static func open(
    fileSystem: any FileSystem, directory: String, manifest: Manifest
  ) throws(FormatError) -> IndexSnapshot {
    var manifest = manifest
    while true {
      do {
        return IndexSnapshot(
          directory: directory, manifest: manifest,
          segments: try open(manifest, fileSystem, directory))
      } catch {
        guard error.isMissingFile else { throw error }
        let fresh = try Manifest.read(fileSystem: fileSystem, directory: directory)
        // Each turn takes a commit of the writer, so that this ends when it does.
        guard fresh.generation != manifest.generation else { throw error }
        manifest = fresh
      }
    }
  }

  private static func open(
    _ manifest: Manifest, _ fileSystem: any FileSystem, _ directory: String
  ) throws(FormatError) -> [SegmentReader] {
    var segments: [SegmentReader] = []
    for entry in manifest.segments {
      segments.append(
        try SegmentReader.open(fileSystem: fileSystem, directory: directory, entry: entry))
    }
    return segments
  }
}

extension FormatError {
  /// Whether a file that was asked for is not there.
  package var isMissingFile: Bool {
    if case .storage(let error) = self { return error.isMissingFile }
    return false
  }
}
