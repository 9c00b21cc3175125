import Synchronization
import SystemPackage

/// Files in memory: for what is written and read in the formats of the index, and never kept.
///
/// As many threads may use it as share it. Nothing is durable, and there are no folders.
package final class ScratchFileSystem: FileSystem {
  private let contents = Mutex<[String: [UInt8]]>([:])

  package init() {}

  package func create(_ path: String) throws(StorageError) -> OpenFile {
    contents.withLock { $0[path] = [] }
    return OpenFile(path: path, descriptor: -1)
  }

  package func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(StorageError) {
    let copy = Array(bytes)
    contents.withLock { $0[file.path, default: []].append(contentsOf: copy) }
  }

  package func synchronize(_ file: OpenFile) throws(StorageError) {}
  package func close(_ file: OpenFile) throws(StorageError) {}

  package func map(_ path: String) throws(StorageError) -> MappedFile {
    guard let content = contents.withLock({ $0[path] }) else { throw Self.missing("map", path) }
    return .copying(content, path: path)
  }

  package func rename(_ path: String, to newPath: String) throws(StorageError) {
    let isThere = contents.withLock { contents in
      guard let content = contents.removeValue(forKey: path) else { return false }
      contents[newPath] = content
      return true
    }
    guard isThere else { throw Self.missing("rename", path) }
  }

  package func remove(_ path: String) throws(StorageError) {
    contents.withLock { $0[path] = nil }
  }

  package func createDirectory(_ path: String) throws(StorageError) {}

  package func list(_ directory: String) throws(StorageError) -> [String] {
    let prefix = directory + "/"
    let names = contents.withLock { contents in
      contents.keys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  package func synchronizeDirectory(_ path: String) throws(StorageError) {}

  /// Nobody else can have it.
  package func lock(_ path: String) throws(StorageError) -> FileLock { FileLock {} }

  private static func missing(_ operation: String, _ path: String) -> StorageError {
    .io(operation: operation, path: path, errno: Errno.noSuchFileOrDirectory.rawValue)
  }
}
