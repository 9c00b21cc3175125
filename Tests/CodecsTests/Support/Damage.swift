import LedeCodecs
import LedeStorage

/// Copies a file with one section changed and all checksums made anew: damage that only the readers
/// can see.
func forge(
  _ fileSystem: MemoryFileSystem, _ path: String, kind: FileKind, section: SectionKind,
  _ change: (inout [UInt8]) -> Void
) throws {
  let file = try EnvelopeFile.open(fileSystem: fileSystem, path: path, kind: kind)
  let contents = file.sections.map {
    ($0.kind, Array(file.section($0.kind)?.bytes ?? .init(start: nil, count: 0)))
  }
  let writer = try EnvelopeWriter(fileSystem: fileSystem, path: path, kind: kind, id: file.id)
  for (kind, content) in contents {
    var bytes = content
    if kind == section { change(&bytes) }
    try writer.begin(kind)
    try writer.append(bytes)
    try writer.end()
  }
  try writer.finish()
}

extension [UInt8] {
  /// Overwrites a little-endian number.
  mutating func store(_ value: some FixedWidthInteger, at offset: Int) {
    Swift.withUnsafeBytes(of: value.littleEndian) { bytes in
      replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }
  }
}

/// What verification says of the index in the folder `index`.
func verificationFindings(_ fileSystem: MemoryFileSystem) throws -> [String] {
  var findings: [String] = []
  _ = try IndexVerifier.verify(directory: "index", fileSystem: fileSystem) {
    findings.append($0.description)
  }
  return findings
}
