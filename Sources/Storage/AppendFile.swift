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

  /// Bytes of a write, which begins at a multiple of them: a huge page. File systems with large
  /// folios (ext4 since Linux 6.16, xfs) then keep it in one, and map it by one entry.
  private static let writeSize = 2 << 20
  /// Bytes that the disk may begin with while the next ones come.
  private static let stretchSize: UInt64 = 8 << 20
  /// Where the next such stretch begins.
  private var begun: UInt64 = 0

  package var path: String { file.path }

  /// Creates the file in place of any other of that name.
  package init(fileSystem: any FileSystem, path: String) throws(StorageError) {
    self.fileSystem = fileSystem
    file = try fileSystem.create(path)
    buffer.reserveCapacity(1 << 18)
  }

  deinit {
    if isOpen { try? fileSystem.close(file) }
  }

  /// Appends bytes, through the buffer unless they are many.
  package mutating func append(_ bytes: UnsafeRawBufferPointer) throws(StorageError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = offset - UInt64(buffer.count)
      let room = Self.writeSize - Int(written % UInt64(Self.writeSize)) - buffer.count
      if buffer.isEmpty, rest.count >= room {
        let whole = room + (rest.count - room) / Self.writeSize * Self.writeSize
        try fileSystem.write(UnsafeRawBufferPointer(rebasing: rest.prefix(whole)), to: file)
        rest = rest.dropFirst(whole)
        offset &+= UInt64(whole)
      } else {
        let part = rest.prefix(room)
        buffer.append(contentsOf: part)
        rest = rest.dropFirst(part.count)
        offset &+= UInt64(part.count)
        if part.count == room { try flush() }
      }
    }
    beginWriting()
  }

  /// Has the disk begin with what it was handed, once that is a stretch.
  private mutating func beginWriting() {
    let written = offset - UInt64(buffer.count)
    guard written - begun >= Self.stretchSize else { return }
    fileSystem.beginWriting(file, from: begun, count: written - begun)
    begun = written
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
