import Foundation
import LedeStorage

/// A file system in memory, for tests that read thousands of damaged copies.
final class MemoryFileSystem: FileSystem, @unchecked Sendable {
  private let lock = NSLock()
  private var contents: [String: [UInt8]] = [:]
  private var locked: Set<String> = []
  /// What the engine did, for tests of the order of durable steps.
  private(set) var log: [String] = []

  subscript(path: String) -> [UInt8]? {
    get { lock.withLock { contents[path] } }
    set { lock.withLock { contents[path] = newValue } }
  }

  var paths: [String] { lock.withLock { contents.keys.sorted() } }

  func copy() -> MemoryFileSystem {
    let copy = MemoryFileSystem()
    copy.contents = lock.withLock { contents }
    return copy
  }

  func create(_ path: String) throws(StorageError) -> OpenFile {
    self[path] = []
    return OpenFile(path: path, descriptor: 0)
  }

  func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(StorageError) {
    lock.withLock { contents[file.path, default: []].append(contentsOf: bytes) }
  }

  func synchronize(_ file: OpenFile) throws(StorageError) { note("sync \(file.path)") }
  func close(_ file: OpenFile) throws(StorageError) {}

  func map(_ path: String) throws(StorageError) -> MappedFile {
    guard let content = self[path] else {
      throw .io(operation: "open", path: path, errno: ENOENT)
    }
    return .copying(content, path: path)
  }

  func rename(_ path: String, to newPath: String) throws(StorageError) {
    guard let content = self[path] else {
      throw .io(operation: "rename", path: path, errno: ENOENT)
    }
    note("rename \(path) \(newPath)")
    self[path] = nil
    self[newPath] = content
  }

  func remove(_ path: String) throws(StorageError) { self[path] = nil }
  func createDirectory(_ path: String) throws(StorageError) {}

  func list(_ directory: String) throws(StorageError) -> [String] {
    paths.filter { $0.hasPrefix(directory + "/") }.map { String($0.dropFirst(directory.count + 1)) }
  }

  func synchronizeDirectory(_ path: String) throws(StorageError) { note("sync \(path)/") }

  func lock(_ path: String) throws(StorageError) -> FileLock {
    guard lock.withLock({ locked.insert(path).inserted }) else { throw .locked(path: path) }
    return FileLock { [self] in lock.withLock { _ = locked.remove(path) } }
  }

  private func note(_ event: String) { lock.withLock { log.append(event) } }
}
