import LedeStorage

extension Manifest {
  private static let headSize = 48
  private static let segmentSize = 24
  private static let storesTextFlag: UInt32 = 1

  /// Reads the manifest of an index directory.
  ///
  /// A directory without one gives `storage` with `isMissingFile`.
  package static func read(
    fileSystem: any FileSystem, directory: String
  ) throws(FormatError) -> Manifest {
    let file = try EnvelopeFile.open(
      fileSystem: fileSystem, path: indexPath(directory, .manifest), kind: .manifest)
    if let finding = file.verify().first { throw finding }
    let manifest = try Manifest(try file.requiredSection(.manifest))
    guard manifest.generation == file.id else {
      throw .corrupt(
        path: file.path, offset: 16, section: "header",
        reason: "it states generation \(file.id), its content \(manifest.generation)")
    }
    return manifest
  }

  /// Makes this the state of the index, atomically and durably.
  ///
  /// The files it names must be finished. The directory is synchronized before the manifest takes
  /// its name, so that no crash can leave a manifest without its files, and once more after.
  package func commit(
    fileSystem: any FileSystem, directory: String
  ) throws(FormatError) {
    let writer = try EnvelopeWriter(
      fileSystem: fileSystem, path: indexPath(directory, .manifest), kind: .manifest,
      id: generation)
    try writer.append(section: .manifest, encoded)
    let synchronize = { () throws(StorageError) in
      try fileSystem.synchronizeDirectory(directory)
    }
    try FormatError.wrapping(synchronize)
    try writer.finish()
    try FormatError.wrapping(synchronize)
  }

  private var encoded: [UInt8] {
    var bytes: [UInt8] = []
    for number in [generation, nextSequence, nextSegmentID, ledgerGeneration] {
      bytes.appendUInt64(number)
    }
    bytes.appendUInt32(storesText ? Self.storesTextFlag : 0)
    bytes.appendUInt32(UInt32(analyzer.count))
    bytes.appendUInt32(UInt32(segments.count))
    bytes.appendUInt32(0)
    for segment in segments {
      bytes.appendUInt64(segment.id)
      bytes.appendUInt32(segment.docCount)
      bytes.appendUInt32(segment.liveCount)
      bytes.appendUInt64(segment.liveGeneration)
    }
    return bytes + analyzer
  }

  init(_ region: FileRegion) throws(FormatError) {
    let flags = try region.loadUInt32(at: 32)
    let analyzerLength = Int(try region.loadUInt32(at: 36))
    let segmentCount = Int(try region.loadUInt32(at: 40))
    guard flags & ~Self.storesTextFlag == 0, try region.loadUInt32(at: 44) == 0 else {
      throw region.corrupt(at: 32, "an unknown flag is set")
    }
    let analyzerStart = Self.headSize + Self.segmentSize * segmentCount
    guard region.count == analyzerStart + analyzerLength else {
      throw region.corrupt(
        at: 36, "\(segmentCount) segments and \(analyzerLength) bytes do not fit the section")
    }
    self.init(
      generation: try region.loadUInt64(at: 0),
      analyzer: Array(try region.part(from: analyzerStart, count: analyzerLength)),
      nextSequence: try region.loadUInt64(at: 8), nextSegmentID: try region.loadUInt64(at: 16),
      ledgerGeneration: try region.loadUInt64(at: 24), storesText: flags != 0)
    // Counters go up by one: half their range is never reached, and nothing overflows from there.
    for number in [generation, nextSequence, nextSegmentID, ledgerGeneration]
    where number > UInt64.max / 2 {
      throw region.corrupt(at: 0, "the counter \(number) is beyond what any index reaches")
    }
    for index in 0..<segmentCount {
      segments.append(try Self.segment(region, at: Self.headSize + Self.segmentSize * index))
    }
    guard Set(segments.map(\.id)).count == segments.count else {
      throw region.corrupt(at: Self.headSize, "a segment is listed twice")
    }
  }

  private static func segment(
    _ region: FileRegion, at offset: Int
  ) throws(FormatError) -> ManifestSegment {
    let segment = ManifestSegment(
      id: try region.loadUInt64(at: offset), docCount: try region.loadUInt32(at: offset + 8),
      liveCount: try region.loadUInt32(at: offset + 12),
      liveGeneration: try region.loadUInt64(at: offset + 16))
    guard segment.liveCount <= segment.docCount,
      segment.liveGeneration > 0 || segment.liveCount == segment.docCount
    else { throw region.corrupt(at: offset, "more documents are live than there are, or fewer") }
    return segment
  }
}
