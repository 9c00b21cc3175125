import LedeStorage

/// A file system that fails from the n-th operation that changes something on.
///
/// Operations that only read always work. Used by one thread.
final class FaultyFileSystem: FileSystem, @unchecked Sendable {
  private let base = PosixFileSystem()
  /// Changing operations still allowed; nil for any number.
  var remaining: Int?
  /// Changing operations asked for.
  private(set) var count = 0
  /// False lets everything through again once one operation has failed.
  var keepsFailing = true

  /// Counts an operation, and fails when there are none left.
  private func check(_ operation: String, _ path: String) throws(StorageError) {
    count += 1
    guard let left = remaining else { return }
    if left == 0 {
      if !keepsFailing { remaining = nil }
      // ENOSPC.
      throw .io(operation: operation, path: path, errno: 28)
    }
    remaining = left - 1
  }

  func create(_ path: String) throws(StorageError) -> OpenFile {
    try check("create", path)
    return try base.create(path)
  }
  func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(StorageError) {
    do {
      try check("write", file.path)
    } catch {
      // A full disk takes what still fits.
      try base.write(UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count / 2)]), to: file)
      throw error
    }
    try base.write(bytes, to: file)
  }
  func synchronize(_ file: OpenFile) throws(StorageError) {
    try check("fsync", file.path)
    try base.synchronize(file)
  }
  func close(_ file: OpenFile) throws(StorageError) { try base.close(file) }
  func map(_ path: String) throws(StorageError) -> MappedFile { try base.map(path) }
  func rename(_ path: String, to newPath: String) throws(StorageError) {
    try check("rename", path)
    try base.rename(path, to: newPath)
  }
  func remove(_ path: String) throws(StorageError) {
    try check("remove", path)
    try base.remove(path)
  }
  func createDirectory(_ path: String) throws(StorageError) { try base.createDirectory(path) }
  func list(_ directory: String) throws(StorageError) -> [String] { try base.list(directory) }
  func synchronizeDirectory(_ path: String) throws(StorageError) {
    try check("fsync", path)
    try base.synchronizeDirectory(path)
  }
  func lock(_ path: String) throws(StorageError) -> FileLock { try base.lock(path) }
}
