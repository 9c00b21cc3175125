import LedeStorage

extension TermBlock {
  enum Value {
    case postings(TermEntry)
    case alias(UInt32)
  }

  /// Where the next value stands, and what it is relative to.
  struct ValueCursor {
    var bits: BitReader
    var code: TermValueCode
    var index = 0
    /// Where the next postings and positions stand.
    var postings: UInt64 = 0
    var positions: UInt64 = 0
    /// The surface of the alias before, or the first of the fold before.
    var surface: UInt64 = 0
  }

  func valueCursor() throws(FormatError) -> ValueCursor {
    var reader = VarintReader(bytes, from: valuesStart, to: bytes.count)
    let parameters = reader.nextByte()
    let postings = namespace.isFold ? 0 : reader.next()
    let positions = namespace.hasPositions ? reader.next() : 0
    let surface = namespace.hasPositions ? 0 : reader.next()
    guard !reader.failed else { throw cutOff() }
    var code = TermValueCode(docCount: docCount)
    code.ordinalOrder = Int(parameters & 15)
    code.second = Int(parameters >> 4)
    return ValueCursor(
      bits: BitReader(bytes, fromByte: reader.offset), code: code, postings: postings,
      positions: positions, surface: surface)
  }

  /// The value of a surface or class.
  func value(at wanted: Int) throws(FormatError) -> Value {
    var cursor = try valueCursor()
    for _ in 0..<wanted { skip(&cursor) }
    cursor.index = wanted
    return try next(&cursor)
  }

  /// Moves past a value, of which only the lengths matter: those of the postings and positions that
  /// stand before the next value's.
  @inline(__always)
  private func skip(_ cursor: inout ValueCursor) {
    let hasPositions = namespace.hasPositions
    let docFreq = cursor.bits.nextCode(order: 0) &+ (hasPositions ? 1 : 0)
    if docFreq == 1 {
      cursor.bits.skip(width: cursor.code.docWidth)
      let more = cursor.bits.nextCode(order: 0)
      guard hasPositions else { return }
      if more >= UInt64(PostingsLocation.maxInlinePositions) {
        cursor.positions &+= cursor.bits.nextCode(order: TermValueCode.singleLengthOrder)
      } else {
        for _ in 0...more { _ = cursor.bits.nextCode(order: cursor.code.ordinalOrder) }
      }
    } else if docFreq == 0 {
      cursor.surface &+= cursor.bits.nextDifference(order: cursor.code.ordinalOrder)
    } else {
      let lengths = Self.lengths(&cursor, docFreq, hasPositions: hasPositions)
      cursor.postings &+= lengths.postings
      cursor.positions &+= lengths.positions
    }
  }

  /// What a list states.
  @inline(__always)
  private static func lengths(
    _ cursor: inout ValueCursor, _ docFreq: UInt64, hasPositions: Bool
  ) -> (more: UInt64, postings: UInt64, positions: UInt64) {
    let more = cursor.bits.nextCode(order: TermValueCode.moreOrder(docFreq: docFreq))
    let postings = cursor.code.postingsEstimate(docFreq: docFreq, more: more)
    let length =
      postings
      &+ cursor.bits.nextDifference(order: TermValueCode.lengthOrder(estimate: postings))
    guard hasPositions else { return (more, length, 0) }
    let positions = cursor.code.positionsEstimate(occurrences: docFreq &+ more)
    return (
      more, length,
      positions
        &+ cursor.bits.nextDifference(order: TermValueCode.lengthOrder(estimate: positions))
    )
  }

  func next(_ cursor: inout ValueCursor) throws(FormatError) -> Value {
    let ordinal = firstOrdinal &+ UInt32(truncatingIfNeeded: cursor.index)
    cursor.index += 1
    let docFreq = cursor.bits.nextCode(order: 0) &+ (namespace.hasPositions ? 1 : 0)
    if docFreq == 0 {
      cursor.surface &+= cursor.bits.nextDifference(order: cursor.code.ordinalOrder)
      guard !cursor.bits.failed, let surface = UInt32(exactly: cursor.surface) else {
        throw cutOff()
      }
      return .alias(surface)
    }
    let location =
      docFreq == 1 ? readSingle(&cursor) : readList(&cursor, docFreq: docFreq)
    guard let location, !cursor.bits.failed else { throw cutOff() }
    cursor.postings &+= location.postingsLength
    cursor.positions &+= location.positionsLength
    return .postings(TermEntry(ordinal: ordinal, namespace: namespace, location: location))
  }

  private func readList(
    _ cursor: inout ValueCursor, docFreq: UInt64
  ) -> PostingsLocation? {
    guard let count = UInt32(exactly: docFreq) else { return nil }
    let lengths = Self.lengths(&cursor, docFreq, hasPositions: namespace.hasPositions)
    return PostingsLocation(
      docFreq: count, totalTermFreq: lengths.more &+ docFreq,
      storage: .list(
        offset: cursor.postings, length: lengths.postings, positionsOffset: cursor.positions,
        positionsLength: lengths.positions))
  }

  private func readSingle(_ cursor: inout ValueCursor) -> PostingsLocation? {
    let doc = UInt32(truncatingIfNeeded: cursor.bits.next(width: cursor.code.docWidth))
    let more = cursor.bits.nextCode(order: 0)
    guard more < UInt64(UInt32.max) else { return nil }
    var inline = SIMD8<UInt32>()
    var length: UInt64 = 0
    if namespace.hasPositions, more >= UInt64(PostingsLocation.maxInlinePositions) {
      length = cursor.bits.nextCode(order: TermValueCode.singleLengthOrder)
    } else if namespace.hasPositions {
      var next: UInt64 = 0
      for lane in 0...Int(more) {
        next &+= cursor.bits.nextCode(order: cursor.code.ordinalOrder)
        guard let ordinal = UInt32(exactly: next) else { return nil }
        inline[lane] = ordinal
        next &+= 1
      }
    }
    return PostingsLocation(
      docFreq: 1, totalTermFreq: more + 1,
      storage: .single(
        doc: doc, positions: inline, positionsOffset: cursor.positions, positionsLength: length))
  }

  /// The ordinals of a fold's surfaces.
  func ordinals(at wanted: Int) throws(FormatError) -> [UInt32] {
    var cursor = try valueCursor()
    for _ in 0..<wanted { _ = try nextOrdinals(&cursor) }
    return try nextOrdinals(&cursor)
  }

  private func nextOrdinals(_ cursor: inout ValueCursor) throws(FormatError) -> [UInt32] {
    let more = cursor.bits.nextCode(order: 0)
    cursor.surface &+= cursor.bits.nextDifference(order: cursor.code.ordinalOrder)
    // A gap takes a bit at least: what fits the block bounds what memory is taken.
    guard !cursor.bits.failed, more <= UInt64(cursor.bits.remaining) else { throw cutOff() }
    var ordinals: [UInt32] = []
    var next = cursor.surface
    for index in 0...more {
      if index > 0 { next &+= cursor.bits.nextCode(order: cursor.code.second) &+ 1 }
      guard let ordinal = UInt32(exactly: next), !cursor.bits.failed else { throw cutOff() }
      ordinals.append(ordinal)
    }
    return ordinals
  }

  private func cutOff() -> FormatError {
    region.corrupt(at: valuesStart, "the values of a block of terms make no sense")
  }
}
