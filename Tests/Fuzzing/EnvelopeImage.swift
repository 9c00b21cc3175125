import LedeStorage
import TestSupport

/// A file of an index taken apart, to be put together again with other content and good checksums.
///
/// Written from FileFormat.md alone, so that it agrees with the engine only where both do with the
/// page.
package struct EnvelopeImage {
  package struct Section {
    package var kind: UInt32
    package var bytes: [UInt8]
  }

  var kind: [UInt8]
  var version: UInt32
  var id: UInt64
  package var sections: [Section]

  /// - Parameter file: a sound file.
  package init(_ file: [UInt8]) {
    kind = Array(file[4..<8])
    version = UInt32(Self.number(file, 8, 4))
    id = Self.number(file, 16, 8)
    let footer = file.count - 32
    let table = Int(Self.number(file, footer, 8))
    sections = (0..<Int(Self.number(file, footer + 8, 4))).map { index in
      let entry = table + 24 * index
      let start = Int(Self.number(file, entry + 8, 8))
      return Section(
        kind: UInt32(Self.number(file, entry, 4)),
        bytes: Array(file[start..<start + Int(Self.number(file, entry + 16, 8))]))
    }
  }

  /// Changes a section, or now and then the table or the header. All checksums will be good.
  mutating func mutate(_ other: EnvelopeImage, _ random: inout SplitMix64) -> Mutation {
    if random.chance(0.04) { return mutateFrame(&random) }
    guard !sections.isEmpty else { return .none }
    var index = random.below(sections.count)
    // Large sections have more to get wrong.
    let second = random.below(sections.count)
    if sections[second].bytes.count > sections[index].bytes.count { index = second }
    let donor =
      other.sections.first { $0.kind == sections[index].kind }?.bytes ?? sections[index].bytes
    ByteMutator.mutate(&sections[index].bytes, donor, &random)
    return .section(sections[index].kind)
  }

  enum Mutation: Equatable {
    case none, frame
    case section(UInt32)
  }

  private mutating func mutateFrame(_ random: inout SplitMix64) -> Mutation {
    guard !sections.isEmpty else { return .none }
    let index = random.below(sections.count)
    switch random.below(7) {
    case 0: sections.remove(at: index)
    case 1: sections.swapAt(index, random.below(sections.count))
    case 2: sections[index].kind = UInt32(random.below(70))
    case 3: sections.append(Section(kind: UInt32(random.below(70)), bytes: sections[index].bytes))
    case 4: id = random.chance(0.5) ? random.next() : id &+ 1
    case 5: version = UInt32(random.below(3))
    default:
      let other = random.below(sections.count)
      (sections[index].bytes, sections[other].bytes) =
        (sections[other].bytes, sections[index].bytes)
    }
    return .frame
  }

  /// The file, sound in its frame.
  package var file: [UInt8] {
    var random = SplitMix64(seed: 0)
    return file(lies: false, &random)
  }

  /// The file; table or footer state something else now and then, under good checksums.
  func file(_ random: inout SplitMix64) -> [UInt8] {
    file(lies: random.chance(0.02), &random)
  }

  private func file(lies: Bool, _ random: inout SplitMix64) -> [UInt8] {
    var file: [UInt8] = Array("LEDE".utf8) + kind
    file.appendUInt32(version)
    file.appendUInt32(0)
    file.appendUInt64(id)
    file.appendUInt32(0)
    file.appendUInt32(Checksum.crc32c(file))
    var table: [UInt8] = []
    for section in sections {
      var entry: [UInt8] = []
      entry.appendUInt32(section.kind)
      entry.appendUInt32(Checksum.crc32c(section.bytes))
      entry.appendUInt64(UInt64(file.count))
      entry.appendUInt64(UInt64(section.bytes.count))
      table += entry
      file += section.bytes
      file.padToMultiple(of: 8)
    }
    if lies { ByteMutator.mutate(&table, [], &random) }
    var footer: [UInt8] = []
    footer.appendUInt64(UInt64(file.count))
    footer.appendUInt32(UInt32(sections.count))
    footer.appendUInt32(Checksum.crc32c(table))
    footer.appendUInt64(UInt64(file.count + table.count + 32))
    if lies, random.chance(0.3) {
      footer[random.below(footer.count)] = UInt8(truncatingIfNeeded: random.next())
    }
    footer.appendUInt32(Checksum.crc32c(footer))
    file += table + footer + Array("EDEL".utf8)
    return file
  }

  private static func number(_ bytes: [UInt8], _ offset: Int, _ width: Int) -> UInt64 {
    (0..<width).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
  }
}
