import CLedeKernels
import LedeStorage

/// Writes the terms of one segment: front-coded blocks of 32, namespace after namespace.
///
///     terms     := docCount: u32, zero: u32, namespace * 6, offset: u32 * (B + 1), prefix: u64 * B,
///                  block * B
///     namespace := firstBlock: u32, blockCount: u32, termCount: u32
///     block     := keysLength: varint, key * n, head, value * n
///     key       := lengths: u8, [sharedMore: varint], [suffixMore: varint], byte*
///     head      := parameters: u8, [postingsOffset: varint], [positionsOffset: varint],
///                  [surface: varint], [middle]
///     value     := bits; PostingsFormat.md has their grammar, lede_term.h their parts
///
/// The half bytes of `lengths` are the bytes shared with the key before, and those that follow; 15
/// stands for 15 plus a varint. `prefix` holds the first eight bytes of the block's first key, as a
/// number that orders like the bytes; the key shares all that it has of them. `offset` counts from the
/// first block.
///
/// Values are packed without regard to bytes, since half of all terms are in one document and take four
/// bytes so. They must be in the order in which their postings were written: a block states the offset
/// of its first term's postings, and the others follow from the lengths.
package struct TermDictionaryWriter {
  static let blockSize = 32
  /// The number that a half of a key's lengths cannot state itself.
  static let longNumber = 15
  /// Bytes that a varint takes at most.
  private static let varintSize = 10
  private let section: SectionSpill
  private var blocks: EncodingBuffer { section.buffer }
  private let keys = EncodingBuffer()
  private var values = TermValuesWriter()
  private let docCount: UInt32
  private var shortcuts: TermShortcutsWriter
  private var offsets: [UInt32] = []
  private var prefixes: [UInt64] = []
  private var spans = [NamespaceSpan](
    repeating: NamespaceSpan(), count: TermNamespace.allCases.count)
  private var namespace: TermNamespace?
  private let previousKey = EncodingBuffer(capacity: 1 << 8)
  /// Where the next term's postings and positions must start, and those of the block do.
  private var expected: (postings: UInt64, positions: UInt64) = (0, 0)
  private var blockStart: (postings: UInt64, positions: UInt64) = (0, 0)

  /// - Parameters:
  ///   - docCount: the documents of the segment.
  ///   - space: where the terms wait until all are there; nil keeps them in memory.
  package init(docCount: Int, spillingTo space: SpillSpace? = nil) {
    self.docCount = UInt32(docCount)
    shortcuts = TermShortcutsWriter(docCount: self.docCount)
    section = SectionSpill(capacity: 1 << 20, space, .terms)
  }

  /// Moves what was encoded out of memory if it has become too much.
  package func spillIfLarge() throws(FormatError) { try section.spillIfLarge() }

  /// Bytes of memory held by what was written so far.
  package var memoryUse: Int {
    blocks.capacity + keys.capacity + 12 * offsets.capacity + shortcuts.memoryUse
  }

  /// Begins the next namespace; namespaces come in the order of their raw values.
  package mutating func begin(_ next: TermNamespace) {
    precondition(namespace.map { $0.rawValue < next.rawValue } ?? true, "namespaces ascend")
    finishBlock()
    namespace = next
    spans[Int(next.rawValue)].firstBlock = UInt32(offsets.count)
    previousKey.removeAll()
  }

  /// Adds a term with postings of its own and returns its ordinal.
  package mutating func add(
    key: UnsafeBufferPointer<UInt8>, _ location: PostingsLocation
  ) -> UInt32 {
    add(key: key, lede_term(location))
  }

  /// Adds a term with postings of its own and returns its ordinal.
  package mutating func add(key: UnsafeBufferPointer<UInt8>, _ term: lede_term) -> UInt32 {
    let ordinal = append(key)
    checkPlace(term)
    if let namespace, term.doc_freq >= shortcuts.leastDocFreq {
      // What its block will say.
      var stated = term
      stated.postings = expected.postings
      stated.positions = namespace.hasPositions ? expected.positions : 0
      shortcuts.add(namespace, key, stated, ordinal: ordinal)
    }
    values.add(term)
    expected.postings += term.postings_size
    expected.positions += term.positions_size
    return ordinal
  }

  /// Adds a class that stands for a single surface.
  package mutating func addAlias(key: UnsafeBufferPointer<UInt8>, ordinal surface: UInt32) {
    _ = append(key)
    values.add(alias: surface)
  }

  /// Adds a fold with the ordinals of its surfaces, ascending.
  package mutating func addFold(key: UnsafeBufferPointer<UInt8>, ordinals: some Collection<UInt32>)
  {
    _ = append(key)
    values.add(fold: ordinals)
  }

  /// Writes the section's content into the envelope, between its `begin` and `end`.
  package mutating func finish(into envelope: EnvelopeWriter) throws(FormatError) {
    finishBlock()
    offsets.append(UInt32(section.count))
    let head = EncodingBuffer(capacity: 8 + 12 * (offsets.count + spans.count))
    withUnsafeBytes(of: (docCount.littleEndian, UInt32(0))) { head.append($0) }
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
    try section.append(to: envelope)
  }

  private mutating func append(_ key: UnsafeBufferPointer<UInt8>) -> UInt32 {
    guard let namespace else { preconditionFailure("a term needs a namespace") }
    if values.count == Self.blockSize { finishBlock() }
    let place = values.count
    var shared = 0
    if place > 0 {
      let previous = previousKey.bytes
      let limit = min(key.count, previous.count)
      while shared < limit, key[shared] == previous[shared] { shared += 1 }
      precondition(
        shared < key.count && (shared == previous.count || key[shared] > previous[shared]),
        "keys ascend")
    } else {
      prefixes.append(TermDictionary.prefix(of: UnsafeRawBufferPointer(key)))
      shared = min(key.count, 8)
      blockStart = expected
    }
    append(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: key[shared...])), shared: shared)
    previousKey.removeAll()
    previousKey.append(UnsafeRawBufferPointer(key))
    spans[Int(namespace.rawValue)].termCount += 1
    return UInt32(offsets.count * Self.blockSize + place)
  }

  /// Appends a key that shares bytes with the one before it.
  private func append(_ suffix: UnsafeRawBufferPointer, shared: Int) {
    let (low, high) = (min(shared, Self.longNumber), min(suffix.count, Self.longNumber))
    keys.write(upTo: 1 + 2 * Self.varintSize + suffix.count) { out in
      out[0] = UInt8(high << 4 | low)
      var at = 1
      if low == Self.longNumber { at += Varint.write(UInt64(shared - low), to: out + at) }
      if high == Self.longNumber {
        at += Varint.write(UInt64(suffix.count - high), to: out + at)
      }
      UnsafeMutableRawBufferPointer(start: out + at, count: suffix.count)
        .copyMemory(from: suffix)
      return at + suffix.count
    }
  }

  private func checkPlace(_ term: lede_term) {
    precondition(term.doc_freq > 1 || term.doc < docCount, "a document is below docCount")
    precondition(
      term.postings_size == 0 || term.postings == expected.postings, "postings follow the terms")
    let hasPositions = namespace?.hasPositions ?? false
    precondition(
      !hasPositions || term.positions_size == 0 || term.positions == expected.positions,
      "positions follow the terms")
  }

  private mutating func finishBlock() {
    guard values.count > 0, let namespace else { return }
    offsets.append(UInt32(section.count))
    blocks.append(varint: UInt64(keys.count))
    blocks.append(keys.bytes)
    values.encode(namespace, docCount: docCount, start: blockStart, to: blocks)
    keys.removeAll()
    values.removeAll()
    spans[Int(namespace.rawValue)].blockCount += 1
  }

  /// Writes the section of shortcuts, which no dictionary need have, into the envelope, with no section open.
  package func finishShortcuts(into envelope: EnvelopeWriter) throws(FormatError) {
    guard !shortcuts.isEmpty else { return }
    try envelope.begin(.shortcuts)
    try shortcuts.write(into: envelope)
    try envelope.end()
  }
}

/// The blocks of one namespace.
struct NamespaceSpan {
  var firstBlock: UInt32 = 0
  var blockCount: UInt32 = 0
  var termCount: UInt32 = 0
  static let size = 12
}
