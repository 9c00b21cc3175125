import LedeStorage

/// A file system that hands every call on to another one, but for those that it replaces.
protocol ForwardingFileSystem: FileSystem {
  var base: PosixFileSystem { get }
}

extension ForwardingFileSystem {
  func create(_ path: String) throws(StorageError) -> OpenFile { try base.create(path) }
  func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(StorageError) {
    try base.write(bytes, to: file)
  }
  func synchronize(_ file: OpenFile) throws(StorageError) { try base.synchronize(file) }
  func close(_ file: OpenFile) throws(StorageError) { try base.close(file) }
  func map(_ path: String) throws(StorageError) -> MappedFile { try base.map(path) }
  func rename(_ path: String, to newPath: String) throws(StorageError) {
    try base.rename(path, to: newPath)
  }
  func remove(_ path: String) throws(StorageError) { try base.remove(path) }
  func createDirectory(_ path: String) throws(StorageError) { try base.createDirectory(path) }
  func list(_ directory: String) throws(StorageError) -> [String] { try base.list(directory) }
  func synchronizeDirectory(_ path: String) throws(StorageError) {
    try base.synchronizeDirectory(path)
  }
  func lock(_ path: String) throws(StorageError) -> FileLock { try base.lock(path) }
}
