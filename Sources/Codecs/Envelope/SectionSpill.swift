import LedeStorage

/// Where the sections of a segment may wait on the disk until it is their turn in its file.
package struct SpillSpace: Sendable {
  let fileSystem: any FileSystem
  let directory: String
  /// Of the segment being written.
  let segment: UInt64
  /// Bytes of a section that may wait in memory.
  let limit: Int

  package init(fileSystem: any FileSystem, directory: String, segment: UInt64, limit: Int) {
    self.fileSystem = fileSystem
    self.directory = directory
    self.segment = segment
    self.limit = limit
  }
}

/// The bytes of a section: the last of them in a buffer, those before, once they are many, in a file of
/// their own until it is the section's turn, or in the section, if it is open already.
///
/// The file goes away with the spill; one that a crash leaves is removed like any other of the index
/// that no manifest names.
final class SectionSpill {
  let buffer: EncodingBuffer
  private let space: SpillSpace?
  private let path: String
  private var file: AppendFile?
  /// Where the section is open.
  private let envelope: EnvelopeWriter?
  /// Bytes in either file.
  private(set) var spilled: UInt64 = 0

  /// - Parameters:
  ///   - space: nil keeps everything in memory.
  ///   - number: tells the spills of a segment apart.
  init(capacity: Int, _ space: SpillSpace?, _ number: SpillNumber) {
    buffer = EncodingBuffer(capacity: min(capacity, space?.limit ?? capacity))
    self.space = space
    envelope = nil
    path =
      space.map { indexPath($0.directory, .spill(segment: $0.segment, number: number.rawValue)) }
      ?? ""
  }

  /// Keeps everything in a buffer that was used before.
  init(reusing buffer: EncodingBuffer) {
    buffer.removeAll()
    self.buffer = buffer
    (space, path, envelope) = (nil, "", nil)
  }

  /// Belongs to the section that is open in an envelope.
  init(capacity: Int, in envelope: EnvelopeWriter) {
    buffer = EncodingBuffer(capacity: capacity)
    (space, path) = (nil, "")
    self.envelope = envelope
  }

  deinit {
    if spilled > 0 { try? space?.fileSystem.remove(path) }
  }

  /// Whether its section is open.
  var isOpen: Bool { envelope != nil }

  /// All bytes so far, which is the offset of the next one.
  var count: UInt64 { spilled + UInt64(buffer.count) }

  /// Moves the buffer to the file if it holds more than it should. Offsets stay, bytes can no longer
  /// be taken back.
  func spillIfLarge() throws(FormatError) {
    if let envelope, buffer.count >= Self.openStep {
      spilled += UInt64(buffer.count)
      try envelope.append(buffer.bytes)
      buffer.removeAll()
    }
    guard let space, buffer.count >= space.limit else { return }
    do throws(StorageError) {
      if file == nil { file = try AppendFile(fileSystem: space.fileSystem, path: path) }
      spilled += UInt64(buffer.count)
      try file?.append(buffer.bytes)
    } catch { throw .storage(error) }
    buffer.removeAll()
  }

  /// Appends everything to the open section of a file; to that which it belongs to, what is not there.
  func append(to envelope: EnvelopeWriter) throws(FormatError) {
    if let space, spilled > 0 {
      let mapped: MappedFile
      do throws(StorageError) {
        try file?.close()
        mapped = try space.fileSystem.map(path)
      } catch { throw .storage(error) }
      precondition(UInt64(mapped.bytes.count) == spilled, "a spill is read as it was written")
      for start in stride(from: 0, to: mapped.bytes.count, by: Self.step) {
        let end = min(start + Self.step, mapped.bytes.count)
        try envelope.append(UnsafeRawBufferPointer(rebasing: mapped.bytes[start..<end]))
      }
    }
    try envelope.append(buffer.bytes)
  }

  /// Bytes per write.
  private static let step = 1 << 20
  /// Bytes that a section that is open may keep back.
  private static let openStep = 1 << 18
}
