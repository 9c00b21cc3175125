import LedeStorage

/// Writes one file section by section; the grammar stands at ``Envelope``.
///
/// The file grows beside its final name and takes it in `finish()`, after its bytes are on the disk:
/// a file of an index is whole or absent, and never changes. Given up before that, it goes away.
package final class EnvelopeWriter {
  private let fileSystem: any FileSystem
  private let path: String
  private let asidePath: String
  private var output: AppendFile
  private var entries: [SectionEntry] = []
  private var current: SectionEntry?
  private var isFinished = false

  /// Ending of the name that a file has until it is whole.
  package static let asideSuffix = ".tmp"

  /// - Parameter id: the segment's id, for segments and live files; else the generation.
  package init(
    fileSystem: any FileSystem, path: String, kind: FileKind, id: UInt64
  ) throws(FormatError) {
    self.fileSystem = fileSystem
    self.path = path
    asidePath = path + Self.asideSuffix
    do {
      output = try AppendFile(fileSystem: fileSystem, path: asidePath)
    } catch { throw .storage(error) }
    try write(Self.header(kind: kind, id: id))
  }

  deinit {
    if !isFinished { try? fileSystem.remove(asidePath) }
  }

  /// Offset in the file of the next byte to be appended.
  package var offset: UInt64 { output.offset }

  /// Bytes appended to the section so far.
  package var sectionLength: UInt64 { current?.length ?? 0 }

  /// Starts a section; each kind comes once.
  package func begin(_ kind: SectionKind) throws(FormatError) {
    precondition(current == nil, "sections do not nest")
    precondition(!entries.contains { $0.kind == kind }, "a section comes once")
    precondition(entries.count < Envelope.maxSections, "no file has that many sections")
    try pad()
    current = SectionEntry(kind: kind, offset: output.offset)
  }

  /// Appends bytes to the open section; any number of calls make one section.
  package func append(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    guard var section = current else { preconditionFailure("bytes belong to a section") }
    section.checksum = Checksum.crc32c(bytes, continuing: section.checksum)
    section.length += UInt64(bytes.count)
    current = section
    try write(bytes)
  }

  package func append(_ bytes: [UInt8]) throws(FormatError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(FormatError) in
      try append(UnsafeRawBufferPointer(buffer))
    }
  }

  /// Ends the open section.
  package func end() throws(FormatError) {
    guard let entry = current else { preconditionFailure("no section is open") }
    entries.append(entry)
    current = nil
  }

  /// Writes a section whole.
  package func append(section kind: SectionKind, _ bytes: [UInt8]) throws(FormatError) {
    try begin(kind)
    try append(bytes)
    try end()
  }

  /// Writes table and footer, waits until all is on the disk and gives the file its name.
  ///
  /// The name itself is durable once the directory is synchronized, which committing a manifest does.
  ///
  /// - Returns: the length of the file in bytes.
  @discardableResult
  package func finish() throws(FormatError) -> UInt64 {
    precondition(current == nil, "the last section is open")
    try pad()
    var table: [UInt8] = []
    for entry in entries { entry.append(to: &table) }
    let footer = Self.footer(
      tableOffset: output.offset, sectionCount: entries.count, table: table)
    try write(table + footer)
    let length = output.offset
    do {
      try output.sync()
      try output.close()
      try fileSystem.rename(asidePath, to: path)
    } catch { throw .storage(error) }
    isFinished = true
    return length
  }

  private func pad() throws(FormatError) {
    let padding = Int(Envelope.aligned(output.offset) - output.offset)
    try write([UInt8](repeating: 0, count: padding))
  }

  private func write(_ bytes: [UInt8]) throws(FormatError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(FormatError) in
      try write(UnsafeRawBufferPointer(buffer))
    }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    do {
      try output.append(bytes)
    } catch { throw .storage(error) }
  }

  private static func header(kind: FileKind, id: UInt64) -> [UInt8] {
    var bytes = Envelope.magic + Array(kind.rawValue.utf8)
    bytes.appendUInt32(Envelope.version)
    bytes.appendUInt32(0)
    bytes.appendUInt64(id)
    bytes.appendUInt32(0)
    bytes.appendUInt32(Checksum.crc32c(bytes))
    return bytes
  }

  private static func footer(
    tableOffset: UInt64, sectionCount: Int, table: [UInt8]
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendUInt64(tableOffset)
    bytes.appendUInt32(UInt32(sectionCount))
    bytes.appendUInt32(Checksum.crc32c(table))
    bytes.appendUInt64(tableOffset + UInt64(table.count + Envelope.footerSize))
    bytes.appendUInt32(Checksum.crc32c(bytes))
    return bytes + Envelope.endMagic
  }
}

/// One row of the section table.
package struct SectionEntry: Sendable, Equatable {
  package let kind: SectionKind
  package var checksum: UInt32 = 0
  package let offset: UInt64
  package var length: UInt64 = 0

  init(kind: SectionKind, offset: UInt64) {
    self.kind = kind
    self.offset = offset
  }

  init(from reader: inout ByteReader) throws(OutOfBounds) {
    kind = SectionKind(rawValue: try reader.readUInt32())
    checksum = try reader.readUInt32()
    offset = try reader.readUInt64()
    length = try reader.readUInt64()
  }

  func append(to bytes: inout [UInt8]) {
    bytes.appendUInt32(kind.rawValue)
    bytes.appendUInt32(checksum)
    bytes.appendUInt64(offset)
    bytes.appendUInt64(length)
  }
}
