/// Walks the surfaces or the classes of a segment one after the other, to be merged with others.
///
/// Decodes a block of terms at a time. Whatever the bytes are, keys ascend and are not empty.
final class TermDictionaryCursor {
  /// Where a cursor stands.
  struct Head {
    /// The first eight bytes of the key as a number that orders like them, zeros behind a short key.
    var prefix: UInt64
    /// The key, valid until the cursor moves on.
    var key: UnsafeRawBufferPointer
  }

  private struct State {
    var nextBlock = 0
    var index = 0
    var values: [TermBlock.Value] = []
    var ends: [Int] = []
    var lastKey: [UInt8] = []
  }

  private let dictionary: TermDictionary
  private let namespace: TermNamespace
  private let blockCount: Int
  // Behind pointers: the merge moves cursors term by term, and a class checks each access.
  private let state: UnsafeMutablePointer<State>
  /// The keys of the block, one after the other.
  private let keys = EncodingBuffer(capacity: 1 << 12)

  /// Stands before the first key.
  init(_ dictionary: TermDictionary, _ namespace: TermNamespace) {
    precondition(!namespace.isFold, "a fold has surfaces, not postings")
    self.dictionary = dictionary
    self.namespace = namespace
    blockCount = dictionary.blockCount(of: namespace)
    state = .allocate(capacity: 1)
    state.initialize(to: State())
  }

  deinit {
    state.deinitialize(count: 1)
    state.deallocate()
  }

  /// Moves to the next key; nil behind the last.
  func advance() throws(FormatError) -> Head? {
    state.pointee.index += 1
    if state.pointee.index >= state.pointee.values.count {
      guard state.pointee.nextBlock < blockCount else {
        state.pointee.values.removeAll()
        return nil
      }
      try load(state.pointee.nextBlock)
      state.pointee.nextBlock += 1
      state.pointee.index = 0
    }
    let index = state.pointee.index
    let key = UnsafeRawBufferPointer(
      rebasing: keys.bytes[
        (index == 0 ? 0 : state.pointee.ends[index - 1])..<state.pointee.ends[index]])
    return Head(prefix: TermDictionary.prefix(of: key), key: key)
  }

  /// The entry of the term; for a class that stands for one surface, that of the surface.
  func entry() throws(FormatError) -> TermEntry {
    switch state.pointee.values[state.pointee.index] {
    case .postings(let entry): return entry
    case .alias(let ordinal): return try dictionary.entry(ordinal: ordinal)
    }
  }

  private func load(_ number: Int) throws(FormatError) {
    let block = try dictionary.block(number, of: namespace)
    try block.decode(keys: keys, ends: &state.pointee.ends, values: &state.pointee.values)
    guard ascends() else {
      throw dictionary.region.corrupt(at: block.start, "the keys of a block do not ascend")
    }
  }

  /// Whether the keys of the block follow each other and the last of the block before.
  private func ascends() -> Bool {
    let follows = state.pointee.lastKey.withUnsafeBytes { last in
      var previous = UnsafeRawBufferPointer(last)
      var start = 0
      for end in state.pointee.ends {
        let key = UnsafeRawBufferPointer(rebasing: keys.bytes[start..<end])
        guard TermDictionary.precedes(previous, key) else { return false }
        previous = key
        start = end
      }
      return true
    }
    let last = state.pointee.ends.count > 1 ? state.pointee.ends[state.pointee.ends.count - 2] : 0
    state.pointee.lastKey.removeAll(keepingCapacity: true)
    state.pointee.lastKey.append(contentsOf: keys.bytes[last...])
    return follows
  }
}

extension TermDictionary {
  /// Whether one key comes before another by its bytes.
  @inline(__always)
  static func precedes(
    _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer
  ) -> Bool {
    let shared = min(left.count, right.count)
    for index in 0..<shared where left[index] != right[index] {
      return left[index] < right[index]
    }
    return left.count < right.count
  }

  /// Blocks of a namespace.
  func blockCount(of namespace: TermNamespace) -> Int {
    Int(spans[Int(namespace.rawValue)].blockCount)
  }

  /// A block by its number in its namespace.
  func block(_ number: Int, of namespace: TermNamespace) throws(FormatError) -> TermBlock {
    try block(Int(spans[Int(namespace.rawValue)].firstBlock) + number, in: namespace)
  }
}
