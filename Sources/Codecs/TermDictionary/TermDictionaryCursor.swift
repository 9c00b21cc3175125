/// Walks the surfaces or the classes of a segment one after the other, to be merged with others.
///
/// Decodes the keys of a block at a time, values only where asked. Whatever the bytes are, keys ascend
/// and are not empty.
struct TermDictionaryCursor: ~Copyable {
  /// Where a cursor stands.
  struct Head {
    /// The first eight bytes of the key as a number that orders like them, zeros behind a short key.
    var prefix: UInt64
    /// The key, valid until the cursor moves on.
    var key: UnsafeRawBufferPointer
  }

  private let dictionary: TermDictionary
  private let namespace: TermNamespace
  private let blockCount: Int
  private var nextBlock = 0
  private var index = -1
  private var count = 0
  private let block: UnsafeMutablePointer<TermBlock>
  private var hasBlock = false
  /// Where the value of the key is, or of one before it.
  private var values: TermBlock.ValueCursor?
  /// The last key of the block before, then the keys of the block, one after the other.
  private var keys: UnsafeMutablePointer<UInt8>
  private var capacity = 1 << 12
  /// Where each of those ends.
  private let ends: UnsafeMutablePointer<Int>

  /// Stands before the first key.
  init(_ dictionary: TermDictionary, _ namespace: TermNamespace) {
    precondition(!namespace.isFold, "a fold has surfaces, not postings")
    self.dictionary = dictionary
    self.namespace = namespace
    blockCount = dictionary.blockCount(of: namespace)
    block = .allocate(capacity: 1)
    keys = .allocate(capacity: capacity)
    ends = .allocate(capacity: TermDictionaryWriter.blockSize + 1)
    ends[0] = 0
  }

  deinit {
    if hasBlock { block.deinitialize(count: 1) }
    block.deallocate()
    keys.deallocate()
    ends.deallocate()
  }

  /// Moves to the next key; nil behind the last.
  mutating func advance() throws(FormatError) -> Head? {
    index += 1
    if index >= count {
      guard nextBlock < blockCount else {
        // Stays behind the last key however often it is asked.
        (index, count) = (0, 0)
        return nil
      }
      try load(nextBlock)
      nextBlock += 1
    }
    let key = UnsafeRawBufferPointer(
      start: keys + ends[index], count: ends[index + 1] - ends[index])
    return Head(prefix: TermDictionary.prefix(of: key), key: key)
  }

  /// The entry of the term; for a class that stands for one surface, that of the surface.
  mutating func entry() throws(FormatError) -> TermEntry {
    precondition(index < count, "the cursor stands on a key")
    var cursor: TermBlock.ValueCursor
    if let values, values.index <= index {
      cursor = values
    } else {
      cursor = try block.pointee.valueCursor()
    }
    if cursor.index < index { block.pointee.skip(index - cursor.index, &cursor) }
    let value = try block.pointee.next(&cursor)
    values = cursor
    switch value {
    case .postings(let entry): return entry
    case .alias(let ordinal): return try dictionary.entry(ordinal: ordinal)
    }
  }

  private mutating func load(_ number: Int) throws(FormatError) {
    if hasBlock { block.deinitialize(count: 1) }
    hasBlock = false
    block.initialize(to: try dictionary.block(number, of: namespace))
    hasBlock = true
    let last = ends[count] - (count > 0 ? ends[count - 1] : 0)
    (keys + 0).update(from: keys + ends[count] - last, count: last)
    ends[0] = last
    (index, count, values) = (0, 0, nil)
    try decodeKeys()
  }

  private mutating func decodeKeys() throws(FormatError) {
    var reader = block.pointee.keyReader
    var previous = 0
    for number in 0..<block.pointee.count {
      let start = ends[number]
      let (shared, length) = reader.nextLengths()
      guard !reader.failed, length <= reader.remaining, shared + length > 0,
        shared <= (number == 0 ? 8 : start - previous)
      else { throw block.pointee.keyCutOff(reader.offset) }
      let size = shared + length
      if start + size > capacity { grow(start + size, kept: start) }
      // Safe: there is room; `shared` bytes of the prefix or the key before, and `length` of the block
      // are there.
      if number == 0 {
        withUnsafeBytes(of: block.pointee.prefix.bigEndian) {
          UnsafeMutableRawBufferPointer(start: keys + start, count: shared)
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<shared]))
        }
      } else {
        (keys + start).update(from: keys + previous, count: shared)
      }
      reader.copy(length, to: keys + start + shared)
      let before = UnsafeRawBufferPointer(start: keys + previous, count: start - previous)
      let key = UnsafeRawBufferPointer(start: keys + start, count: size)
      guard TermDictionary.precedes(before, key, from: number == 0 ? 0 : shared) else {
        throw dictionary.region.corrupt(
          at: block.pointee.start, "the keys of a block do not ascend")
      }
      previous = start
      ends[number + 1] = start + size
      count = number + 1
    }
  }

  private mutating func grow(_ needed: Int, kept: Int) {
    capacity = max(needed, capacity * 3 / 2)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    larger.update(from: keys, count: kept)
    keys.deallocate()
    keys = larger
  }
}

extension TermDictionary {
  /// Whether one key comes before another by its bytes, of which the first `shared` are the same.
  @inline(__always)
  static func precedes(
    _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, from shared: Int = 0
  ) -> Bool {
    let end = min(left.count, right.count)
    var index = shared
    while index < end {
      if left[index] != right[index] { return left[index] < right[index] }
      index += 1
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
