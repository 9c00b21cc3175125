import LedeAnalysis
import LedeCodecs

/// What the surfaces of a field leave behind for its classes and folds as they are written.
struct SurfaceRecord: ~Copyable {
  /// What is known of a surface of the sources.
  struct Flags: OptionSet {
    let rawValue: UInt8
    /// Some live document holds it.
    static let isWritten = Flags(rawValue: 1)
    static let isOwnClass = Flags(rawValue: 2)
    static let isOwnFold = Flags(rawValue: 4)
  }

  let classes = MergedGroups()
  let folds = MergedGroups()
  /// Which sources have each surface.
  let trail = TermTrail()
  /// By the surface's rank among those of the sources.
  private(set) var flags: [Flags] = []
  /// Of the first surface; the others follow.
  private(set) var firstOrdinal: UInt32 = 0
  private var isEmpty = true
  private var key: [UInt8] = []

  /// Notes a surface that only dead documents hold.
  mutating func addVanished() { flags.append([]) }

  /// Notes a surface that was written.
  mutating func add(_ surface: UnsafeBufferPointer<UInt8>, ordinal: UInt32, _ analyzer: Analyzer) {
    if isEmpty { firstOrdinal = ordinal }
    isEmpty = false
    var known: Flags = .isWritten
    guard !Self.isNumber(surface) else {
      flags.append([.isWritten, .isOwnClass, .isOwnFold])
      return
    }
    analyzer.stemClass(ofSurface: surface, into: &key)
    if Self.equal(key, surface) {
      known.insert(.isOwnClass)
    } else {
      classes.add(&key, ordinal: ordinal)
    }
    key.removeAll(keepingCapacity: true)
    // Only letters outside ASCII carry marks.
    if surface.contains(where: { $0 >= 0x80 }) { analyzer.fold(surface, into: &key) }
    if key.isEmpty || Self.equal(key, surface) {
      known.insert(.isOwnFold)
    } else {
      folds.add(&key, ordinal: ordinal)
    }
    flags.append(known)
  }

  /// Whether a surface is of digits, points and commas alone. No stemmer changes those, and a tenth of
  /// the surfaces of an encyclopaedia are such.
  private static func isNumber(_ surface: UnsafeBufferPointer<UInt8>) -> Bool {
    surface.allSatisfy { $0 &- 0x30 < 10 || $0 == 0x2c || $0 == 0x2e }
  }

  @inline(__always)
  private static func equal(_ key: [UInt8], _ surface: UnsafeBufferPointer<UInt8>) -> Bool {
    guard key.count == surface.count else { return false }
    return key.withUnsafeBufferPointer { key in key.indices.allSatisfy { key[$0] == surface[$0] } }
  }

  /// All surfaces were noted.
  func finish() {
    classes.sort()
    folds.sort()
  }
}
