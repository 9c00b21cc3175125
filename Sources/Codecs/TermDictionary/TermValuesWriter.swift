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
    let first = ordinals.first ?? 0
    ordinals.withUnsafeBufferPointer { ordinals in
      var (firsts, gaps): ([UInt64], [UInt64]) = ([], [])
      var before = first
      for fold in folds {
        firsts.append(BitPacker.code(UInt64(ordinals[fold.lowerBound]), from: UInt64(before)))
        before = ordinals[fold.lowerBound]
        // Less one, since ordinals ascend.
        for index in fold.dropFirst() {
          gaps.append(UInt64(ordinals[index] - ordinals[index - 1] - 1))
        }
      }
      let (order, gapOrder) = (BitPacker.bestOrder(firsts), BitPacker.bestOrder(gaps))
      buffer.append(UInt8(order | gapOrder << 4))
      buffer.append(varint: UInt64(first))
      var bits = BitPacker(buffer)
      var rest = gaps[...]
      for (place, fold) in folds.enumerated() {
        bits.append(code: UInt64(fold.count - 1), order: 0)
        bits.append(code: firsts[place], order: order)
        for gap in rest.prefix(fold.count - 1) { bits.append(code: gap, order: gapOrder) }
        rest = rest.dropFirst(fold.count - 1)
      }
      bits.finish()
    }
  }
}
