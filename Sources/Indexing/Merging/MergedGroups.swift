import CLedeKernels
import LedeAnalysis
import LedeCodecs

/// Surfaces of a field grouped by a key made from each: their class, or their fold.
///
/// Takes the surfaces as they are written, but only those that are not their own key. Once sorted it
/// is walked in the order of the keys' bytes, beside the surfaces, to find those that are.
final class MergedGroups {
  // Asked for every surface: checks that no two accesses to these overlap take longer than what is done.
  // None do: nothing runs meanwhile.
  @exclusivity(unchecked) private var keys = TermTable()
  /// By member, in the order of ordinals: the number of its key, and its ordinal.
  @exclusivity(unchecked) private var groups: [UInt32] = []
  @exclusivity(unchecked) private var ordinals: [UInt32] = []
  /// Numbers of the keys in the order of their bytes.
  private var order: [UInt32] = []
  /// By number of the key: where its members start.
  private var starts: [UInt32] = []
  /// By number of the key: the ordinal of the surface that is the key itself; `none` without one.
  private var own: [UInt32] = []

  private static var none: UInt32 { .max }

  /// Adds a surface that was written; `key` is used up.
  func add(_ key: inout [UInt8], ordinal: UInt32) {
    groups.append(keys.intern(padding: &key))
    ordinals.append(ordinal)
  }

  /// Ends adding.
  func sort() {
    starts = [UInt32](repeating: 0, count: keys.count + 1)
    for group in groups { starts[Int(group) + 1] += 1 }
    for group in 0..<keys.count { starts[group + 1] += starts[group] }
    var cursors = starts
    var members = [UInt32](repeating: 0, count: ordinals.count)
    for (group, ordinal) in zip(groups, ordinals) {
      members[Int(cursors[Int(group)])] = ordinal
      cursors[Int(group)] += 1
    }
    ordinals = members
    groups = []
    own = [UInt32](repeating: Self.none, count: keys.count)
    let sorted = Vocabulary(keys)
    order = (0..<sorted.count).map { sorted.term($0) }
  }

  /// Distinct keys.
  var count: Int { order.count }

  /// The key at a place in the order of keys; valid while nothing is added.
  func key(_ place: Int) -> UnsafeBufferPointer<UInt8> { keys.bytes(order[place]) }

  /// States that the key at a place is a surface of its own.
  func setOwn(_ place: Int, ordinal: UInt32) { own[Int(order[place])] = ordinal }

  /// Surfaces of the group at a place.
  func memberCount(_ place: Int) -> Int {
    others(place).count + (own[Int(order[place])] == Self.none ? 0 : 1)
  }

  /// Ordinals of the surfaces that are not the key itself, ascending.
  func others(_ place: Int) -> ArraySlice<UInt32> {
    let group = Int(order[place])
    return ordinals[Int(starts[group])..<Int(starts[group + 1])]
  }

  /// Ordinals of all surfaces of the group, ascending.
  func members(_ place: Int) -> [UInt32] {
    let own = own[Int(order[place])]
    return own == Self.none ? Array(others(place)) : (others(place) + [own]).sorted()
  }
}

/// A walk over the keys of groups beside the surfaces, all in the order of their bytes.
struct GroupWalk {
  let groups: MergedGroups
  private(set) var place = -1
  private var key = lede_key()

  init(_ groups: MergedGroups) {
    self.groups = groups
    advance()
  }

  var isAtEnd: Bool { place >= groups.count }

  /// Moves to the next key.
  mutating func advance() {
    place += 1
    guard !isAtEnd else { return }
    let bytes = groups.key(place)
    key = lede_key_of(bytes.baseAddress, bytes.count)
  }

  /// How the surface on which a walk stands compares with the key: below 0 behind the last one.
  @inline(__always)
  func compare(_ surfaces: borrowing TermRewalk) -> Int32 {
    isAtEnd ? -1 : surfaces.compare(key)
  }

  /// Passes the keys before a surface; whether it is the one that follows.
  @inline(__always)
  mutating func meets(_ surfaces: borrowing TermRewalk) -> Bool {
    var order = compare(surfaces)
    while order > 0 {
      advance()
      order = compare(surfaces)
    }
    return order == 0
  }
}
