/// Up to four (termFreq, length) pairs that together dominate every posting they cover.
///
/// For each posting covered there is a pair whose termFreq is at least, and whose length is at most,
/// that of the posting. BM25 grows with termFreq and falls with length, so the best pair's score is a
/// bound for any N, df, avgdl, k1 and b: statistics may drift and parameters may change per query.
/// Fewer than four pairs are padded by repeating the first. Sources: Ding and Suel, "Faster top-k
/// document retrieval using block-max indexes" (2011), for bounds per block; the Pareto front of
/// (termFreq, length) instead of a score keeps them free of statistics.
package struct ImpactFront: Sendable, Equatable {
  /// termFreqs, rounded up: 65,535 stands for any larger one and must be scored as unbounded.
  package var termFreqs: SIMD4<UInt16>
  /// Field lengths, rounded down: 65,535 stands for 65,535 or longer.
  package var lengths: SIMD4<UInt16>

  /// Bytes on disk: four termFreqs, then four lengths, each a little-endian UInt16.
  package static var size: Int { 16 }

  package init(termFreqs: SIMD4<UInt16>, lengths: SIMD4<UInt16>) {
    self.termFreqs = termFreqs
    self.lengths = lengths
  }

  /// The front of a single known bound.
  package init(termFreq: UInt32, length: UInt32) {
    termFreqs = SIMD4(repeating: UInt16(clamping: termFreq))
    lengths = SIMD4(repeating: UInt16(clamping: length))
  }

  /// Reads a front at `offset`; the caller has checked that 16 bytes are there.
  @inline(__always)
  init(_ bytes: UnsafeRawPointer, offset: Int) {
    let raw = bytes.loadUnaligned(fromByteOffset: offset, as: SIMD8<UInt16>.self)
    #if _endian(big)
      let values = SIMD8<UInt16>(littleEndianBytesOf: raw)
    #else
      let values = raw
    #endif
    termFreqs = values.lowHalf
    lengths = values.highHalf
  }

  func append(to buffer: EncodingBuffer) {
    for lane in 0..<4 { buffer.append(littleEndian: termFreqs[lane]) }
    for lane in 0..<4 { buffer.append(littleEndian: lengths[lane]) }
  }
}

#if _endian(big)
  extension SIMD8<UInt16> {
    init(littleEndianBytesOf raw: SIMD8<UInt16>) {
      self.init()
      for lane in 0..<8 { self[lane] = UInt16(littleEndian: raw[lane]) }
    }
  }
#endif

/// Collects (termFreq, length) pairs and reduces them to an ``ImpactFront``.
struct ImpactFrontBuilder {
  private typealias Pair = (termFreq: UInt32, length: UInt32)

  /// Smallest length seen per termFreq below the table's size; larger termFreqs share the last slot.
  private var shortest = [UInt32](repeating: .max, count: tableSize)
  private var largestTermFreq: UInt32 = 0
  private var front: [Pair] = []
  private static let tableSize = 64

  init() { front.reserveCapacity(Self.tableSize) }

  @inline(__always)
  mutating func add(termFreq: UInt32, length: UInt32) {
    let slot = Int(min(termFreq, UInt32(Self.tableSize - 1)))
    if length < shortest[slot] { shortest[slot] = length }
    if termFreq > largestTermFreq { largestTermFreq = termFreq }
  }

  mutating func add(_ other: ImpactFront) {
    for lane in 0..<4 {
      add(termFreq: UInt32(other.termFreqs[lane]), length: UInt32(other.lengths[lane]))
    }
  }

  /// The front of all pairs added since the last call, at most four pairs, and empties the builder.
  mutating func finish() -> ImpactFront {
    collectParetoFront()
    while front.count > 4 { mergeCheapestNeighbours() }
    guard let first = front.first else { return ImpactFront(termFreq: 0, length: .max) }
    var result = ImpactFront(termFreq: first.termFreq, length: first.length)
    for (lane, pair) in front.enumerated() {
      result.termFreqs[lane] = UInt16(clamping: pair.termFreq)
      result.lengths[lane] = UInt16(clamping: pair.length)
    }
    return result
  }

  /// Pairs that no other dominates, by falling termFreq and falling length.
  private mutating func collectParetoFront() {
    front.removeAll(keepingCapacity: true)
    var bestLength = UInt32.max
    let last = Int(min(largestTermFreq, UInt32(Self.tableSize - 1)))
    for slot in stride(from: last, through: 0, by: -1) where shortest[slot] != .max {
      let termFreq = slot == Self.tableSize - 1 ? largestTermFreq : UInt32(slot)
      if front.isEmpty || shortest[slot] < bestLength {
        bestLength = shortest[slot]
        front.append((termFreq, bestLength))
      }
      shortest[slot] = .max
    }
    largestTermFreq = 0
  }

  /// Replaces the two neighbours whose common bound costs least under a typical BM25.
  private mutating func mergeCheapestNeighbours() {
    var cheapest = 0
    var leastCost = Float.infinity
    let typical = Float(front.reduce(0) { $0 + UInt64($1.length) }) / Float(front.count) + 1
    func score(_ termFreq: UInt32, _ length: UInt32) -> Float {
      let frequency = Float(termFreq)
      return frequency / (frequency + 0.3 + 0.9 * Float(length) / typical)
    }
    for index in 0..<(front.count - 1) {
      let (high, low) = (front[index], front[index + 1])
      let cost =
        score(high.termFreq, low.length)
        - max(score(high.termFreq, high.length), score(low.termFreq, low.length))
      if cost < leastCost { (leastCost, cheapest) = (cost, index) }
    }
    front[cheapest].length = front[cheapest + 1].length
    front.remove(at: cheapest + 1)
  }
}
