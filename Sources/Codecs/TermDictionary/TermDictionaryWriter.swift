import LedeStorage

/// Writes the terms of one segment: front-coded blocks of 32, namespace after namespace.
///
///     terms     := namespace * 6, offset: u32 * (B + 1), prefix: u64 * B, block * B
///     namespace := firstBlock: u32, blockCount: u32, termCount: u32
///     block     := keysLength: varint, key * n, values
///     key       := shared: varint, length: varint, the bytes after those shared with the key before
///     values    := postingsOffset: varint, positionsOffset: varint, value * n
///     value     := 2 * docFreq: varint, place          (surfaces and classes)
///                | 2 * ordinal + 1: varint             (a class that stands for one surface)
///                | count: varint, ordinal: varint, gap: varint * (count - 1)       (folds)
///     place     := doc: varint, termFreq: varint, (ordinal | gap less one: varint) * termFreq
///                | doc: varint, termFreq: varint, positionsLength: varint
///                | totalTermFreq - docFreq: varint, postingsLength: varint, positionsLength: varint
///
/// Classes keep no positions and leave out what concerns them. `prefix` holds the first eight bytes of
/// the block's first key, as a number that orders like the bytes; `offset` counts from the first block.
/// Terms must come in the order in which their postings were written: a block states the offset of
/// its first term's postings, and the others follow from the lengths.
package struct TermDictionaryWriter {
  static let blockSize = 32
  private let blocks = EncodingBuffer(capacity: 1 << 20)
  private let keys = EncodingBuffer()
  private let values = EncodingBuffer()
  private var offsets: [UInt32] = []
  private var prefixes: [UInt64] = []
  private var spans = [NamespaceSpan](
    repeating: NamespaceSpan(), count: TermNamespace.allCases.count)
  private var namespace: TermNamespace?
  private var pending = 0
  private var previousKey: [UInt8] = []
  /// Where the next term's postings and positions must start.
  private var expected: (postings: UInt64, positions: UInt64) = (0, 0)

  package init() {}

  /// Bytes of memory held by what was written so far.
  package var memoryUse: Int {
    blocks.capacity + keys.capacity + values.capacity + 12 * offsets.capacity
  }

  /// Begins the next namespace; namespaces come in the order of their raw values.
  package mutating func begin(_ next: TermNamespace) {
    precondition(namespace.map { $0.rawValue < next.rawValue } ?? true, "namespaces ascend")
    finishBlock()
    namespace = next
    spans[Int(next.rawValue)].firstBlock = UInt32(offsets.count)
    previousKey.removeAll(keepingCapacity: true)
  }

  /// Adds a term with postings of its own and returns its ordinal.
  package mutating func add(
    key: UnsafeBufferPointer<UInt8>, _ location: PostingsLocation
  ) -> UInt32 {
    let ordinal = append(key)
    values.append(varint: UInt64(location.docFreq) << 1)
    appendPlace(location)
    expected.postings += location.postingsLength
    expected.positions += location.positionsLength
    return ordinal
  }

  /// Adds a class that stands for a single surface.
  package mutating func addAlias(key: UnsafeBufferPointer<UInt8>, ordinal surface: UInt32) {
    _ = append(key)
    values.append(varint: UInt64(surface) << 1 | 1)
  }

  /// Adds a fold with the ordinals of its surfaces, ascending.
  package mutating func addFold(key: UnsafeBufferPointer<UInt8>, ordinals: some Collection<UInt32>)
  {
    _ = append(key)
    values.append(varint: UInt64(ordinals.count))
    var previous: UInt32 = 0
    for ordinal in ordinals {
      values.append(varint: UInt64(ordinal - previous))
      previous = ordinal
    }
  }

  /// Writes the section's content into the envelope, between its `begin` and `end`.
  package mutating func finish(into envelope: EnvelopeWriter) throws(FormatError) {
    finishBlock()
    offsets.append(UInt32(blocks.count))
    let head = EncodingBuffer(capacity: 12 * (offsets.count + spans.count))
    for span in spans {
      withUnsafeBytes(
        of: (
          span.firstBlock.littleEndian, span.blockCount.littleEndian, span.termCount.littleEndian
        )
      ) {
        head.append($0)
      }
    }
    offsets.withUnsafeBufferPointer { head.append(littleEndian: $0) }
    for prefix in prefixes { withUnsafeBytes(of: prefix.littleEndian) { head.append($0) } }
    try envelope.append(head.bytes)
    try envelope.append(blocks.bytes)
  }

  private mutating func append(_ key: UnsafeBufferPointer<UInt8>) -> UInt32 {
    guard let namespace else { preconditionFailure("a term needs a namespace") }
    if pending == Self.blockSize { finishBlock() }
    var shared = 0
    if pending > 0 {
      let limit = min(key.count, previousKey.count)
      while shared < limit, key[shared] == previousKey[shared] { shared += 1 }
      precondition(
        shared < key.count && (shared == previousKey.count || key[shared] > previousKey[shared]),
        "keys ascend")
    } else {
      prefixes.append(TermDictionary.prefix(of: UnsafeRawBufferPointer(key)))
      values.append(varint: expected.postings)
      values.append(varint: expected.positions)
    }
    keys.append(varint: UInt64(shared))
    keys.append(varint: UInt64(key.count - shared))
    keys.append(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: key[shared...])))
    previousKey.removeAll(keepingCapacity: true)
    previousKey.append(contentsOf: key)
    defer { pending += 1 }
    spans[Int(namespace.rawValue)].termCount += 1
    return UInt32(offsets.count * Self.blockSize + pending)
  }

  private func appendPlace(_ location: PostingsLocation) {
    let hasPositions = namespace?.hasPositions ?? false
    switch location.storage {
    case .single(let doc, let positions, let offset, let length):
      precondition(!hasPositions || offset == expected.positions, "positions follow the terms")
      values.append(varint: UInt64(doc))
      values.append(varint: location.totalTermFreq)
      guard hasPositions else { return }
      if location.totalTermFreq > UInt64(PostingsLocation.maxInlinePositions) {
        values.append(varint: length)
        return
      }
      var next: UInt32 = 0
      for lane in 0..<Int(location.totalTermFreq) {
        values.append(varint: UInt64(positions[lane] - next))
        next = positions[lane] &+ 1
      }
    case .list(let offset, let length, let positionsOffset, let positionsLength):
      precondition(
        offset == expected.postings && (!hasPositions || positionsOffset == expected.positions),
        "postings follow the terms")
      values.append(varint: location.totalTermFreq - UInt64(location.docFreq))
      values.append(varint: length)
      if hasPositions { values.append(varint: positionsLength) }
    }
  }

  private mutating func finishBlock() {
    guard pending > 0, let namespace else { return }
    offsets.append(UInt32(blocks.count))
    blocks.append(varint: UInt64(keys.count))
    blocks.append(keys.bytes)
    blocks.append(values.bytes)
    keys.removeAll()
    values.removeAll()
    spans[Int(namespace.rawValue)].blockCount += 1
    pending = 0
  }
}

/// The blocks of one namespace.
struct NamespaceSpan {
  var firstBlock: UInt32 = 0
  var blockCount: UInt32 = 0
  var termCount: UInt32 = 0
  static let size = 12
}
