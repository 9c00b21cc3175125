import CLedeKernels

/// Gathers the values of a block of terms and codes them; the grammar stands at
/// ``TermDictionaryWriter``.
struct TermValuesWriter {
  /// Those of surfaces or classes.
  private var terms: [lede_term] = []
  /// Where each fold's surfaces are in `ordinals`.
  private var folds: [Range<Int>] = []
  private var ordinals: [UInt32] = []

  var count: Int { terms.count + folds.count }

  mutating func add(_ term: lede_term) { terms.append(term) }

  mutating func add(alias surface: UInt32) {
    var term = lede_term()
    term.surface = surface
    terms.append(term)
  }

  mutating func add(fold surfaces: some Collection<UInt32>) {
    let start = ordinals.count
    ordinals.append(contentsOf: surfaces)
    folds.append(start..<ordinals.count)
  }

  mutating func removeAll() {
    terms.removeAll(keepingCapacity: true)
    folds.removeAll(keepingCapacity: true)
    ordinals.removeAll(keepingCapacity: true)
  }

  /// Appends the values of a block.
  ///
  /// - Parameter start: where the postings and positions of its terms start.
  func encode(
    _ namespace: TermNamespace, docCount: UInt32, start: (postings: UInt64, positions: UInt64),
    to buffer: EncodingBuffer
  ) {
    guard !namespace.isFold else { return encodeFolds(to: buffer) }
    // Safe: a block has so many terms at most.
    precondition(terms.count <= Int(LEDE_TERM_BLOCK), "a block is written when it is full")
    let width = lede_bits_of(max(1, docCount) - 1)
    buffer.write(upTo: Int(LEDE_TERMS_BYTES)) { out in
      terms.withUnsafeBufferPointer {
        lede_encode_terms(
          $0.baseAddress, $0.count, width, namespace.hasPositions ? 1 : 0, start.postings,
          start.positions, out)
      }
    }
  }

  /// The few values of folds, each of any length.
  private func encodeFolds(to buffer: EncodingBuffer) {
    let firsts = folds.map { ordinals[$0.lowerBound] }
    let first = firsts.first ?? 0
    let order = BitPacker.bestOrder(
      zip(firsts, [first] + firsts).map { BitPacker.code(UInt64($0), from: UInt64($1)) })
    let gapOrder = BitPacker.bestOrder(folds.flatMap { gaps($0) })
    buffer.append(UInt8(order | gapOrder << 4))
    buffer.append(varint: UInt64(first))
    var bits = BitPacker(buffer)
    var surface = first
    for fold in folds {
      bits.append(code: UInt64(fold.count - 1), order: 0)
      bits.append(
        difference: UInt64(ordinals[fold.lowerBound]), from: UInt64(surface), order: order)
      surface = ordinals[fold.lowerBound]
      for gap in gaps(fold) { bits.append(code: gap, order: gapOrder) }
    }
    bits.finish()
  }

  /// Gaps less one of the surfaces of a fold.
  private func gaps(_ fold: Range<Int>) -> [UInt64] {
    zip(ordinals[fold], ordinals[fold].dropFirst()).map { UInt64($1 - $0 - 1) }
  }
}
