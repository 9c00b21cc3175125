/// The frame that every file of an index has in common.
///
///     file    := header, (section, padding)*, table, footer
///     header  := "LEDE", kind: 4 bytes, version: u32, zero: u32, id: u64, zero: u32, crc: u32
///     padding := zeros up to a multiple of 8
///     table   := (kind: u32, crc: u32, offset: u64, length: u64) per section
///     footer  := tableOffset: u64, sectionCount: u32, tableCRC: u32, fileLength: u64,
///                crc: u32, "EDEL"
///
/// Little-endian throughout. Each CRC is CRC-32C: of the section, of the whole table, and of what
/// stands before it in the header and the footer. So every byte is under a checksum, or is padding
/// that must be zero, or is one of the two words that are compared. Sections lie one after the other
/// from byte 32 on, each at the next multiple of 8, and the table follows the last, so that no byte
/// belongs to nothing. The header keeps its shape in all versions: version and damage can be told
/// apart for ever.
enum Envelope {
  /// The version written, and the newest read.
  static let version: UInt32 = 1
  /// The oldest version read.
  static let oldestVersion: UInt32 = 1

  static let magic: [UInt8] = Array("LEDE".utf8)
  static let endMagic: [UInt8] = Array("EDEL".utf8)
  static let headerSize = 32
  static let entrySize = 24
  static let footerSize = 32
  /// More sections than any file has: bounds what a damaged footer can make a reader do.
  static let maxSections = 64

  static func aligned(_ offset: UInt64) -> UInt64 { (offset &+ 7) & ~7 }
}

/// What a file of an index is, as its header says in four characters.
package enum FileKind: String, Sendable, CaseIterable {
  case segment = "SEGM"
  case live = "LIVE"
  case manifest = "MANI"
  case ledger = "LEDG"
}

/// What a section holds. Readers pass over kinds that they do not know.
package struct SectionKind: RawRepresentable, Hashable, Sendable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }
  private init(_ rawValue: UInt32) { self.rawValue = rawValue }

  // Of a segment.
  package static let meta = SectionKind(1)
  package static let terms = SectionKind(2)
  package static let postings = SectionKind(3)
  package static let positions = SectionKind(4)
  package static let lengths = SectionKind(5)
  package static let stored = SectionKind(6)
  package static let columns = SectionKind(7)
  package static let keys = SectionKind(8)
  package static let sequences = SectionKind(9)
  package static let inputs = SectionKind(10)
  package static let shortcuts = SectionKind(11)
  // Reserved by version 1: written later, ignored by readers that do not use them.
  package static let documentTerms = SectionKind(12)
  package static let spanMap = SectionKind(13)
  // Of a live file.
  package static let liveMeta = SectionKind(32)
  package static let liveBits = SectionKind(33)
  package static let docFreqDeltas = SectionKind(34)
  // Of the manifest and the ledger.
  package static let manifest = SectionKind(48)
  package static let ledger = SectionKind(64)

  private static let names: [UInt32: String] = [
    1: "meta", 2: "terms", 3: "postings", 4: "positions", 5: "lengths", 6: "stored",
    7: "columns", 8: "keys", 9: "sequences", 10: "inputs", 11: "shortcuts", 12: "document terms",
    13: "span map",
    32: "live meta",
    33: "live bits",
    34: "docFreq deltas", 48: "manifest", 64: "ledger",
  ]

  /// The name in messages and statistics.
  package var name: String { Self.names[rawValue] ?? "section kind \(rawValue)" }
}
