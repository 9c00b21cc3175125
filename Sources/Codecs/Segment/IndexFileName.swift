/// Names of the files in an index directory.
package enum IndexFileName: Equatable, Sendable {
  case manifest
  case lock
  /// There while an index has had no commit, from its first segment on; empty.
  case unborn
  case segment(id: UInt64)
  case live(segment: UInt64, generation: UInt64)
  case ledger(generation: UInt64)
  /// Part of a segment that is being written.
  case spill(segment: UInt64, number: UInt64)
  /// A file that was not finished, of whatever kind.
  case aside

  package var string: String {
    switch self {
    case .manifest: "manifest"
    case .lock: "lock"
    case .unborn: "unborn"
    case .segment(let id): "seg-\(Self.digits(id)).lede"
    case .live(let id, let generation): "seg-\(Self.digits(id)).\(generation).live"
    case .ledger(let generation): "ledger.\(generation)"
    case .spill(let id, let number): "seg-\(Self.digits(id)).\(number).spill"
    case .aside: "*" + EnvelopeWriter.asideSuffix
    }
  }

  /// Names of the files that there may be while a segment is written, its own among them.
  package static func namesWhileWriting(segment id: UInt64) -> [String] {
    let name = segment(id: id).string
    let spills = SpillNumber.allCases.map { spill(segment: id, number: $0.rawValue).string }
    return [name, name + EnvelopeWriter.asideSuffix] + spills
  }

  /// What a name in an index directory stands for; nil when it is none of the index's.
  package init?(_ name: String) {
    if let known = Self.parse(name), known.string == name {
      self = known
    } else if name.hasSuffix(EnvelopeWriter.asideSuffix),
      let whole = Self.parse(String(name.dropLast(EnvelopeWriter.asideSuffix.count))),
      whole.string + EnvelopeWriter.asideSuffix == name
    {
      self = .aside
    } else {
      return nil
    }
  }

  private static func parse(_ name: String) -> IndexFileName? {
    switch name {
    case "manifest": return .manifest
    case "lock": return .lock
    case "unborn": return .unborn
    default: break
    }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    if parts.count == 2, parts[0] == "ledger" {
      return UInt64(parts[1]).map { .ledger(generation: $0) }
    }
    guard let first = parts.first, first.hasPrefix("seg-"),
      let id = UInt64(first.dropFirst(4), radix: 16)
    else { return nil }
    if parts.count == 2, parts[1] == "lede" { return .segment(id: id) }
    if parts.count == 3, parts[2] == "live" {
      return UInt64(parts[1]).map { .live(segment: id, generation: $0) }
    }
    if parts.count == 3, parts[2] == "spill" {
      return UInt64(parts[1]).map { .spill(segment: id, number: $0) }
    }
    return nil
  }

  private static func digits(_ id: UInt64) -> String {
    let text = String(id, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }
}

/// What waits on the disk while a segment is written.
enum SpillNumber: UInt64, CaseIterable {
  case postings = 0
  case terms = 1
}

/// Path of a file in an index directory.
package func indexPath(_ directory: String, _ name: IndexFileName) -> String {
  directory + "/" + name.string
}
