import LedeStorage
import TestSupport

/// What a disk may hold after the power went at some step.
///
/// Bytes are durable once their file was synchronized, names once their directory was. Of everything
/// else any part may be there: each name changed or not, independently of the others and of the
/// order in which they changed; bytes lost, cut off, zeroed, or garbage in their place. A rename is
/// there or not, as one.
package struct PowerLoss {
  /// What became of the bytes that were not synchronized.
  package enum Fate: CaseIterable, Sendable {
    case kept, lost, torn, zeroed, garbage
    /// A write is missing and those behind it are there.
    case hole
  }

  private enum NameChange {
    case set(String, file: Int)
    case rename(String, String, file: Int)
    case remove(String)

    var name: String {
      switch self {
      case .set(let name, _), .rename(_, let name, _), .remove(let name): name
      }
    }
  }

  private struct File {
    var durable: [UInt8] = []
    var pending: [[UInt8]] = []
  }

  private var names: [String: Int] = [:]
  private var changes: [NameChange] = []
  private var files: [Int: File] = [:]

  /// - Parameter start: the files in the beginning, durable.
  package init(_ start: [String: [UInt8]]) {
    for (number, entry) in start.sorted(by: { $0.key < $1.key }).enumerated() {
      names[entry.key] = number
      files[number] = File(durable: entry.value)
    }
  }

  /// Name changes that may be there or not.
  package var changeCount: Int { changes.count }

  /// Whether some bytes may be there or not.
  package var hasPendingBytes: Bool { files.values.contains { !$0.pending.isEmpty } }

  /// Goes one step on.
  package mutating func apply(_ event: SimulatedDisk.Event) {
    switch event {
    case .create(let name, let file):
      changes.append(.set(name, file: file))
      files[file] = File()
    case .write(let file, let bytes): files[file, default: File()].pending.append(bytes)
    case .synchronize(let file):
      guard var synchronized = files[file] else { return }
      synchronized.durable += synchronized.pending.flatMap { $0 }
      synchronized.pending = []
      files[file] = synchronized
    case .rename(let old, let new, let file): changes.append(.rename(old, new, file: file))
    case .remove(let name): changes.append(.remove(name))
    case .synchronizeDirectory(let directory):
      for change in changes where Self.directory(of: change.name) == directory {
        Self.apply(change, to: &names)
      }
      changes.removeAll { Self.directory(of: $0.name) == directory }
    case .mark: break
    }
  }

  /// The files that are there when the power is back.
  ///
  /// - Parameter keeps: by the number of a name change, whether it was kept.
  package func image(
    keeping keeps: (Int) -> Bool, _ fate: Fate, _ random: inout SplitMix64
  ) -> [String: [UInt8]] {
    var kept = names
    for (number, change) in changes.enumerated() where keeps(number) {
      Self.apply(change, to: &kept)
    }
    var image: [String: [UInt8]] = [:]
    for (name, file) in kept.sorted(by: { $0.key < $1.key }) {
      image[name] = files[file].map { Self.bytes(of: $0, fate, &random) } ?? []
    }
    return image
  }

  private static func bytes(
    of file: File, _ fate: Fate, _ random: inout SplitMix64
  ) -> [UInt8] {
    guard !file.pending.isEmpty else { return file.durable }
    var pending = file.pending.flatMap { $0 }
    switch fate {
    case .kept: break
    case .lost: pending = []
    case .torn: pending = Array(pending.prefix(random.below(pending.count + 1)))
    case .zeroed: pending = [UInt8](repeating: 0, count: pending.count)
    case .garbage:
      // From a random place on, as a page that was never written.
      for index in random.below(pending.count + 1)..<max(pending.count, 1)
      where index < pending.count {
        pending[index] = UInt8(truncatingIfNeeded: random.next())
      }
    case .hole:
      var writes = file.pending
      let lost = random.below(writes.count)
      writes[lost] = [UInt8](repeating: 0, count: writes[lost].count)
      pending = writes.flatMap { $0 }
    }
    return file.durable + pending
  }

  private static func apply(_ change: NameChange, to names: inout [String: Int]) {
    switch change {
    case .set(let name, let file): names[name] = file
    case .rename(let old, let new, let file):
      // The old name may have been given to another file since, which this rename did not move.
      if names[old] == file { names[old] = nil }
      names[new] = file
    case .remove(let name): names[name] = nil
    }
  }

  private static func directory(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }
}
