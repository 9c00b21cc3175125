import LedeAnalysis

/// Terms of a vocabulary grouped by a key made from each: their class, or their fold.
// Sendable: read-only once made.
final class TermGroups: @unchecked Sendable {
  /// The distinct keys.
  private let keys: TermTable
  /// Groups in the order of their keys' bytes.
  private let order: Vocabulary
  private let starts: [UInt32]
  /// Ranks, ascending within each group.
  private let members: [UInt32]

  private static var none: UInt32 { .max }

  /// - Parameter groupOf: by rank, the number of the term's key or ``none``.
  private init(keys: consuming TermTable, groupOf: [UInt32]) {
    var starts = [UInt32](repeating: 0, count: keys.count + 1)
    for group in groupOf where group != Self.none { starts[Int(group) + 1] += 1 }
    for group in 0..<keys.count { starts[group + 1] += starts[group] }
    var cursors = starts
    var members = [UInt32](repeating: 0, count: Int(starts[keys.count]))
    for (rank, group) in groupOf.enumerated() where group != Self.none {
      members[Int(cursors[Int(group)])] = UInt32(truncatingIfNeeded: rank)
      cursors[Int(group)] += 1
    }
    order = Vocabulary(keys)
    self.keys = keys
    self.starts = starts
    self.members = members
  }

  var count: Int { keys.count }

  /// Key and members of the group at a place in the order of keys.
  @inline(__always)
  func group(
    _ place: Int
  ) -> (key: UnsafeBufferPointer<UInt8>, ranks: ArraySlice<UInt32>) {
    let group = Int(order.term(place, prefetching: keys))
    return (
      keys.bytes(UInt32(truncatingIfNeeded: group)),
      members[Int(starts[group])..<Int(starts[group + 1])]
    )
  }
}

extension TermGroups {
  /// Groups words by class, the fold of the stem. The stemmer runs once per distinct surface.
  static func classes(
    _ terms: borrowing TermTable, _ vocabulary: Vocabulary, _ analyzer: Analyzer
  ) -> TermGroups {
    TermGroups(terms, vocabulary) { surface, key in
      key.removeAll(keepingCapacity: true)
      // Without stemming only letters outside ASCII make a class differ.
      if analyzer.language != .none || surface.contains(where: { $0 >= 0x80 }) {
        analyzer.stemClass(ofSurface: surface, into: &key)
      }
    }
  }

  /// Groups words by fold.
  static func folds(
    _ terms: borrowing TermTable, _ vocabulary: Vocabulary, _ analyzer: Analyzer
  ) -> TermGroups {
    TermGroups(terms, vocabulary) { surface, key in
      // Only letters outside ASCII carry marks.
      key.removeAll(keepingCapacity: true)
      if surface.contains(where: { $0 >= 0x80 }) { analyzer.fold(surface, into: &key) }
    }
  }

  /// Makes the groups in which some word is not its own key; the others say nothing.
  ///
  /// - Parameter makeKey: replaces the array with the key of a word; with nothing for a word that is
  ///   its own.
  @inline(__always)
  private convenience init(
    _ terms: borrowing TermTable, _ vocabulary: Vocabulary,
    makeKey: (UnsafeBufferPointer<UInt8>, inout [UInt8]) -> Void
  ) {
    var keys = TermTable(minimumCapacity: vocabulary.count / 4)
    var groupOf = [UInt32](repeating: Self.none, count: vocabulary.count)
    var key: [UInt8] = []
    for rank in 0..<vocabulary.count {
      let term = vocabulary.term(rank, prefetching: terms)
      if terms.isMarked(term) { continue }
      let surface = terms.bytes(term)
      makeKey(surface, &key)
      if key.isEmpty || key.elementsEqual(surface) { continue }
      groupOf[rank] = keys.intern(padding: &key)
    }
    // The term that is the key itself belongs to the group as well.
    for rank in 0..<vocabulary.count where groupOf[rank] == Self.none {
      let surface = terms.bytes(vocabulary.term(rank, prefetching: terms))
      guard let start = surface.baseAddress else { continue }
      if let group = keys.find(start, surface.count) { groupOf[rank] = group }
    }
    self.init(keys: keys, groupOf: groupOf)
  }
}

extension TermTable {
  /// Interns the bytes of an array, which gets the padding that ``TermHash`` asks for.
  mutating func intern(padding key: inout [UInt8]) -> UInt32 {
    let length = key.count
    key.append(contentsOf: repeatElement(0, count: TermHash.padding))
    return key.withUnsafeBytes { bytes in
      // Safe: there is the padding.
      let start = bytes.baseAddress.unsafelyUnwrapped
      return intern(start, length, hash: hash(start, length))
    }
  }

  /// The number of an array's bytes, if they have one; pads the array likewise.
  func find(padding key: inout [UInt8]) -> UInt32? {
    let length = key.count
    key.append(contentsOf: repeatElement(0, count: TermHash.padding))
    return key.withUnsafeBytes { find($0.baseAddress.unsafelyUnwrapped, length) }
  }
}
