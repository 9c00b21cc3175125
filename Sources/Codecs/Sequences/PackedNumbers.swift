import LedeStorage

/// Numbers of equal width, lowest bits first in words of eight bytes, with a word of zeros behind them.
///
/// A plain view, valid while what it was read from lives.
// Sendable: read-only bytes of the mapping.
struct PackedNumbers: @unchecked Sendable {
  private let words: UnsafePointer<UInt64>
  /// Bits of a number: 0 to 64.
  let width: Int

  /// Reads so many numbers at an offset of a region, which moves behind them.
  init(
    _ region: FileRegion, count: Int, width: Int, at offset: inout Int
  ) throws(FormatError) {
    self.width = width
    // Safe: both have at most 32 bits, so that the product cannot wrap.
    words = try region.column(
      of: UInt64.self, count: (count * width + 63) / 64 + 1, at: &offset)
  }

  /// A number below the count.
  @inline(__always)
  subscript(index: Int) -> UInt64 {
    guard width > 0 else { return 0 }
    let bit = index &* width
    let (word, shift) = (bit &>> 6, UInt64(bit & 63))
    // Safe: a word of zeros stands behind the last that has values.
    var value = UInt64(littleEndian: words[word]) &>> shift
    if shift > 0 { value |= UInt64(littleEndian: words[word &+ 1]) &<< (64 &- shift) }
    return width == 64 ? value : value & ((1 &<< UInt64(width)) &- 1)
  }

  /// Hands out the words of some numbers, of which the first begins with the first word.
  func words<Result>(of numbers: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    let words = Self.words(of: numbers, width: width)
    // Safe: the words of numbers below the count were read.
    return body(
      UnsafeRawBufferPointer(
        UnsafeBufferPointer(start: self.words + words.lowerBound, count: words.count)))
  }

  /// Which words they are.
  static func words(of numbers: Range<Int>, width: Int) -> Range<Int> {
    precondition(numbers.lowerBound * width % 64 == 0, "numbers begin with a word")
    return numbers.lowerBound * width / 64..<(numbers.upperBound * width + 63) / 64
  }

  /// The words of some numbers, and the zeros behind them.
  static func packed(_ values: some Collection<UInt64>, width: Int) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: (values.count * width + 63) / 64 + 1)
    guard width > 0 else { return words }
    for (index, value) in values.enumerated() {
      let (word, shift) = (index * width / 64, index * width % 64)
      words[word] |= value << UInt64(shift)
      if shift + width > 64 { words[word + 1] = value >> UInt64(64 - shift) }
    }
    return words
  }
}
