/// A file written from its start to its end through a buffer.
///
/// Not copyable: one writer per file. Forgotten without `close()` it closes the descriptor and leaves
/// the unfinished file to whoever made it.
package struct AppendFile: ~Copyable {
  private let fileSystem: any FileSystem
  private let file: OpenFile
  private var buffer: [UInt8] = []
  private var isOpen = true
  /// Bytes appended so far, which is the offset of the next one.
  package private(set) var offset: UInt64 = 0

  /// Large enough that the cost of a system call does not show.
  private static let bufferSize = 1 << 18
  /// Bytes that the disk may begin with while the next ones come.
  private static let stretchSize: UInt64 = 8 << 20
  /// Where the next such stretch begins.
  private var begun: UInt64 = 0

  package var path: String { file.path }

  /// Creates the file in place of any other of that name.
  package init(fileSystem: any FileSystem, path: String) throws(StorageError) {
    self.fileSystem = fileSystem
    file = try fileSystem.create(path)
    buffer.reserveCapacity(Self.bufferSize)
  }

  deinit {
    if isOpen { try? fileSystem.close(file) }
  }

  /// Appends bytes, through the buffer unless they are many.
  package mutating func append(_ bytes: UnsafeRawBufferPointer) throws(StorageError) {
    if buffer.count + bytes.count > Self.bufferSize { try flush() }
    if bytes.count >= Self.bufferSize {
      try fileSystem.write(bytes, to: file)
    } else {
      buffer.append(contentsOf: bytes)
    }
    offset &+= UInt64(bytes.count)
    let written = offset - UInt64(buffer.count)
    if written - begun >= Self.stretchSize {
      fileSystem.beginWriting(file, from: begun, count: written - begun)
      begun = written
    }
  }

  /// Hands everything appended to the file system.
  package mutating func flush() throws(StorageError) {
    guard !buffer.isEmpty else { return }
    try buffer.withUnsafeBufferPointer { (bytes) throws(StorageError) in
      try fileSystem.write(UnsafeRawBufferPointer(bytes), to: file)
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Returns when everything appended is on the disk.
  package mutating func sync() throws(StorageError) {
    try flush()
    try fileSystem.synchronize(file)
  }

  package mutating func close() throws(StorageError) {
    try flush()
    isOpen = false
    try fileSystem.close(file)
  }
}
