/// Writes numbers of a few bits one after the other, lowest bits first; `lede_values.h` reads them.
struct BitPacker {
  private var word: UInt64 = 0
  private var count = 0
  private let out: EncodingBuffer

  init(_ out: EncodingBuffer) { self.out = out }

  /// Appends a number of up to 56 bits.
  mutating func append(_ value: UInt64, width: Int) {
    precondition(width <= 56 && value >> UInt64(width) == 0, "the number has so many bits")
    word |= value << UInt64(count)
    count += width
    while count >= 8 {
      out.append(UInt8(truncatingIfNeeded: word))
      word >>= 8
      count -= 8
    }
  }

  /// Appends a number in exponential Golomb code.
  mutating func append(code value: UInt64, order: Int) {
    let sum = value + 1 << UInt64(order)
    let width = 63 - sum.leadingZeroBitCount
    let zeros = width - order
    append(1 << UInt64(zeros), width: zeros + 1)
    append(sum ^ 1 << UInt64(width), width: width)
  }

  /// Fills the last byte with zeros.
  mutating func finish() {
    if count > 0 { out.append(UInt8(truncatingIfNeeded: word)) }
    (word, count) = (0, 0)
  }

  /// How far a number is from another, as a number to be coded.
  static func code(_ value: UInt64, from other: UInt64) -> UInt64 {
    let difference = Int64(bitPattern: value &- other)
    return UInt64(bitPattern: difference << 1 ^ difference >> 63)
  }

  /// Bits that a number takes in the code.
  static func size(code value: UInt64, order: Int) -> Int {
    2 * (64 - (value + 1 << UInt64(order)).leadingZeroBitCount) - 1 - order
  }

  /// The order up to 15 in which some numbers take the fewest bits, or nearly so.
  static func bestOrder(_ values: [UInt64]) -> Int {
    guard !values.isEmpty else { return 0 }
    let mean = values.reduce(0, &+) / UInt64(values.count)
    // Of numbers that spread evenly, or fall off as those of a power law do, the best order is near
    // the logarithm of their mean.
    let near = min(14, 64 - mean.leadingZeroBitCount)
    return (max(0, near - 2)...near + 1).min { size(values, $0) < size(values, $1) } ?? near
  }

  private static func size(_ values: [UInt64], _ order: Int) -> Int {
    values.reduce(0) { $0 + size(code: $1, order: order) }
  }
}
