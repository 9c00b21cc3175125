import Foundation
import LedeStorage

/// A file system that fails from the n-th call of some kinds on, or that one call only.
///
/// Half of a write that fails reaches the file, as on a disk that is full; a close that fails has
/// closed the file, as POSIX has it.
package final class FaultyFileSystem: FileSystem, @unchecked Sendable {
  private let base: any FileSystem
  private let mutex = NSLock()
  private var state = State()

  private struct State {
    var remaining: Int?
    var count = 0
    var failureCount = 0
    var operations = Set<FileOperation>.changing
    var keepsFailing = true
    var error = ENOSPC
  }

  package init(_ base: any FileSystem = PosixFileSystem()) { self.base = base }

  /// Calls of the kinds in `operations` that still work; nil for any number.
  package var remaining: Int? {
    get { mutex.withLock { state.remaining } }
    set { mutex.withLock { state.remaining = newValue } }
  }

  /// Calls of the kinds in `operations` so far.
  package var count: Int { mutex.withLock { state.count } }

  /// Calls that failed so far.
  package var failureCount: Int { mutex.withLock { state.failureCount } }

  /// The kinds that are counted and fail; all others work.
  package var operations: Set<FileOperation> {
    get { mutex.withLock { state.operations } }
    set { mutex.withLock { state.operations = newValue } }
  }

  /// False lets everything through again once one call has failed.
  package var keepsFailing: Bool {
    get { mutex.withLock { state.keepsFailing } }
    set { mutex.withLock { state.keepsFailing = newValue } }
  }

  /// The errno of failures.
  package var error: Int32 {
    get { mutex.withLock { state.error } }
    set { mutex.withLock { state.error = newValue } }
  }

  /// Counts a call, and fails when there are none left.
  private func check(_ operation: FileOperation, _ path: String) throws(StorageError) {
    let failure: Int32? = mutex.withLock {
      guard state.operations.contains(operation) else { return nil }
      state.count += 1
      guard let left = state.remaining else { return nil }
      if left > 0 {
        state.remaining = left - 1
        return nil
      }
      if !state.keepsFailing { state.remaining = nil }
      state.failureCount += 1
      return state.error
    }
    if let failure { throw .io(operation: operation.rawValue, path: path, errno: failure) }
  }

  package func create(_ path: String) throws(StorageError) -> OpenFile {
    try check(.create, path)
    return try base.create(path)
  }

  package func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(StorageError) {
    do {
      try check(.write, file.path)
    } catch {
      try base.write(UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count / 2)]), to: file)
      throw error
    }
    try base.write(bytes, to: file)
  }

  package func synchronize(_ file: OpenFile) throws(StorageError) {
    try check(.synchronize, file.path)
    try base.synchronize(file)
  }

  package func close(_ file: OpenFile) throws(StorageError) {
    try base.close(file)
    try check(.close, file.path)
  }

  package func map(_ path: String) throws(StorageError) -> MappedFile {
    try check(.map, path)
    return try base.map(path)
  }

  package func rename(_ path: String, to newPath: String) throws(StorageError) {
    try check(.rename, path)
    try base.rename(path, to: newPath)
  }

  package func remove(_ path: String) throws(StorageError) {
    try check(.remove, path)
    try base.remove(path)
  }

  package func createDirectory(_ path: String) throws(StorageError) {
    try check(.createDirectory, path)
    try base.createDirectory(path)
  }

  package func list(_ directory: String) throws(StorageError) -> [String] {
    try check(.list, directory)
    return try base.list(directory)
  }

  package func synchronizeDirectory(_ path: String) throws(StorageError) {
    try check(.synchronizeDirectory, path)
    try base.synchronizeDirectory(path)
  }

  package func lock(_ path: String) throws(StorageError) -> FileLock {
    try check(.lock, path)
    return try base.lock(path)
  }
}
