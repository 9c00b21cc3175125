import CLedePlatform
import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

#if _endian(big)
  #error(
    "The index format is read in place and little-endian; big-endian machines are not supported")
#endif

/// The operating system's own file system.
///
/// Signals and short writes stay below it: a call that a signal interrupts is made again, and what a
/// write leaves is written by another.
package struct PosixFileSystem: FileSystem {
  private let calls: SystemCalls

  package init(calls: SystemCalls = SystemCalls()) { self.calls = calls }

  package func create(_ path: String) throws(StorageError) -> OpenFile {
    try open("create", path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC)
  }

  package func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(StorageError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = try retrying("write", file.path) {
        calls.write(file.descriptor, UnsafeRawBufferPointer(rebasing: rest))
      }
      // Never from a regular file; else this would go on for ever.
      guard count > 0 else { throw .io(operation: "write", path: file.path, errno: EIO) }
      rest = rest.dropFirst(count)
    }
  }

  package func beginWriting(_ file: OpenFile, from offset: UInt64, count: UInt64) {
    // Safe: no file is that long.
    lede_begin_writing(
      file.descriptor, Int64(truncatingIfNeeded: offset), Int64(truncatingIfNeeded: count))
  }

  package func synchronize(_ file: OpenFile) throws(StorageError) {
    try retrying("fsync", file.path) { calls.fsync(file.descriptor) }
  }

  package func close(_ file: OpenFile) throws(StorageError) {
    // Not retried: after EINTR Linux has closed the descriptor, and it may be another file's by now.
    let reason = Int32(-calls.close(file.descriptor))
    if reason > 0, reason != EINTR {
      throw .io(operation: "close", path: file.path, errno: reason)
    }
  }

  package func rename(_ path: String, to newPath: String) throws(StorageError) {
    try retrying("rename", path) { calls.rename(path, newPath) }
  }

  package func remove(_ path: String) throws(StorageError) {
    try retrying("remove", path) { calls.unlink(path) }
  }

  package func createDirectory(_ path: String) throws(StorageError) {
    if try makeDirectory(path) { return }
    guard let parent = Self.parent(of: path) else {
      throw .io(operation: "create the folder", path: path, errno: ENOENT)
    }
    try createDirectory(parent)
    _ = try makeDirectory(path)
  }

  /// Returns false when the directory above is missing.
  private func makeDirectory(_ path: String) throws(StorageError) -> Bool {
    do {
      try retrying("create the folder", path) { calls.mkdir(path) }
    } catch {
      guard case .io(_, _, let reason) = error else { throw error }
      if reason == ENOENT { return false }
      if reason == EEXIST, Self.isDirectory(path) { return true }
      throw .io(
        operation: "create the folder", path: path, errno: reason == EEXIST ? ENOTDIR : reason)
    }
    // Else a crash after the first commit could take the whole new folder with it.
    try synchronizeDirectory(Self.parent(of: path) ?? ".")
    return true
  }

  package func synchronizeDirectory(_ path: String) throws(StorageError) {
    let file = try open("open the folder", path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    do {
      try synchronize(file)
    } catch {
      try? close(file)
      throw error
    }
    try close(file)
  }

  package func list(_ directory: String) throws(StorageError) -> [String] {
    var opened = opendir(directory)
    while opened == nil, errno == EINTR { opened = opendir(directory) }
    guard let stream = opened else {
      throw .io(operation: "list", path: directory, errno: errno)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        // Safe: the kernel ends d_name with a zero byte inside the entry.
        field.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    if errno != 0 { throw .io(operation: "list", path: directory, errno: errno) }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  package func lock(_ path: String) throws(StorageError) -> FileLock {
    let file = try open("open the lock", path, O_RDWR | O_CREAT | O_CLOEXEC)
    do {
      try retrying("lock", path) { calls.flock(file.descriptor, LOCK_EX | LOCK_NB) }
    } catch {
      try? close(file)
      if case .io(_, _, EWOULDBLOCK) = error { throw .locked(path: path) }
      throw error
    }
    return FileLock {
      // Closing is not enough: a child between fork and exec still has the file, and so the lock.
      _ = try? self.retrying("unlock", path) { self.calls.flock(file.descriptor, LOCK_UN) }
      try? self.close(file)
    }
  }

  func open(
    _ operation: String, _ path: String, _ flags: Int32
  ) throws(StorageError) -> OpenFile {
    let descriptor = try retrying(operation, path) { calls.open(path, flags) }
    return OpenFile(path: path, descriptor: Int32(descriptor))
  }

  /// Calls `body` again while a signal interrupts it; throws on any other failure.
  @discardableResult
  private func retrying(
    _ operation: String, _ path: String, _ body: () -> Int
  ) throws(StorageError) -> Int {
    while true {
      let result = body()
      if result >= 0 { return result }
      let reason = Int32(-result)
      if reason != EINTR { throw .io(operation: operation, path: path, errno: reason) }
    }
  }

  private static func parent(of path: String) -> String? {
    let parent = FilePath(path).removingLastComponent().string
    return parent.isEmpty || parent == path ? nil : parent
  }

  private static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
