import CLedeKernels

/// A cursor for each of several dictionaries, which a kernel moves over the keys of a namespace
/// (lede_cursor.h) and which are handed their blocks here.
struct TermCursors: ~Copyable {
  let dictionaries: [TermDictionary]
  let namespace: TermNamespace
  /// By source; its number stands in its head.
  let cursors: UnsafeMutablePointer<lede_term_cursor>
  /// By source, the block that comes next.
  private var nextBlocks: [Int]
  /// By source, for classes that stand for one surface.
  private var aliases: [OrdinalLookUp]
  /// By source, the room that a key has, without the slack behind it.
  private var rooms: [Int]

  /// - Parameter namespace: not that of folds, which have surfaces in place of postings.
  init(_ dictionaries: [TermDictionary], _ namespace: TermNamespace) {
    precondition(!namespace.isFold, "a fold has surfaces, not postings")
    precondition(dictionaries.count < 1 << LEDE_HEAD_SOURCE_BITS, "a head has room for the number")
    self.dictionaries = dictionaries
    self.namespace = namespace
    nextBlocks = [Int](repeating: 0, count: dictionaries.count)
    aliases = [OrdinalLookUp](repeating: OrdinalLookUp(), count: dictionaries.count)
    rooms = [Int](repeating: 0, count: dictionaries.count)
    cursors = .allocate(capacity: dictionaries.count)
    cursors.initialize(repeating: lede_term_cursor(), count: dictionaries.count)
    for source in dictionaries.indices { cursors[source].head.low = UInt64(source) }
  }

  deinit {
    for source in dictionaries.indices {
      cursors[source].keys.0?.deallocate()
      cursors[source].keys.1?.deallocate()
    }
    cursors.deallocate()
  }

  /// Moves a cursor to its next key, the first one at first.
  mutating func advance(_ source: Int) throws(FormatError) {
    let status = lede_cursor_next(cursors + source)
    if status == Int32(LEDE_KEYS_DONE) { return }
    guard status == Int32(LEDE_KEYS_BLOCK) else { throw fault(status, of: source) }
    try advanceToBlock(source)
  }

  /// Moves a cursor to the first key of its next block, or behind the last one's.
  mutating func advanceToBlock(_ source: Int) throws(FormatError) {
    let number = nextBlocks[source]
    guard number < dictionaries[source].blockCount(of: namespace) else {
      return lede_cursor_end(cursors + source)
    }
    let block = try dictionaries[source].block(number, of: namespace)
    nextBlocks[source] += 1
    block.begin(&cursors[source], try block.valueCursor().values)
    makeRoom(source)
    let status = lede_cursor_next(cursors + source)
    if status != Int32(LEDE_KEYS_DONE) { throw fault(status, of: source) }
  }

  /// Lets the keys of a cursor become as long as those of its block can be.
  private mutating func makeRoom(_ source: Int) {
    let cursor = cursors[source]
    // A key repeats bytes of the one before it, or of the prefix, and is followed by some of the block.
    let needed = max(cursor.length, 8) + cursor.keys_end - cursor.at
    guard needed > rooms[source] else { return }
    rooms[source] = max(needed, rooms[source] * 3 / 2)
    cursors[source].keys.0 = larger(cursor.keys.0, kept: cursor.length, source)
    cursors[source].keys.1 = larger(cursor.keys.1, kept: cursor.length, source)
  }

  private func larger(
    _ old: UnsafeMutablePointer<UInt8>?, kept: Int, _ source: Int
  ) -> UnsafeMutablePointer<UInt8> {
    let size = rooms[source] + Int(LEDE_KEY_SLACK)
    let new = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    new.initialize(repeating: 0, count: size)
    // Safe: the room there was held a key as long as the current one.
    if let old { new.update(from: old, count: kept) }
    old?.deallocate()
    return new
  }

  /// What is wrong with the block that a cursor is in.
  func fault(_ status: Int32, of source: Int) -> FormatError {
    let region = dictionaries[source].region
    switch status {
    case Int32(LEDE_KEYS_CUT_OFF):
      return region.corrupt(at: cursors[source].at, "a term's key is cut off")
    case Int32(LEDE_KEYS_UNSORTED):
      return region.corrupt(at: cursors[source].at, "the keys of a block do not ascend")
    default:
      return region.corrupt(
        at: cursors[source].keys_end, "the values of a block of terms make no sense")
    }
  }

  /// What a member says of its term; for a class that stands for one surface, what is said of that.
  @inline(__always)
  mutating func value(_ member: lede_union_member) throws(FormatError) -> TermValue {
    guard member.term.doc_freq > 0 else {
      let source = Int(member.source)
      return try aliases[source].value(member.term.surface, in: dictionaries[source])
    }
    return TermValue(term: member.term, ordinal: member.ordinal, namespace: namespace)
  }
}

extension TermBlock {
  /// Sets a cursor before the block's first key.
  fileprivate func begin(_ cursor: inout lede_term_cursor, _ values: lede_values) {
    cursor.bytes = values.bytes
    cursor.size = bytes.count
    cursor.at = keyReader.offset
    cursor.keys_end = valuesStart
    cursor.prefix = prefix
    cursor.left = UInt32(count)
    cursor.is_first = 1
    cursor.ordinal = firstOrdinal
    cursor.next_value = firstOrdinal
    cursor.values = values
  }
}
