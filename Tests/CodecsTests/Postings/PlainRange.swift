import CLedeKernels
import TestSupport
import Testing

/// Postings of one range as plain arrays, and their bytes.
struct PlainRange {
  static let size = Int(LEDE_RANGE_SIZE)
  let number: Int
  var docs: [UInt32] = []
  var freqs: [UInt32] = []
  /// Bytes of other ranges behind this one: near the end of a list kernels take other paths.
  var padding = 0

  /// termFreqs of every form and width.
  enum Freqs: CaseIterable {
    case ones, small, exceptions, wide, huge

    func next(_ generator: inout SplitMix64) -> UInt32 {
      switch self {
      case .ones: 1
      case .small: UInt32(1 + generator.below(3))
      case .exceptions: UInt32(1 + (generator.chance(0.05) ? generator.below(100) : 0))
      case .wide: UInt32(1 + generator.below(5000))
      case .huge: generator.chance(0.1) ? 1 + (UInt32.max >> UInt32(2 + generator.below(30))) : 1
      }
    }
  }

  /// `count` documents of the first `limit` of a range.
  init(
    _ number: Int, count: Int, below limit: Int = size, _ freqs: Freqs,
    using generator: inout SplitMix64
  ) {
    self.number = number
    docs = PlainPostings.sample(count, below: limit, using: &generator).map { base + $0 }
    self.freqs = docs.map { _ in freqs.next(&generator) }
  }

  /// Ranges of every number of documents around the borders of the forms, and of random ones; the last
  /// of a segment too.
  static func forRandom(
    _ level: Int32, _ seed: UInt64,
    _ body: (PlainRange, _ docCount: Int, inout SplitMix64, Comment) throws -> Void
  ) rethrows {
    let kernels = ForcedKernels(level)
    defer { kernels.end() }
    var generator = SplitMix64(seed: seed)
    let counts = [1, 2, 15, 16, 17, 31, 32, 33, 34, 63, 64, 65, 66, 511, 512]
    for freqs in Freqs.allCases {
      for count in counts + (0..<60).map({ _ in 1 + generator.below(size) }) {
        let number = generator.below(40)
        let limit = generator.chance(0.2) ? max(count, 1 + generator.below(size)) : size
        var range = PlainRange(number, count: count, below: limit, freqs, using: &generator)
        range.padding = generator.chance(0.6) ? generator.below(100) : 0
        let docCount = limit < size ? Int(range.base) + limit : 1 << 20
        try body(
          range, docCount, &generator,
          "level \(level), seed \(seed), \(count) below \(limit), \(freqs)")
      }
    }
  }

  var base: UInt32 { UInt32(number * Self.size) }

  var encoded: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Int(LEDE_RANGE_BYTES)) { buffer, count in
      count = lede_ranged_encode(docs, freqs, docs.count, base, buffer.baseAddress)
    }
  }

  /// Hands the kernel a list of which only this range has documents, its bytes in memory of their own
  /// size, so that a sanitizer notices what is read behind them.
  func withList<Result>(
    _ bytes: [UInt8], docCount: Int, _ body: (UnsafePointer<lede_ranged>) throws -> Result
  ) rethrows -> Result {
    let bytes = bytes + [UInt8](repeating: 0xa5, count: padding)
    let payload = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
    payload.initialize(from: bytes, count: bytes.count)
    defer { payload.deallocate() }
    // Three more: kernels may read so many bytes behind codes and offsets.
    var codes = [UInt8](repeating: 0, count: number + 4)
    codes[number] = 1
    let groups = [UInt8](repeating: 0, count: 4 * (number / 16 + 1))
    let offsets = [UInt8](repeating: 0, count: 2 * (number + 1) + 3)
    return try codes.withUnsafeBufferPointer { codes in
      try groups.withUnsafeBufferPointer { groups in
        try offsets.withUnsafeBufferPointer { offsets in
          var list = lede_ranged(
            codes: codes.baseAddress, groups: groups.baseAddress, offsets: offsets.baseAddress,
            payload: payload, size: bytes.count, doc_count: UInt32(docCount))
          return try body(&list)
        }
      }
    }
  }

  /// Hands the kernel where positions of ranges start, of which this range's do at a byte: in two bytes, or
  /// in four.
  ///
  /// - Parameter marks: of this range, in `markWidth` bytes each; none if that is 0.
  func withPositions<Result>(
    at start: UInt64, isWide: Bool = false, marks: [UInt64] = [], markWidth: Int = 0,
    _ body: (lede_range_positions) throws -> Result
  ) rethrows -> Result {
    let own = marks.flatMap { mark in
      (0..<markWidth).map { UInt8(truncatingIfNeeded: mark >> UInt64(8 * $0)) }
    }
    let all = [UInt8](repeating: 0xa5, count: own.count * number) + own
    let (first, group) = (UInt64(3), UInt64(number < 16 || isWide ? 0 : 2))
    let width = isWide ? 4 : 2
    var starts = [UInt8](repeating: 0xa5, count: width * (number + 1))
    for byte in 0..<width {
      starts[width * number + byte] = UInt8(
        truncatingIfNeeded: (start - first - group) >> UInt64(8 * byte))
    }
    var groups = [UInt8](repeating: 0xa5, count: 4 * (number / 16))
    if !groups.isEmpty { groups = groups.dropLast(4) + [UInt8(group), 0, 0, 0] }
    return try starts.withUnsafeBufferPointer { starts in
      try groups.withUnsafeBufferPointer { groups in
        try all.withUnsafeBufferPointer { marks in
          try body(
            lede_range_positions(
              groups: groups.baseAddress, starts: starts.baseAddress, is_wide: isWide ? 1 : 0,
              first: first, end: start, marks: markWidth == 0 ? nil : marks.baseAddress,
              mark_size: UInt32(markWidth)))
        }
      }
    }
  }
}
