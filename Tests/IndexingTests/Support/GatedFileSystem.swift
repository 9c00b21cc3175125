import LedeStorage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file system that holds up every other thread than its maker's at its next change while the gate is
/// closed, so that a test decides what happens during a merge in background; and may fail there.
final class GatedFileSystem: ForwardingFileSystem {
  private struct State {
    var isClosed = false
    /// Changes that other threads may still make; nil for any number.
    var remaining: Int?
    var arrivals = 0
    var failures = 0
  }

  let base = PosixFileSystem()
  // Not a `Mutex`: the thread sanitiser does not see what one does when threads meet there.
  private let state = Monitor(State())
  private let owner = hashOfThread()

  private static func hashOfThread() -> Int { Int(bitPattern: pthread_self()) }

  /// Whether other threads wait.
  var isClosed: Bool {
    get { state.withLock { $0.isClosed } }
    set { state.withLock { $0.isClosed = newValue } }
  }
  /// Changes that other threads may make before all of theirs fail; nil for any number.
  var remaining: Int? {
    get { state.withLock { $0.remaining } }
    set { state.withLock { $0.remaining = newValue } }
  }
  /// Changes that other threads have asked for.
  var arrivals: Int { state.withLock { $0.arrivals } }
  var failures: Int { state.withLock { $0.failures } }

  /// Returns once another thread waits at the gate.
  func waitForArrival() {
    while arrivals == 0 { usleep(200) }
  }

  private func pass(_ operation: String, _ path: String) throws(StorageError) {
    guard Self.hashOfThread() != owner else { return }
    state.withLock { $0.arrivals += 1 }
    while isClosed { usleep(200) }
    let fails = state.withLock { state in
      guard let left = state.remaining else { return false }
      if left > 0 { state.remaining = left - 1 } else { state.failures += 1 }
      return left == 0
    }
    // ENOSPC.
    if fails { throw .io(operation: operation, path: path, errno: 28) }
  }

  func create(_ path: String) throws(StorageError) -> OpenFile {
    try pass("create", path)
    return try base.create(path)
  }
  func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(StorageError) {
    try pass("write", file.path)
    try base.write(bytes, to: file)
  }
  func synchronize(_ file: OpenFile) throws(StorageError) {
    try pass("fsync", file.path)
    try base.synchronize(file)
  }
  func rename(_ path: String, to newPath: String) throws(StorageError) {
    try pass("rename", path)
    try base.rename(path, to: newPath)
  }
}
