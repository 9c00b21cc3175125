import LedeCodecs
import LedeStorage
import TestSupport
import Testing

@Suite struct EnvelopeTests {
  private let fileSystem = MemoryFileSystem()
  private let path = "file"

  @Test(arguments: testSeeds(11, 12, 13))
  func sectionsComeBack(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    for count in [0, 1, 2, 7, 64] {
      var contents: [(SectionKind, [UInt8])] = []
      for number in 0..<count {
        // Sizes around the alignment, and one beyond the writer's buffer.
        let size = number == 3 ? 300_000 : generator.below(40)
        let bytes = (0..<size).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        contents.append((SectionKind(rawValue: UInt32(number * 5 + 1)), bytes))
      }
      try write(contents, using: &generator)
      let file = try EnvelopeFile.open(fileSystem: fileSystem, path: path, kind: .segment, id: 42)
      #expect(file.verify().isEmpty, "seed \(seed), \(count) sections")
      #expect(file.sections.count == count)
      for (kind, bytes) in contents {
        let region = try #require(file.section(kind))
        #expect(Array(region.bytes) == bytes, "seed \(seed), \(kind.name)")
        #expect(region.fileOffset % 8 == 0)
      }
      #expect(file.section(SectionKind(rawValue: 9999)) == nil)
    }
  }

  /// Writes sections in pieces of random size.
  private func write(
    _ contents: [(SectionKind, [UInt8])], using generator: inout SplitMix64
  ) throws {
    let writer = try EnvelopeWriter(fileSystem: fileSystem, path: path, kind: .segment, id: 42)
    for (kind, bytes) in contents {
      try writer.begin(kind)
      var start = 0
      while start < bytes.count {
        let end = start + 1 + generator.below(bytes.count - start)
        try writer.append(Array(bytes[start..<end]))
        start = end
      }
      #expect(writer.sectionLength == UInt64(bytes.count))
      try writer.end()
    }
    #expect(try writer.finish() == UInt64(try #require(fileSystem[path]).count))
  }

