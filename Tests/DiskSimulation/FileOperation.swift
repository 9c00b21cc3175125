/// The calls of a `FileSystem`, for tests that count them or make some of them fail.
package enum FileOperation: String, CaseIterable, Sendable {
  case create, write, synchronize, close, map, rename, remove
  case createDirectory, list, synchronizeDirectory, lock
}

extension Set<FileOperation> {
  /// Every call there is.
  package static var all: Self { Set(FileOperation.allCases) }

  /// Calls that a disk that can still be read may refuse.
  package static var changing: Self {
    [.create, .write, .synchronize, .rename, .remove, .synchronizeDirectory]
  }
}
