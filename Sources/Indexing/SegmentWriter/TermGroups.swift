import LedeAnalysis

/// Terms of a vocabulary grouped by a key made from each: their class, or their fold.
struct TermGroups: ~Copyable {
  /// The distinct keys.
  let keys: TermTable
  /// Group numbers in the order of their keys' bytes.
  let order: [UInt32]
  private let starts: [UInt32]
  private let members: [UInt32]

  static var none: UInt32 { .max }

  /// - Parameters:
  ///   - vocabulary: term numbers in the order of their bytes.
  ///   - groupOf: by term number, the number of the term's key or ``none``.
  private init(keys: consuming TermTable, vocabulary: [UInt32], groupOf: [UInt32]) {
    var starts = [UInt32](repeating: 0, count: keys.count + 1)
    for group in groupOf where group != Self.none { starts[Int(group) + 1] += 1 }
    for group in 0..<keys.count { starts[group + 1] += starts[group] }
    var cursors = starts
    var members = [UInt32](repeating: 0, count: Int(starts[keys.count]))
    for term in vocabulary where groupOf[Int(term)] != Self.none {
      let group = Int(groupOf[Int(term)])
      members[Int(cursors[group])] = term
      cursors[group] += 1
    }
    order = Vocabulary.sorted(keys)
    self.keys = keys
    self.starts = starts
    self.members = members
  }

  /// The terms of a group, in the order of their bytes.
  @inline(__always)
  func members(_ group: UInt32) -> ArraySlice<UInt32> {
    members[Int(starts[Int(group)])..<Int(starts[Int(group) + 1])]
  }
}

extension TermGroups {
  /// Groups words by class, the fold of the stem. The stemmer runs once per distinct surface.
  static func classes(
    _ terms: borrowing TermTable, _ vocabulary: [UInt32], _ analyzer: Analyzer
  ) -> TermGroups {
    var keys = TermTable(minimumCapacity: vocabulary.count / 2)
    var groupOf = [UInt32](repeating: none, count: terms.count)
    var key: [UInt8] = []
    for term in vocabulary where !terms.isMarked(term) {
      key.removeAll(keepingCapacity: true)
      analyzer.stemClass(ofSurface: terms.bytes(term), into: &key)
      if key.isEmpty { continue }
      groupOf[Int(term)] = keys.intern(padding: &key)
    }
    return TermGroups(keys: keys, vocabulary: vocabulary, groupOf: groupOf)
  }

  /// Groups the terms of which at least one is not its own fold by that fold.
  static func folds(
    _ terms: borrowing TermTable, _ vocabulary: [UInt32], _ analyzer: Analyzer
  ) -> TermGroups {
    var keys = TermTable()
    var groupOf = [UInt32](repeating: none, count: terms.count)
    var key: [UInt8] = []
    for term in vocabulary where !terms.isMarked(term) {
      let surface = terms.bytes(term)
      // Only letters outside ASCII carry marks.
      if surface.allSatisfy({ $0 < 0x80 }) { continue }
      key.removeAll(keepingCapacity: true)
      analyzer.fold(surface, into: &key)
      if key.isEmpty || key.elementsEqual(surface) { continue }
      groupOf[Int(term)] = keys.intern(padding: &key)
    }
    // The term that is the fold itself belongs to the group as well.
    for group in 0..<keys.count {
      let fold = keys.bytes(UInt32(truncatingIfNeeded: group))
      guard let start = fold.baseAddress, let term = terms.find(start, fold.count) else { continue }
      groupOf[Int(term)] = UInt32(truncatingIfNeeded: group)
    }
    return TermGroups(keys: keys, vocabulary: vocabulary, groupOf: groupOf)
  }
}

extension TermTable {
  /// Interns the bytes of an array, which gets the padding that ``TermHash`` asks for.
  mutating func intern(padding key: inout [UInt8], mark: Bool = false) -> UInt32 {
    let length = key.count
    key.append(contentsOf: repeatElement(0, count: 8))
    return key.withUnsafeBytes { bytes in
      // Safe: there are at least the eight bytes of padding.
      let start = bytes.baseAddress.unsafelyUnwrapped
      return intern(start, length, hash: hash(start, length), mark: mark)
    }
  }

  /// The number of an array's bytes, if they have one; pads the array likewise.
  func find(padding key: inout [UInt8]) -> UInt32? {
    let length = key.count
    key.append(contentsOf: repeatElement(0, count: 8))
    return key.withUnsafeBytes { find($0.baseAddress.unsafelyUnwrapped, length) }
  }
}
