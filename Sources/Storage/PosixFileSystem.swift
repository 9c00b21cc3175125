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
package struct PosixFileSystem: FileSystem {
  package init() {}

  package func create(_ path: String) throws(StorageError) -> OpenFile {
    let descriptor = try retrying("create", path) {
      open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    }
    return OpenFile(path: path, descriptor: descriptor)
  }

  package func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(StorageError) {
    do {
      try FileDescriptor(rawValue: file.descriptor).writeAll(bytes)
    } catch {
      throw .io(operation: "write", path: file.path, errno: (error as? Errno)?.rawValue ?? EIO)
    }
  }

  package func synchronize(_ file: OpenFile) throws(StorageError) {
    try retrying("fsync", file.path) { fsync(file.descriptor) }
  }

  package func close(_ file: OpenFile) throws(StorageError) {
    // Not retried: after EINTR Linux has closed the descriptor, and it may be another file's by now.
    #if canImport(Glibc)
      let result = Glibc.close(file.descriptor)
    #elseif canImport(Musl)
      let result = Musl.close(file.descriptor)
    #else
      let result = Darwin.close(file.descriptor)
    #endif
    if result != 0, errno != EINTR {
      throw .io(operation: "close", path: file.path, errno: errno)
    }
  }

  package func rename(_ path: String, to newPath: String) throws(StorageError) {
    #if canImport(Glibc)
      try retrying("rename", path) { Glibc.rename(path, newPath) }
    #elseif canImport(Musl)
      try retrying("rename", path) { Musl.rename(path, newPath) }
    #else
      try retrying("rename", path) { Darwin.rename(path, newPath) }
    #endif
  }

  package func remove(_ path: String) throws(StorageError) {
    try retrying("remove", path) { unlink(path) }
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
    if mkdir(path, 0o755) == 0 {
      // Else a crash after the first commit could take the whole new folder with it.
      try synchronizeDirectory(Self.parent(of: path) ?? ".")
      return true
    }
    let reason = errno
    if reason == ENOENT { return false }
    if reason == EEXIST, Self.isDirectory(path) { return true }
    throw .io(
      operation: "create the folder", path: path, errno: reason == EEXIST ? ENOTDIR : reason)
  }

  package func synchronizeDirectory(_ path: String) throws(StorageError) {
    let descriptor = try retrying("open the folder", path) {
      open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
    let file = OpenFile(path: path, descriptor: descriptor)
    do {
      try synchronize(file)
    } catch {
      try? close(file)
      throw error
    }
    try close(file)
  }

  package func list(_ directory: String) throws(StorageError) -> [String] {
    guard let stream = opendir(directory) else {
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
    let descriptor = try retrying("open the lock", path) {
      open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    }
    let file = OpenFile(path: path, descriptor: descriptor)
    do {
      try retrying("lock", path) { flock(descriptor, LOCK_EX | LOCK_NB) }
    } catch {
      try? close(file)
      if case .io(_, _, EWOULDBLOCK) = error { throw .locked(path: path) }
      throw error
    }
    let fileSystem = self
    return FileLock { try? fileSystem.close(file) }
  }

  /// Calls `body` again while a signal interrupts it; throws on any other failure.
  @discardableResult
  func retrying(
    _ operation: String, _ path: String, _ body: () -> Int32
  ) throws(StorageError) -> Int32 {
    while true {
      let result = body()
      if result >= 0 { return result }
      let reason = errno
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
