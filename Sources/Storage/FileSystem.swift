/// The one layer that every file operation of the engine passes.
///
/// Behaves like a POSIX file system. The engine promises durability through it alone: data is durable
/// after `synchronize(_:)` of the file *and* `synchronizeDirectory(_:)` of the directory that gained
/// its name; `rename(_:to:)` replaces atomically. A test may stand in for the disk and fail, or
/// forget what was not synchronized. Every method throws `StorageError.io` with the path and errno.
package protocol FileSystem: Sendable {
  /// Creates an empty file for writing, in place of any file of that name.
  func create(_ path: String) throws(StorageError) -> OpenFile
  /// Writes all bytes at the end of the file.
  func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(StorageError)
  /// Begins to bring some of the file's bytes to the disk, which promises nothing.
  func beginWriting(_ file: OpenFile, from offset: UInt64, count: UInt64)
  /// Returns when the file's bytes are on the disk.
  func synchronize(_ file: OpenFile) throws(StorageError)
  /// Closes the file; its `OpenFile` must not be used again.
  func close(_ file: OpenFile) throws(StorageError)

  /// Maps a regular file whole and read-only.
  func map(_ path: String) throws(StorageError) -> MappedFile

  /// Gives a file another name in the same file system, replacing what had that name.
  func rename(_ path: String, to newPath: String) throws(StorageError)
  /// Removes a file; one that is mapped stays readable.
  func remove(_ path: String) throws(StorageError)
  /// Creates a directory and those above it, their names on the disk; no error when it exists.
  func createDirectory(_ path: String) throws(StorageError)
  /// Names in a directory, without `.` and `..`, sorted by their bytes.
  func list(_ directory: String) throws(StorageError) -> [String]
  /// Returns when the names in a directory are on the disk.
  func synchronizeDirectory(_ path: String) throws(StorageError)
  /// Takes the exclusive lock on `path`, creating the file; throws `locked` when another has it.
  ///
  /// The kernel gives the lock up when its `FileLock` goes or the process dies in whatever way.
  func lock(_ path: String) throws(StorageError) -> FileLock
}

extension FileSystem {
  package func beginWriting(_: OpenFile, from _: UInt64, count _: UInt64) {}
}

/// A file open for writing, made by a `FileSystem`.
package struct OpenFile: Sendable {
  package let path: String
  package let descriptor: Int32

  package init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }
}

/// A held lock; given up when the last reference goes.
package final class FileLock: Sendable {
  private let release: @Sendable () -> Void

  package init(release: @escaping @Sendable () -> Void) { self.release = release }

  deinit { release() }
}
