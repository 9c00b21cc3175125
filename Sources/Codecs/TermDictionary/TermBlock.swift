import LedeStorage

/// One block of up to 32 front-coded keys and their values, decoded as far as asked.
struct TermBlock {
  private let region: FileRegion
  /// The section's bytes up to the end of the block.
  private let bytes: UnsafeRawBufferPointer
  let start: Int
  private let keys: Int
  private let valuesStart: Int
  let count: Int
  let namespace: TermNamespace
  private let firstOrdinal: UInt32

  enum Value {
    case postings(TermEntry)
    case alias(UInt32)
  }

  init(
    region: FileRegion, range: Range<Int>, count: Int, namespace: TermNamespace,
    firstOrdinal: UInt32
  ) throws(FormatError) {
    self.region = region
    self.count = count
    self.namespace = namespace
    self.firstOrdinal = firstOrdinal
    start = range.lowerBound
    bytes = UnsafeRawBufferPointer(rebasing: region.bytes[..<range.upperBound])
    var offset = range.lowerBound
    guard let length = Varint.read(bytes, &offset), length <= UInt64(bytes.count - offset) else {
      throw region.corrupt(at: range.lowerBound, "a block of terms is cut off")
    }
    keys = offset
    valuesStart = offset + Int(length)
  }

  // MARK: Keys

  /// The place of a key in the block; nil if absent.
  ///
  /// Scans forward and compares only where the shared prefix allows a match: a key that shares less
  /// than what is known to match is above the wanted one, and one that shares more stays below.
  func index(of wanted: UnsafeRawBufferPointer) throws(FormatError) -> Int? {
    var reader = VarintReader(bytes, from: keys, to: valuesStart)
    var matched = 0
    for index in 0..<count {
      let (shared, length) = (reader.nextInt(), reader.nextInt())
      guard !reader.failed, length <= reader.remaining, index > 0 || shared == 0 else {
        throw keyCutOff(reader.offset)
      }
      let start = reader.offset
      reader.skip(length)
      if shared > matched { continue }
      if shared < matched { return nil }
      var at = 0
      // Safe: a suffix ends within the keys.
      while at < length, matched < wanted.count, bytes[start + at] == wanted[matched] {
        at += 1
        matched += 1
      }
      if at == length {
        if matched == wanted.count { return index }
      } else if matched == wanted.count || bytes[start + at] > wanted[matched] {
        return nil
      }
    }
    return nil
  }

  /// Whether the block's first key is above `key`.
  func firstKey(isAbove key: UnsafeRawBufferPointer) throws(FormatError) -> Bool {
    var offset = keys
    let (_, first) = try readKey(&offset, first: true)
    for index in 0..<min(first.count, key.count) where first[index] != key[index] {
      return first[index] > key[index]
    }
    return first.count > key.count
  }

  func key(at wanted: Int) throws(FormatError) -> [UInt8] {
    var offset = keys
    var key: [UInt8] = []
    for index in 0...wanted { try readKey(&offset, first: index == 0, into: &key) }
    return key
  }

  /// Turns the previous key into the next one.
  private func readKey(
    _ offset: inout Int, first: Bool, into key: inout [UInt8]
  ) throws(FormatError) {
    let (shared, suffix) = try readKey(&offset, first: first)
    guard shared <= key.count else {
      throw region.corrupt(at: offset, "a term shares more bytes than the one before has")
    }
    key.removeSubrange(shared...)
    key.append(contentsOf: suffix)
  }

