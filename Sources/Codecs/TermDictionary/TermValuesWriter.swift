/// Gathers the values of a block of terms and codes them; the grammar stands at
/// ``TermDictionaryWriter``.
struct TermValuesWriter {
  private enum Value {
    case postings(PostingsLocation)
    case alias(UInt32)
    /// Ordinals of surfaces, ascending.
    case fold(Range<Int>)
  }

  private var values: [Value] = []
  private var foldOrdinals: [UInt32] = []

  var count: Int { values.count }

  mutating func add(_ location: PostingsLocation) { values.append(.postings(location)) }

  mutating func add(alias surface: UInt32) { values.append(.alias(surface)) }

  mutating func add(fold ordinals: some Collection<UInt32>) {
    let start = foldOrdinals.count
    foldOrdinals.append(contentsOf: ordinals)
    values.append(.fold(start..<foldOrdinals.count))
  }

  mutating func removeAll() {
    values.removeAll(keepingCapacity: true)
    foldOrdinals.removeAll(keepingCapacity: true)
  }

  /// Appends the values of a block.
  ///
  /// - Parameter start: where the postings and positions of its terms start.
  func encode(
    _ namespace: TermNamespace, docCount: UInt32, start: (postings: UInt64, positions: UInt64),
    to buffer: EncodingBuffer
  ) {
    let surfaces = self.surfaces
    let first = surfaces.first ?? 0
    var code = TermValueCode(docCount: docCount)
    if namespace.hasPositions {
      code.ordinalOrder = BitPacker.bestOrder(spots)
      code.second = bitsPerPosition
    } else {
      let differences = zip(surfaces, [first] + surfaces).map {
        BitPacker.code(UInt64($0), from: UInt64($1))
      }
      code.ordinalOrder = BitPacker.bestOrder(differences)
      code.second = namespace.isFold ? BitPacker.bestOrder(foldGaps) : 0
    }
    buffer.append(UInt8(code.ordinalOrder | code.second << 4))
    if !namespace.isFold { buffer.append(varint: start.postings) }
    buffer.append(varint: namespace.hasPositions ? start.positions : UInt64(first))
    var bits = BitPacker(buffer)
    var surface = first
    for value in values {
      append(value, namespace, code, &surface, to: &bits)
    }
    bits.finish()
  }

  private func append(
    _ value: Value, _ namespace: TermNamespace, _ code: TermValueCode, _ surface: inout UInt32,
    to bits: inout BitPacker
  ) {
    switch value {
    case .postings(let location):
      bits.append(
        code: UInt64(location.docFreq) - (namespace.hasPositions ? 1 : 0), order: 0)
      Self.append(location, code, hasPositions: namespace.hasPositions, to: &bits)
    case .alias(let ordinal):
      bits.append(code: 0, order: 0)
      bits.append(
        difference: UInt64(ordinal), from: UInt64(surface), order: code.ordinalOrder)
      surface = ordinal
    case .fold(let range):
      bits.append(code: UInt64(range.count - 1), order: 0)
      let ordinals = foldOrdinals[range]
      bits.append(
        difference: UInt64(ordinals[range.lowerBound]), from: UInt64(surface),
        order: code.ordinalOrder)
      surface = ordinals[range.lowerBound]
      for (previous, next) in zip(ordinals, ordinals.dropFirst()) {
        bits.append(code: UInt64(next - previous - 1), order: code.second)
      }
    }
  }

  private static func append(
    _ location: PostingsLocation, _ code: TermValueCode, hasPositions: Bool,
    to bits: inout BitPacker
  ) {
    let docFreq = UInt64(location.docFreq)
    let more = location.totalTermFreq - docFreq
    switch location.storage {
    case .single(let doc, let positions, _, let length):
      bits.append(UInt64(doc), width: code.docWidth)
      bits.append(code: more, order: 0)
      guard hasPositions else { return }
      if more >= UInt64(PostingsLocation.maxInlinePositions) {
        bits.append(code: length, order: TermValueCode.singleLengthOrder)
      } else {
        Self.forEachGap(positions, Int(more) + 1) {
          bits.append(code: $0, order: code.ordinalOrder)
        }
      }
    case .list(_, let length, _, let positionsLength):
      bits.append(code: more, order: TermValueCode.moreOrder(docFreq: docFreq))
      let postings = code.postingsEstimate(docFreq: docFreq, more: more)
      bits.append(
        difference: length, from: postings, order: TermValueCode.lengthOrder(estimate: postings))
      guard hasPositions else { return }
      let positions = code.positionsEstimate(occurrences: location.totalTermFreq)
      bits.append(
        difference: positionsLength, from: positions,
        order: TermValueCode.lengthOrder(estimate: positions))
    }
  }

  // MARK: What parameters are chosen by

  /// The surface of each alias, and the first one of each fold.
  private var surfaces: [UInt32] {
    values.compactMap {
      switch $0 {
      case .postings: nil
      case .alias(let surface): surface
      case .fold(let range): foldOrdinals[range.lowerBound]
      }
    }
  }

  /// Gaps less one of the surfaces of folds.
  private var foldGaps: [UInt64] {
    values.flatMap { value -> [UInt64] in
      guard case .fold(let range) = value else { return [] }
      return zip(foldOrdinals[range], foldOrdinals[range].dropFirst()).map {
        UInt64($1 - $0 - 1)
      }
    }
  }

  /// Gaps less one of ordinals that stand in the dictionary.
  private var spots: [UInt64] {
    var spots: [UInt64] = []
    for case .postings(let location) in values {
      guard case .single(_, let positions, _, _) = location.storage,
        location.totalTermFreq <= UInt64(PostingsLocation.maxInlinePositions)
      else { continue }
      Self.forEachGap(positions, Int(location.totalTermFreq)) { spots.append($0) }
    }
    return spots
  }

  @inline(__always)
  private static func forEachGap(
    _ positions: SIMD8<UInt32>, _ count: Int, _ body: (UInt64) -> Void
  ) {
    var next: UInt32 = 0
    for lane in 0..<count {
      body(UInt64(positions[lane] - next))
      next = positions[lane] &+ 1
    }
  }

  /// The bits that an occurrence takes in the positions of the block's lists, up to 15.
  private var bitsPerPosition: Int {
    var (bytes, occurrences): (UInt64, UInt64) = (0, 0)
    for case .postings(let location) in values {
      // Long lists weigh no more than others: their lengths take few bits more.
      guard case .list(_, _, _, let length) = location.storage, location.docFreq < 128 else {
        continue
      }
      bytes += length
      occurrences += location.totalTermFreq
    }
    return occurrences == 0 ? 7 : min(15, Int((8 * bytes + occurrences / 2) / occurrences))
  }
}
