import LedeStorage

/// Reads and checks what frames the sections of a file.
struct EnvelopeFrame {
  private let path: String
  private let bytes: UnsafeRawBufferPointer

  init(_ file: MappedFile) {
    path = file.path
    bytes = file.bytes
  }

  /// Returns the id.
  func readHeader(kind: FileKind, id wantedID: UInt64?) throws(FormatError) -> UInt64 {
    let start = bytes.prefix(Envelope.magic.count)
    guard start.elementsEqual(Envelope.magic.prefix(start.count)) else {
      throw .notAnIndexFile(path: path)
    }
    guard bytes.count >= Envelope.headerSize else {
      throw corrupt(bytes.count, "header", "the file ends inside its header: it was cut short")
    }
    guard word(28) == checksum(0..<28) else {
      throw corrupt(28, "header", "the checksum does not match")
    }
    // Only now: a damaged version would send the user looking for another program.
    let version = word(8)
    if version > Envelope.version { throw .tooNew(path: path, version: version) }
    if version < Envelope.oldestVersion { throw .tooOld(path: path, version: version) }
    let stated = bytes[4..<8]
    guard stated.elementsEqual(kind.rawValue.utf8) else {
      throw corrupt(
        4, "header",
        "it is a file of kind \(String(decoding: stated, as: UTF8.self)), "
          + "not \(kind.rawValue)")
    }
    guard word(12) == 0, word(24) == 0 else {
      throw corrupt(12, "header", "a reserved word is not zero")
    }
    let id = long(16)
    if let wantedID, id != wantedID {
      throw corrupt(16, "header", "it belongs to \(id), not to \(wantedID)")
    }
    return id
  }

  struct Footer {
    let tableOffset: Int
    let sectionCount: Int
    let tableChecksum: UInt32
  }

  func readFooter() throws(FormatError) -> Footer {
    let start = bytes.count - Envelope.footerSize
    guard start >= Envelope.headerSize else {
      throw corrupt(bytes.count, "footer", "the file ends before its footer: it was cut short")
    }
    guard bytes[(start + 28)...].elementsEqual(Envelope.endMagic) else {
      throw corrupt(start + 28, "footer", "the file does not end in EDEL: it was cut short")
    }
    guard word(start + 24) == checksum(start..<start + 24) else {
      throw corrupt(start + 24, "footer", "the checksum does not match")
    }
    let length = long(start + 16)
    guard length == UInt64(bytes.count) else {
      throw corrupt(start + 16, "footer", "the file has \(bytes.count) bytes, not \(length)")
    }
    let count = Int(word(start + 8))
    let offset = long(start)
    guard count <= Envelope.maxSections,
      count * Envelope.entrySize <= start - Envelope.headerSize,
      offset == UInt64(start - count * Envelope.entrySize)
    else { throw corrupt(start, "footer", "the section table does not end where it begins") }
    return Footer(
      tableOffset: Int(offset), sectionCount: count, tableChecksum: word(start + 12))
  }

  func readTable(_ footer: Footer) throws(FormatError) -> [SectionEntry] {
    let end = footer.tableOffset + footer.sectionCount * Envelope.entrySize
    guard checksum(footer.tableOffset..<end) == footer.tableChecksum else {
      throw corrupt(footer.tableOffset, "table", "the checksum does not match")
    }
    var reader = ByteReader(bytes, offset: footer.tableOffset)
    var entries: [SectionEntry] = []
    var next = UInt64(Envelope.headerSize)
    for _ in 0..<footer.sectionCount {
      let at = reader.offset
      do {
        entries.append(try SectionEntry(from: &reader))
      } catch { throw corrupt(at, "table", "it is cut off") }
      guard let entry = entries.last, entry.offset == next,
        entry.length <= UInt64(footer.tableOffset) - next,
        !entries.dropLast().contains(where: { $0.kind == entry.kind })
      else { throw corrupt(at, "table", "its sections overlap, repeat or leave a gap") }
      next = Envelope.aligned(next + entry.length)
      guard next <= UInt64(footer.tableOffset) else {
        throw corrupt(at, "table", "a section runs into it")
      }
    }
    guard next == UInt64(footer.tableOffset) else {
      throw corrupt(footer.tableOffset, "table", "bytes before it belong to no section")
    }
    return entries
  }

  private func corrupt(_ offset: Int, _ part: String, _ reason: String) -> FormatError {
    .corrupt(path: path, offset: UInt64(offset), section: part, reason: reason)
  }

  // Safe: callers have compared the offsets with the number of bytes.
  private func word(_ offset: Int) -> UInt32 {
    UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  private func long(_ offset: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  private func checksum(_ range: Range<Int>) -> UInt32 {
    Checksum.crc32c(UnsafeRawBufferPointer(rebasing: bytes[range]))
  }
}
