import LedeStorage

/// A mapped file of an index, its frame checked; the grammar stands at ``Envelope``.
///
/// Opening checks header, footer and table in O(1) of the file's size; ``verify()`` checks every byte.
// Sendable: the mapping is read-only and everything else is constant.
package final class EnvelopeFile: @unchecked Sendable {
  package let path: String
  /// The segment's id, for segments and live files; else the generation.
  package let id: UInt64
  /// The section table, in the order of the file.
  package let sections: [SectionEntry]
  private let file: MappedFile

  package var size: Int { file.bytes.count }

  /// Maps a file and checks its frame.
  ///
  /// - Parameter id: the id that the header must state; nil takes any.
  package static func open(
    fileSystem: any FileSystem, path: String, kind: FileKind, id: UInt64? = nil
  ) throws(FormatError) -> EnvelopeFile {
    let file = try FormatError.wrapping { () throws(StorageError) in try fileSystem.map(path) }
    return try EnvelopeFile(file, kind: kind, id: id)
  }

  /// Checks the frame of a mapped file.
  package init(_ file: MappedFile, kind: FileKind, id: UInt64? = nil) throws(FormatError) {
    self.file = file
    path = file.path
    let frame = EnvelopeFrame(file)
    self.id = try frame.readHeader(kind: kind, id: id)
    sections = try frame.readTable(try frame.readFooter())
  }

  /// Takes sections as they were found in a damaged file (``salvage(fileSystem:path:id:)``).
  init(_ file: MappedFile, id: UInt64, sections: [SectionEntry]) {
    self.file = file
    self.id = id
    self.sections = sections
    path = file.path
  }

  /// The bytes of a section; nil when the file has none of that kind.
  package func section(_ kind: SectionKind) -> FileRegion? {
    sections.first { $0.kind == kind }.map(region)
  }

  /// The bytes of a section that the format demands.
  package func requiredSection(_ kind: SectionKind) throws(FormatError) -> FileRegion {
    guard let region = section(kind) else {
      throw .corrupt(
        path: path, offset: UInt64(size), section: "table",
        reason: "the section \(kind.name) is missing")
    }
    return region
  }

  private func region(_ entry: SectionEntry) -> FileRegion {
    // Safe: opening checked that sections lie inside the file.
    let start = Int(entry.offset)
    let bytes = file.bytes[start..<start + Int(entry.length)]
    return FileRegion(
      bytes: UnsafeRawBufferPointer(rebasing: bytes), fileOffset: entry.offset,
      kind: entry.kind, file: self)
  }

  /// Checks every byte that opening left: sections against their checksums, padding against zero.
  package func verify() -> [FormatError] {
    var findings: [FormatError] = []
    for entry in sections {
      let region = region(entry)
      let checksum = Checksum.crc32c(region.bytes)
      if checksum != entry.checksum {
        findings.append(
          region.corrupt(
            at: 0,
            "the checksum of its \(entry.length) bytes is \(hexadecimal(checksum)), not "
              + hexadecimal(entry.checksum)))
      }
      let end = Int(entry.offset + entry.length)
      for offset in end..<Int(Envelope.aligned(UInt64(end))) where file.bytes[offset] != 0 {
        findings.append(
          .corrupt(
            path: path, offset: UInt64(offset), section: "padding", reason: "it is not zero"))
      }
    }
    return findings
  }
}

func hexadecimal(_ value: UInt32) -> String { "0x" + String(value, radix: 16) }
