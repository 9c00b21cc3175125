import CLedeKernels

/// Which segments have each key of a union, one key after the other: enough to walk it again without
/// comparing keys.
package struct TermTrail: ~Copyable {
  /// By member of a key, a varint: twice its source, one more for the key's last.
  private let steps = EncodingBuffer(capacity: 1 << 12)

  package init() {}

  /// Notes the next key's members.
  package func append(_ members: UnsafeBufferPointer<lede_union_member>) {
    for (index, member) in members.enumerated() {
      steps.append(varint: UInt64(member.source) << 1 | (index == members.count - 1 ? 1 : 0))
    }
  }

  fileprivate var bytes: UnsafeRawBufferPointer { steps.bytes }
}

/// Walks the keys of a union a second time, and reads the values that are wanted.
package struct TermRewalk: ~Copyable {
  private var cursors: TermCursors
  private let trail: UnsafeRawBufferPointer
  private var at = 0
  private let sources: UnsafeMutablePointer<Int>
  private var memberCount = 0

  /// Stands before the first key.
  ///
  /// - Parameter trail: of a walk over the same dictionaries; must outlive this one unchanged.
  package init(
    _ dictionaries: [TermDictionary], _ namespace: TermNamespace, _ trail: borrowing TermTrail
  ) {
    cursors = TermCursors(dictionaries, namespace)
    self.trail = trail.bytes
    sources = .allocate(capacity: dictionaries.count)
  }

  deinit { sources.deallocate() }

  /// Moves to the next key; false behind the last.
  package mutating func advance() throws(FormatError) -> Bool {
    memberCount = 0
    while at < trail.count, let step = Varint.read(trail, &at) {
      let source = Int(step >> 1)
      precondition(
        source < cursors.dictionaries.count && memberCount <= source,
        "the trail is that of the same dictionaries, each once in a key")
      sources[memberCount] = source
      memberCount += 1
      try cursors.advance(source)
      if step & 1 == 1 { return true }
    }
    return false
  }

  /// How the current key compares with another one: below 0, 0, above.
  package func compare(_ key: lede_key) -> Int32 {
    withUnsafePointer(to: key) { lede_cursor_compare(cursors.cursors + sources[0], $0) }
  }

  /// The segments that have the current key, ascending.
  package var members: UnsafeBufferPointer<Int> {
    UnsafeBufferPointer(start: sources, count: memberCount)
  }

  /// What a segment that has the current key says of it; to be asked once.
  package func value(_ source: Int) throws(FormatError) -> TermValue {
    let cursor = cursors.cursors + source
    let ordinal = cursor.pointee.ordinal
    var term = lede_term()
    let status = lede_cursor_term(cursor, &term)
    if status != Int32(LEDE_KEYS_DONE) { throw cursors.fault(status, of: source) }
    return TermValue(term: term, ordinal: ordinal, namespace: cursors.namespace)
  }
}