  private func readKey(
    _ offset: inout Int, first: Bool
  ) throws(FormatError) -> (shared: Int, suffix: UnsafeRawBufferPointer) {
    let at = offset
    guard let shared = Varint.read32(bytes, &offset), let length = Varint.read32(bytes, &offset),
      offset <= valuesStart, Int(length) <= valuesStart - offset, !first || shared == 0
    else { throw keyCutOff(at) }
    defer { offset += Int(length) }
    return (Int(shared), UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + Int(length)]))
  }

  private func keyCutOff(_ offset: Int) -> FormatError {
    region.corrupt(at: offset, "a term's key is cut off")
  }

  // MARK: Values

  /// The value of a surface or class.
  func value(at wanted: Int) throws(FormatError) -> Value {
    var cursor = try valueCursor()
    try skip(wanted, &cursor)
    return try next(&cursor)
  }

  /// Moves past values, of which only the lengths matter: those of the postings and positions that
  /// stand before the next value's.
  private func skip(_ number: Int, _ cursor: inout ValueCursor) throws(FormatError) {
    var reader = VarintReader(bytes, from: cursor.offset, to: bytes.count)
    let hasPositions = namespace.hasPositions
    for _ in 0..<number {
      let head = reader.next()
      if head & 1 == 1 { continue }
      if head == 2 {
        reader.skipNumber()
        let termFreq = reader.next()
        guard hasPositions else { continue }
        if termFreq > UInt64(PostingsLocation.maxInlinePositions) {
          cursor.positions &+= reader.next()
        } else {
          for _ in 0..<termFreq { reader.skipNumber() }
        }
      } else {
        reader.skipNumber()
        cursor.postings &+= reader.next()
        if hasPositions { cursor.positions &+= reader.next() }
      }
    }
    guard !reader.failed else { throw cutOff(reader.offset) }
    cursor.offset = reader.offset
    cursor.index += number
  }

  /// All keys with their values, in order, in one pass.
  func forEachValue(_ body: (UnsafeRawBufferPointer, Value) throws -> Void) throws {
    var cursor = try valueCursor()
    var offset = keys
    var key: [UInt8] = []
    for index in 0..<count {
      try readKey(&offset, first: index == 0, into: &key)
      let value = try next(&cursor)
      try key.withUnsafeBytes { try body($0, value) }
    }
  }

  /// All keys, one after the other, where each ends, and all values; replaces what was there.
  func decode(
    keys out: EncodingBuffer, ends: inout [Int], values: inout [Value]
  ) throws(FormatError) {
    out.removeAll()
    ends.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    var cursor = try valueCursor()
    var offset = keys
    var start = 0
    for index in 0..<count {
      let (shared, suffix) = try readKey(&offset, first: index == 0)
      let previous = start
      start = out.count
      guard shared <= start - previous else {
        throw region.corrupt(at: offset, "a term shares more bytes than the one before has")
      }
      out.appendCopy(of: previous..<previous + shared)
      out.append(suffix)
      ends.append(out.count)
      values.append(try next(&cursor))
    }
  }

  /// Where the next value stands, and where its postings and positions do.
  private struct ValueCursor {
    var offset: Int
    var index = 0
    var postings: UInt64
    var positions: UInt64
  }

  private func valueCursor() throws(FormatError) -> ValueCursor {
    var offset = valuesStart
    guard let postings = Varint.read(bytes, &offset), let positions = Varint.read(bytes, &offset)
    else { throw cutOff(offset) }
    return ValueCursor(offset: offset, postings: postings, positions: positions)
  }

  private func next(_ cursor: inout ValueCursor) throws(FormatError) -> Value {
    let ordinal = firstOrdinal &+ UInt32(truncatingIfNeeded: cursor.index)
    cursor.index += 1
    guard let head = Varint.read(bytes, &cursor.offset), let number = UInt32(exactly: head >> 1)
    else { throw cutOff(cursor.offset) }
    if head & 1 == 1 { return .alias(number) }
    guard
      let location = readPlace(
        &cursor.offset, docFreq: number, cursor.postings, cursor.positions)
    else { throw cutOff(cursor.offset) }
    cursor.postings &+= location.postingsLength
    cursor.positions &+= location.positionsLength
    return .postings(TermEntry(ordinal: ordinal, namespace: namespace, location: location))
  }

  /// The ordinals of a fold's surfaces.
  func ordinals(at wanted: Int) throws(FormatError) -> [UInt32] {
    var offset = valuesStart
    guard Varint.read(bytes, &offset) != nil, Varint.read(bytes, &offset) != nil else {
      throw cutOff(offset)
    }
    for index in 0...wanted {
      guard let count = Varint.read(bytes, &offset), count <= UInt64(bytes.count - offset) else {
        throw cutOff(offset)
      }
      var ordinals: [UInt32] = []
      var ordinal: UInt32 = 0
      for _ in 0..<count {
        guard let gap = Varint.read32(bytes, &offset) else { throw cutOff(offset) }
        ordinal = ordinal &+ gap
        if index == wanted { ordinals.append(ordinal) }
      }
      if index == wanted { return ordinals }
    }
    throw cutOff(offset)
  }

  private func readPlace(
    _ offset: inout Int, docFreq: UInt32, _ postings: UInt64, _ positions: UInt64
  ) -> PostingsLocation? {
    if docFreq == 1 { return readSingle(&offset, positions) }
    guard let more = Varint.read(bytes, &offset), let length = Varint.read(bytes, &offset) else {
      return nil
    }
    var positionsLength: UInt64 = 0
    if namespace.hasPositions {
      guard let length = Varint.read(bytes, &offset) else { return nil }
      positionsLength = length
    }
    return PostingsLocation(
      docFreq: docFreq, totalTermFreq: more &+ UInt64(docFreq),
      storage: .list(
        offset: postings, length: length, positionsOffset: positions,
        positionsLength: positionsLength))
  }

  private func readSingle(_ offset: inout Int, _ positionsOffset: UInt64) -> PostingsLocation? {
    guard let doc = Varint.read32(bytes, &offset), let termFreq = Varint.read32(bytes, &offset)
    else { return nil }
    var inline = SIMD8<UInt32>()
    var length: UInt64 = 0
    if namespace.hasPositions {
      if termFreq > UInt32(PostingsLocation.maxInlinePositions) {
        guard let stated = Varint.read(bytes, &offset) else { return nil }
        length = stated
      } else {
        var next: UInt32 = 0
        for lane in 0..<Int(termFreq) {
          guard let gap = Varint.read32(bytes, &offset) else { return nil }
          inline[lane] = next &+ gap
          next = inline[lane] &+ 1
        }
      }
    }
    return PostingsLocation(
      docFreq: 1, totalTermFreq: UInt64(termFreq),
      storage: .single(
        doc: doc, positions: inline, positionsOffset: positionsOffset, positionsLength: length))
  }

  private func cutOff(_ offset: Int) -> FormatError {
    region.corrupt(at: min(offset, bytes.count), "the values of a block of terms make no sense")
  }
}
