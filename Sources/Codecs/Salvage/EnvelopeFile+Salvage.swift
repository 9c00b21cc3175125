import LedeStorage

extension EnvelopeFile {
  /// Takes what sections a damaged file still has.
  ///
  /// Header and footer may be damaged, and any section. The table must be there: it is looked for
  /// where it would end, and recognised by its sections following each other from the header to
  /// itself without a gap. A file that was cut short has lost it, and all.
  ///
  /// - Returns: the file, and the sections whose bytes are not those that were written.
  package static func salvage(
    fileSystem: any FileSystem, path: String, id: UInt64
  ) throws(FormatError) -> (file: EnvelopeFile, damaged: Set<SectionKind>) {
    let mapped = try FormatError.wrapping { () throws(StorageError) in try fileSystem.map(path) }
    guard let sections = salvagedTable(mapped.bytes) else {
      throw .corrupt(
        path: path, offset: UInt64(mapped.bytes.count), section: "table",
        reason: "no table of sections is left")
    }
    let file = EnvelopeFile(mapped, id: id, sections: sections)
    var damaged: Set<SectionKind> = []
    for entry in sections {
      guard let region = file.section(entry.kind) else { continue }
      if Checksum.crc32c(region.bytes) != entry.checksum { damaged.insert(entry.kind) }
    }
    return (file, damaged)
  }

  private static func salvagedTable(_ bytes: UnsafeRawBufferPointer) -> [SectionEntry]? {
    for count in 1...Envelope.maxSections {
      let start = bytes.count - Envelope.footerSize - Envelope.entrySize * count
      guard start >= Envelope.headerSize else { return nil }
      var reader = ByteReader(bytes, offset: start)
      var entries: [SectionEntry] = []
      var next = UInt64(Envelope.headerSize)
      for _ in 0..<count {
        guard let entry = try? SectionEntry(from: &reader), entry.offset == next,
          entry.length <= UInt64(start) - min(next, UInt64(start)),
          !entries.contains(where: { $0.kind == entry.kind })
        else { break }
        entries.append(entry)
        next = Envelope.aligned(entry.offset + entry.length)
      }
      if entries.count == count, next == UInt64(start) { return entries }
    }
    return nil
  }
}
