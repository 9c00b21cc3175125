/// Reads numbers of a few bits one after the other, lowest bits first; what went wrong is asked once,
/// at the end. ``BitPacker`` writes them.
struct BitReader {
  private let bytes: UnsafeRawBufferPointer
  /// The next bit to read; past the end once a number did not fit.
  private(set) var bit: Int

  /// - Parameter bytes: at least eight, up to where numbers end.
  init(_ bytes: UnsafeRawBufferPointer, fromByte start: Int) {
    precondition(bytes.count >= 8, "a word can be loaded")
    self.bytes = bytes
    bit = 8 * start
  }

  /// Whether a number ran past the end or 56 bits; then it means nothing, and none behind it does.
  var failed: Bool { bit > 8 * bytes.count }

  /// Bits that are left.
  var remaining: Int { max(0, 8 * bytes.count - bit) }

  /// The next bits, 57 at least where so many are left, and zeros.
  @inline(__always)
  private var window: UInt64 {
    // Safe: the word ends with the bytes at the latest.
    let byte = min(bit >> 3, bytes.count - 8)
    let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: byte, as: UInt64.self))
    // Bits past the word are zeros: `>>` takes any number of them.
    return word >> UInt64(bit - 8 * byte)
  }

  /// A number of up to 56 bits.
  @inline(__always)
  mutating func next(width: Int) -> UInt64 {
    let value = window & (1 << UInt64(width) - 1)
    bit &+= width
    return value
  }

  @inline(__always)
  mutating func skip(width: Int) { bit &+= width }

  /// A number in exponential Golomb code of order `order`, up to 31: with 2^order added, so many zeros
  /// as it has bits more than order + 1, a one, and the bits below its highest.
  @inline(__always)
  mutating func nextCode(order: Int) -> UInt64 {
    let word = window
    let zeros = word.trailingZeroBitCount
    let width = zeros + order
    guard zeros + 1 + width <= 56 else { return nextLong(zeros, width, order) }
    bit &+= zeros + 1 + width
    return (word >> UInt64(zeros + 1)) & (1 << UInt64(width) - 1) + 1 << UInt64(width)
      - 1 << UInt64(order)
  }

  @inline(never)
  private mutating func nextLong(_ zeros: Int, _ width: Int, _ order: Int) -> UInt64 {
    guard width <= 56 else {
      bit = Int.max / 2
      return 0
    }
    bit &+= zeros + 1
    return next(width: width) + 1 << UInt64(width) - 1 << UInt64(order)
  }

  /// A number that may be below 0: 0, -1, 1, -2, … as 0, 1, 2, 3, …; as a difference to be added to
  /// an unsigned one.
  @inline(__always)
  mutating func nextDifference(order: Int) -> UInt64 {
    let code = nextCode(order: order)
    return code >> 1 ^ (0 &- code & 1)
  }
}
