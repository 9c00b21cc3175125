import Foundation
import LedeStorage

/// A disk in memory that remembers every step that changed it, so that a power loss can be played
/// after any of them (``PowerLoss``).
package final class SimulatedDisk: FileSystem, @unchecked Sendable {
  /// One step, in the order in which the engine asked for it. Files have numbers; names lead to them.
  package enum Event: Sendable {
    case create(name: String, file: Int)
    case write(file: Int, bytes: [UInt8])
    case synchronize(file: Int)
    case rename(from: String, to: String, file: Int)
    case remove(name: String)
    case synchronizeDirectory(String)
    /// A note of the test; the number means what the test says.
    case mark(Int)
  }

  private let mutex = NSLock()
  private var names: [String: Int] = [:]
  private var contents: [[UInt8]] = []
  private var locked: Set<String> = []
  private var events: [Event] = []
  /// What the disk held in the beginning, all of it durable.
  package let start: [String: [UInt8]]

  package init(_ files: [String: [UInt8]] = [:]) {
    start = files
    for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
      names[name] = contents.count
      contents.append(bytes)
    }
  }

  /// All steps so far.
  package var log: [Event] { mutex.withLock { events } }

  /// What a program sees that reads the disk now.
  package var files: [String: [UInt8]] {
    mutex.withLock { names.mapValues { contents[$0] } }
  }

  /// A file's bytes; setting them leaves no step behind, as damage does.
  package subscript(path: String) -> [UInt8]? {
    get { mutex.withLock { names[path].map { contents[$0] } } }
    set {
      mutex.withLock {
        names[path] = newValue == nil ? nil : contents.count
        if let newValue { contents.append(newValue) }
      }
    }
  }

  /// Puts a note between the steps.
  package func mark(_ number: Int) { mutex.withLock { events.append(.mark(number)) } }

  // MARK: FileSystem

  package func create(_ path: String) throws(StorageError) -> OpenFile {
    mutex.withLock {
      names[path] = contents.count
      contents.append([])
      events.append(.create(name: path, file: contents.count - 1))
      return OpenFile(path: path, descriptor: Int32(contents.count - 1))
    }
  }

  package func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(StorageError) {
    mutex.withLock {
      contents[Int(file.descriptor)].append(contentsOf: bytes)
      events.append(.write(file: Int(file.descriptor), bytes: Array(bytes)))
    }
  }

  package func synchronize(_ file: OpenFile) throws(StorageError) {
    mutex.withLock { events.append(.synchronize(file: Int(file.descriptor))) }
  }

  package func close(_ file: OpenFile) throws(StorageError) {}

  package func map(_ path: String) throws(StorageError) -> MappedFile {
    guard let content = self[path] else { throw missing("map", path) }
    return .copying(content, path: path)
  }

  package func rename(_ path: String, to newPath: String) throws(StorageError) {
    let isThere = mutex.withLock {
      guard let file = names.removeValue(forKey: path) else { return false }
      names[newPath] = file
      events.append(.rename(from: path, to: newPath, file: file))
      return true
    }
    if !isThere { throw missing("rename", path) }
  }

  package func remove(_ path: String) throws(StorageError) {
    let isThere = mutex.withLock {
      guard names.removeValue(forKey: path) != nil else { return false }
      events.append(.remove(name: path))
      return true
    }
    if !isThere { throw missing("remove", path) }
  }

  package func createDirectory(_ path: String) throws(StorageError) {}

  package func list(_ directory: String) throws(StorageError) -> [String] {
    mutex.withLock {
      names.keys.filter { $0.hasPrefix(directory + "/") }
        .map { String($0.dropFirst(directory.utf8.count + 1)) }.sorted()
    }
  }

  package func synchronizeDirectory(_ path: String) throws(StorageError) {
    mutex.withLock { events.append(.synchronizeDirectory(path)) }
  }

  package func lock(_ path: String) throws(StorageError) -> FileLock {
    let isFree = mutex.withLock {
      if names[path] == nil {
        names[path] = contents.count
        contents.append([])
        events.append(.create(name: path, file: contents.count - 1))
      }
      return locked.insert(path).inserted
    }
    guard isFree else { throw .locked(path: path) }
    return FileLock { [self] in mutex.withLock { _ = locked.remove(path) } }
  }

  private func missing(_ operation: String, _ path: String) -> StorageError {
    .io(operation: operation, path: path, errno: ENOENT)
  }
}
