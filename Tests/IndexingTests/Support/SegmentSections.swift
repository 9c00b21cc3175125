import LedeCodecs
import LedeStorage

/// The bytes of the sections of an index's only segment.
struct SegmentSections: Equatable {
  let sections: [SectionKind: [UInt8]]

  /// Leaves out texts, whose compression may differ, and sequence numbers, which may have gaps.
  init(_ directory: String) throws {
    let fileSystem = PosixFileSystem()
    let manifest = try Manifest.read(fileSystem: fileSystem, directory: directory)
    guard manifest.segments.count == 1 else {
      sections = [:]
      return
    }
    let file = try EnvelopeFile.open(
      fileSystem: fileSystem,
      path: indexPath(directory, .segment(id: manifest.segments[0].id)), kind: .segment)
    var found: [SectionKind: [UInt8]] = [:]
    for entry in file.sections where entry.kind != .stored && entry.kind != .sequences {
      found[entry.kind] = Array(try file.requiredSection(entry.kind).bytes)
    }
    sections = found
  }

  /// Names of the sections that differ.
  func differences(from other: SegmentSections) -> [String] {
    Set(sections.keys).union(other.sections.keys)
      .filter { sections[$0] != other.sections[$0] }.map(\.name).sorted()
  }
}
