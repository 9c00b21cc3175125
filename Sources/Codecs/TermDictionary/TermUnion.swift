import CLedeKernels

/// Walks the surfaces or the classes of several segments in the order of their bytes, equal ones
/// together; a kernel holds the tournament (lede_union.h).
package struct TermUnion: ~Copyable {
  private var cursors: TermCursors
  private var all: lede_term_union

  /// Stands before the first key.
  ///
  /// - Parameter namespace: not that of folds, which have surfaces in place of postings.
  package init(_ dictionaries: [TermDictionary], _ namespace: TermNamespace) throws(FormatError) {
    cursors = TermCursors(dictionaries, namespace)
    all = lede_term_union()
    var leaves = 1
    while leaves < dictionaries.count { leaves *= 2 }
    all.leaves = UInt32(leaves)
    all.cursors = cursors.cursors
    all.members = .allocate(capacity: dictionaries.count)
    all.nodes = .allocate(capacity: leaves)
    for source in dictionaries.indices { try cursors.advance(source) }
    lede_union_play(&all, UInt32(dictionaries.count))
  }

  deinit {
    all.members.deallocate()
    all.nodes.deallocate()
  }

  /// Moves to the next key; false behind the last.
  package mutating func advance() throws(FormatError) -> Bool {
    all.member_count = 0
    while true {
      let status = lede_union_next(&all)
      if status == Int32(LEDE_KEYS_DONE) { return all.member_count > 0 }
      let source = Int(all.source)
      guard status == Int32(LEDE_KEYS_BLOCK) else { throw cursors.fault(status, of: source) }
      try cursors.advanceToBlock(source)
      lede_union_replay(&all)
    }
  }

  /// The segments that have the current key, by their numbers, with what each says of the term; valid
  /// until the next ``advance()``.
  package var members: UnsafeBufferPointer<lede_union_member> {
    UnsafeBufferPointer(start: all.members, count: Int(all.member_count))
  }

  /// The current key, valid until the next ``advance()``.
  package var key: UnsafeRawBufferPointer {
    precondition(all.member_count > 0, "the union stands on a key")
    // Safe: the first member's cursor has moved on by one, and keeps the key before its own.
    let cursor = all.cursors + Int(all.members[0].source)
    let key = cursor.pointee.turn == 0 ? cursor.pointee.keys.1 : cursor.pointee.keys.0
    return UnsafeRawBufferPointer(start: key, count: all.length)
  }

  /// What a member says of the term; for a class that stands for one surface, what is said of that.
  package mutating func value(_ member: lede_union_member) throws(FormatError) -> TermValue {
    try cursors.value(member)
  }

  /// The entry of a member.
  package mutating func entry(_ member: lede_union_member) throws(FormatError) -> TermEntry {
    try cursors.value(member).entry
  }

  /// Whether the current key is the given one.
  package func isKey(_ other: UnsafeRawBufferPointer) -> Bool {
    let key = key
    return key.count == other.count && !TermDictionary.precedes(key, other)
      && !TermDictionary.precedes(other, key)
  }

  /// Whether the current key comes before the given one.
  package func precedes(_ other: UnsafeRawBufferPointer) -> Bool {
    TermDictionary.precedes(key, other)
  }
}
