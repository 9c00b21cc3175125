import CLedeKernels
import LedeStorage

/// One block of up to 32 front-coded keys and their values, decoded as far as asked.
struct TermBlock {
  let region: SectionView
  /// The section's bytes up to the end of the block.
  let bytes: UnsafeRawBufferPointer
  let start: Int
  private let keys: Int
  let valuesStart: Int
  let count: Int
  let namespace: TermNamespace
  let firstOrdinal: UInt32
  let docCount: UInt32
  /// Where the number stands whose bytes the first key begins with.
  private let prefixOffset: Int

  /// - Parameters:
  ///   - prefixOffset: of eight bytes in the section.
  ///   - docCount: that of the section.
  init(
    region: SectionView, range: Range<Int>, count: Int, namespace: TermNamespace,
    firstOrdinal: UInt32, prefixOffset: Int, docCount: UInt32
  ) throws(FormatError) {
    self.region = region
    self.count = count
    self.namespace = namespace
    self.firstOrdinal = firstOrdinal
    self.prefixOffset = prefixOffset
    self.docCount = docCount
    start = range.lowerBound
    bytes = UnsafeRawBufferPointer(rebasing: region.bytes[..<range.upperBound])
    var offset = range.lowerBound
    guard let length = Varint.read(bytes, &offset), length <= UInt64(bytes.count - offset) else {
      throw region.corrupt(at: range.lowerBound, "a block of terms is cut off")
    }
    keys = offset
    valuesStart = offset + Int(length)
  }

  /// Starts loading the block, so that its lines are not waited for one after the other.
  func prefetch() {
    guard let base = bytes.baseAddress else { return }
    // Of a damaged block, which may be long, no more than a sound one is likely to have.
    let end = min(bytes.count, start + 512)
    for offset in stride(from: start + 64, to: end, by: 64) { lede_prefetch(base + offset) }
  }

  /// The first eight bytes of the block's first key as a number, zeros behind a short key.
  var prefix: UInt64 {
    // Safe: the dictionary's frame was checked to hold a prefix for each block.
    UInt64(
      littleEndian: region.bytes.loadUnaligned(fromByteOffset: prefixOffset, as: UInt64.self))
  }
}

// MARK: - Keys

extension TermBlock {
  /// Reads what the block holds of its keys, one after the other.
  var keyReader: VarintReader { VarintReader(bytes, from: keys, to: valuesStart) }

  /// The place of a key in the block; nil if absent.
  ///
  /// Scans forward and compares only where the shared prefix allows a match: a key that shares less
  /// than what is known to match is above the wanted one, and one that shares more stays below.
  func index(of wanted: UnsafeRawBufferPointer) throws(FormatError) -> Int? {
    var reader = keyReader
    let different = prefix ^ TermDictionary.prefix(of: wanted)
    var matched = min(wanted.count, different.leadingZeroBitCount / 8)
    for index in 0..<count {
      let (shared, length) = reader.nextLengths()
      guard !reader.failed, length <= reader.remaining, index > 0 || shared <= 8 else {
        throw keyCutOff(reader.offset)
      }
      let start = reader.offset
      reader.skip(length)
      if shared > matched { continue }
      if shared < matched {
        // The first key shares bytes with the prefix, which may be longer than it is.
        if index > 0 { return nil }
        matched = shared
      }
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
    try self.key(at: 0).withUnsafeBytes { TermDictionary.precedes(key, $0) }
  }

  func key(at wanted: Int) throws(FormatError) -> [UInt8] {
    var reader = keyReader
    var key = firstBytes
    for _ in 0...wanted { try readKey(&reader, into: &key) }
    return key
  }

  /// The bytes that the first key shares some of.
  private var firstBytes: [UInt8] {
    withUnsafeBytes(of: prefix.bigEndian) { [UInt8]($0) }
  }

  /// Turns the previous key into the next one.
  private func readKey(
    _ reader: inout VarintReader, into key: inout [UInt8]
  ) throws(FormatError) {
    let (shared, suffix) = try readKey(&reader, after: key.count)
    key.removeSubrange(shared...)
    key.append(contentsOf: suffix)
  }

  /// What the next key shares with the one before, which is `previous` bytes long, and what follows.
  private func readKey(
    _ reader: inout VarintReader, after previous: Int
  ) throws(FormatError) -> (shared: Int, suffix: UnsafeRawBufferPointer) {
    let (shared, length) = reader.nextLengths()
    let offset = reader.offset
    guard !reader.failed, length <= reader.remaining else { throw keyCutOff(offset) }
    guard shared <= previous else {
      throw region.corrupt(at: offset, "a term shares more bytes than the one before has")
    }
    reader.skip(length)
    return (shared, UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length]))
  }

  func keyCutOff(_ offset: Int) -> FormatError {
    region.corrupt(at: offset, "a term's key is cut off")
  }

  /// All keys with their values, in order, in one pass.
  func forEachValue(_ body: (UnsafeRawBufferPointer, Value) throws -> Void) throws {
    var values = try valueCursor()
    var reader = keyReader
    var key = firstBytes
    for place in 0..<count {
      try readKey(&reader, into: &key)
      if place == Self.middle { try checkMiddle(values) }
      let value = try next(&values)
      try key.withUnsafeBytes { try body($0, value) }
    }
  }
}

extension VarintReader {
  /// How many bytes a key shares with the one before it and how many follow: a half byte each, where
  /// 15 stands for 15 plus a varint.
  @inline(__always)
  mutating func nextLengths() -> (shared: Int, length: Int) {
    let byte = nextByte()
    var (shared, length) = (Int(byte & 15), Int(byte >> 4))
    if shared == TermDictionaryWriter.longNumber { shared += nextInt() }
    if length == TermDictionaryWriter.longNumber { length += nextInt() }
    return (shared, length)
  }
}
