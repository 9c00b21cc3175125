import CLedeKernels
import LedeStorage

extension TermBlock {
  enum Value {
    case postings(TermEntry)
    case alias(UInt32)
  }

  /// Where the next value stands, and what it is relative to.
  struct ValueCursor {
    var values: lede_values
    var index = 0
  }

  /// The place from which on values can be read without those before it, in blocks that have more.
  static var middle: Int { Int(LEDE_TERM_MIDDLE) }

  /// Stands before the first value.
  func valueCursor() throws(FormatError) -> ValueCursor { try valueCursors().first }

  /// Stands before the first value, and before the one in the middle where there is one.
  private func valueCursors() throws(FormatError) -> (first: ValueCursor, middle: ValueCursor?) {
    var reader = VarintReader(bytes, from: valuesStart, to: bytes.count)
    let parameters = reader.nextByte()
    let postings = namespace.isFold ? 0 : reader.next()
    let positions = namespace.hasPositions ? reader.next() : 0
    let surface = namespace.hasPositions ? 0 : reader.next()
    let hasMiddle = count > Self.middle && !namespace.isFold
    let (bits, before, more) =
      hasMiddle ? (reader.next(), reader.next(), reader.next()) : (0, 0, 0)
    guard !reader.failed, bytes.count >= 8, let base = bytes.baseAddress else { throw cutOff() }
    let first = ValueCursor(
      values: lede_values(
        bytes: base.assumingMemoryBound(to: UInt8.self), size: bytes.count,
        bit: UInt64(8 * reader.offset), doc_width: lede_bits_of(max(1, docCount) - 1),
        order: UInt32(parameters & 15), second: UInt32(parameters >> 4),
        has_positions: namespace.hasPositions ? 1 : 0, postings: postings, positions: positions,
        surface: surface))
    guard hasMiddle else { return (first, nil) }
    guard bits <= UInt64(8 * bytes.count) else { throw cutOff() }
    var middle = first
    middle.index = Self.middle
    middle.values.bit += bits
    middle.values.postings &+= before
    middle.values.positions &+= namespace.hasPositions ? more : 0
    middle.values.surface &+= namespace.hasPositions ? 0 : more >> 1 ^ (0 &- more & 1)
    return (first, middle)
  }

  /// Stands before a value, or before one on the way to it.
  func valueCursor(towards wanted: Int) throws(FormatError) -> ValueCursor {
    let cursors = try valueCursors()
    guard wanted >= Self.middle, let middle = cursors.middle else { return cursors.first }
    return middle
  }

  /// The value of a surface or class.
  func value(at wanted: Int) throws(FormatError) -> Value {
    var cursor = try valueCursor(towards: wanted)
    skip(wanted - cursor.index, &cursor)
    return try next(&cursor)
  }

  /// Throws unless a cursor before the value in the middle stands where the block says that it does.
  func checkMiddle(_ cursor: ValueCursor) throws(FormatError) {
    guard let middle = try valueCursors().middle else { return }
    let (here, stated) = (cursor.values, middle.values)
    guard here.bit == stated.bit, here.postings == stated.postings,
      here.positions == stated.positions, here.surface == stated.surface
    else { throw cutOff() }
  }

  /// Moves past values; what makes no sense shows at the next one.
  func skip(_ number: Int, _ cursor: inout ValueCursor) {
    lede_skip_values(&cursor.values, number)
    cursor.index += number
  }

  func next(_ cursor: inout ValueCursor) throws(FormatError) -> Value {
    let value = try nextValue(&cursor)
    return value.term.doc_freq > 0 ? .postings(value.entry) : .alias(value.term.surface)
  }

  /// The same as kernels take it.
  func nextValue(_ cursor: inout ValueCursor) throws(FormatError) -> TermValue {
    let ordinal = firstOrdinal &+ UInt32(truncatingIfNeeded: cursor.index)
    cursor.index += 1
    var term = lede_term()
    guard lede_next_term(&cursor.values, &term) != 0 else { throw cutOff() }
    return TermValue(term: term, ordinal: ordinal, namespace: namespace)
  }

  /// The ordinals of a fold's surfaces.
  func ordinals(at wanted: Int) throws(FormatError) -> [UInt32] {
    var cursor = try valueCursor()
    for _ in 0..<wanted { _ = try nextOrdinals(&cursor) }
    return try nextOrdinals(&cursor)
  }

  private func nextOrdinals(_ cursor: inout ValueCursor) throws(FormatError) -> [UInt32] {
    let more = lede_next_code(&cursor.values, 0)
    cursor.values.surface &+= lede_next_difference(&cursor.values, cursor.values.order)
    // A gap takes a bit at least: what fits the block bounds what memory is taken.
    guard !cursor.values.failed, more <= cursor.values.remaining else { throw cutOff() }
    var ordinals: [UInt32] = []
    var next = cursor.values.surface
    for index in 0...more {
      if index > 0 { next &+= lede_next_code(&cursor.values, cursor.values.second) &+ 1 }
      guard let ordinal = UInt32(exactly: next), !cursor.values.failed else { throw cutOff() }
      ordinals.append(ordinal)
    }
    return ordinals
  }

  func cutOff() -> FormatError {
    region.corrupt(at: valuesStart, "the values of a block of terms make no sense")
  }
}

extension lede_values {
  /// Whether a number ran past the end or 56 bits; then it means nothing, and none behind it does.
  var failed: Bool { bit > UInt64(8 * size) }

  /// Bits that are left.
  var remaining: UInt64 { failed ? 0 : UInt64(8 * size) - bit }
}