  @Test func kindsVersionsAndIdsAreToldApart() throws {
    try writeSmall()
    #expect(throws: Never.self) { try open(kind: .live, id: 5) }
    expectCorrupt("not SEGM") { try open(kind: .segment) }
    expectCorrupt("belongs to 5") { try open(kind: .live, id: 6) }
    try patchHeader { $0.store(UInt32(2), at: 8) }
    #expect(throws: FormatError.tooNew(path: path, version: 2)) { try open(kind: .live) }
    try patchHeader { $0.store(UInt32(0), at: 8) }
    #expect(throws: FormatError.tooOld(path: path, version: 0)) { try open(kind: .live) }
    try patchHeader { $0[12] = 1 }
    expectCorrupt("reserved") { try open(kind: .live) }
    fileSystem[path] = Array("PK\u{3}\u{4} some other format, long enough for a header".utf8)
    #expect(throws: FormatError.notAnIndexFile(path: path)) { try open(kind: .live) }
    fileSystem[path] = nil
    #expect {
      try open(kind: .live)
    } throws: {
      guard case .storage(let cause)? = $0 as? FormatError else { return false }
      return cause.isMissingFile
    }
  }

  @Test func everyErrorNamesFileAndRemedy() {
    let errors: [FormatError] = [
      .corrupt(path: path, offset: 17, section: "keys", reason: "odd"),
      .tooOld(path: path, version: 0), .tooNew(path: path, version: 9),
      .notAnIndexFile(path: path),
    ]
    for (error, remedy) in zip(errors, ["backup", "build the index again", "update", "check"]) {
      #expect(error.description.contains(path) && error.description.contains(remedy))
      #expect(error.path == path)
    }
    #expect(errors[0].description.contains("17") && errors[0].description.contains("keys"))
  }

  @Test func everyFlippedBitIsFound() throws {
    try writeSmall()
    let sound = try #require(fileSystem[path])
    for index in sound.indices {
      for bit in 0..<8 {
        var damaged = sound
        damaged[index] ^= 1 << UInt8(bit)
        fileSystem[path] = damaged
        #expect(!isSound(), "bit \(bit) of byte \(index)")
      }
    }
  }

  @Test func everyTruncationAndExtensionIsFound() throws {
    try writeSmall()
    let sound = try #require(fileSystem[path])
    for length in sound.indices {
      fileSystem[path] = Array(sound[..<length])
      #expect(throws: FormatError.self, "\(length) bytes") { try open(kind: .live) }
    }
    for tail in [[0], [UInt8](repeating: 0, count: 8), sound] as [[UInt8]] {
      fileSystem[path] = sound + tail
      #expect(throws: FormatError.self) { try open(kind: .live) }
    }
  }

  /// Sections that overlap, leave a gap, repeat or run out of the file, under good checksums.
  @Test func aTableThatMakesNoSenseIsRefused() throws {
    let changes: [(inout [UInt8], Int) -> Void] = [
      { $0.store(UInt64(40), at: $1 + 8) }, { $0.store(UInt64.max, at: $1 + 8) },
      { $0.store(UInt64(9), at: $1 + 16) }, { $0.store(UInt64.max, at: $1 + 16) },
      { $0.store(UInt64.max - 31, at: $1 + 16) }, { $0.store(UInt32(32), at: $1 + 24) },
      { $0.store(UInt64(48), at: $1 + 32) },
    ]
    for (number, change) in changes.enumerated() {
      try writeSmall()
      var bytes = try #require(fileSystem[path])
      let footer = bytes.count - 32
      let table = footer - 48
      change(&bytes, table)
      bytes.store(Checksum.crc32c(Array(bytes[table..<footer])), at: footer + 12)
      bytes.store(Checksum.crc32c(Array(bytes[footer..<footer + 24])), at: footer + 24)
      fileSystem[path] = bytes
      expectCorrupt("", "change \(number)") { try open(kind: .live) }
    }
  }

  @Test func aFooterThatMakesNoSenseIsRefused() throws {
    for (offset, value) in [(0, 0), (0, .max), (0, 31), (8, .max), (8, 65), (16, 1)]
      as [(Int, UInt64)]
    {
      try writeSmall()
      var bytes = try #require(fileSystem[path])
      let footer = bytes.count - 32
      if offset == 8 {
        bytes.store(UInt32(truncatingIfNeeded: value), at: footer + 8)
      } else {
        bytes.store(value, at: footer + offset)
      }
      bytes.store(Checksum.crc32c(Array(bytes[footer..<footer + 24])), at: footer + 24)
      fileSystem[path] = bytes
      expectCorrupt("", "\(value) at \(offset)") { try open(kind: .live) }
    }
  }

  @Test func anUnfinishedFileGoesAway() throws {
    try writeSmall()
    let before = fileSystem[path]
    do {
      let writer = try EnvelopeWriter(fileSystem: fileSystem, path: path, kind: .live, id: 6)
      try writer.append(section: .liveMeta, [1])
      #expect(fileSystem.paths == [path, path + ".tmp"])
    }
    #expect(fileSystem.paths == [path])
    #expect(fileSystem[path] == before)
  }

  @Test func bytesAreOnTheDiskBeforeTheName() throws {
    try writeSmall()
    #expect(fileSystem.log == ["sync file.tmp", "rename file.tmp file"])
  }

  // MARK: Support

  private func writeSmall() throws {
    let writer = try EnvelopeWriter(fileSystem: fileSystem, path: path, kind: .live, id: 5)
    try writer.append(section: SectionKind(rawValue: 32), [1, 2, 3])
    try writer.append(section: SectionKind(rawValue: 33), Array(repeating: 7, count: 16))
    try writer.finish()
  }

  private func open(kind: FileKind, id: UInt64? = nil) throws -> EnvelopeFile {
    try EnvelopeFile.open(fileSystem: fileSystem, path: path, kind: kind, id: id)
  }

  private func isSound() -> Bool {
    (try? open(kind: .live, id: 5))?.verify().isEmpty ?? false
  }

  /// A table that would begin before the file does, under a valid checksum.
  @Test func aTableLargerThanTheFileIsDamage() throws {
    for count: UInt32 in [1, 3, 63, 64, 65, .max] {
      try writeSmall()
      var bytes = try #require(fileSystem[path])
      let footer = bytes.count - 32
      bytes.store(count, at: footer + 8)
      bytes.store(Checksum.crc32c(Array(bytes[footer..<footer + 24])), at: footer + 24)
      fileSystem[path] = bytes
      expectCorrupt("section table", "\(count) sections") { try open(kind: .live) }
    }
  }

  private func patchHeader(_ change: (inout [UInt8]) -> Void) throws {
    try writeSmall()
    var bytes = try #require(fileSystem[path])
    change(&bytes)
    bytes.store(Checksum.crc32c(Array(bytes[..<28])), at: 28)
    fileSystem[path] = bytes
  }
}

/// Expects `FormatError.corrupt` with a reason that contains `part`.
func expectCorrupt(
  _ part: String, _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Any
) {
  do {
    _ = try body()
    Issue.record(comment ?? "nothing was refused", sourceLocation: sourceLocation)
  } catch FormatError.corrupt(_, _, _, let reason) {
    #expect(part.isEmpty || reason.contains(part), comment, sourceLocation: sourceLocation)
  } catch {
    Issue.record(error, comment, sourceLocation: sourceLocation)
  }
}
