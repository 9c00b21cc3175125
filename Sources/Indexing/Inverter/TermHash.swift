import CLedeKernels

/// A seeded hash of short byte strings, sixteen bytes a step.
///
/// The seed is random per table, so that an archive can't be crafted to collide; nothing written to
/// disk depends on it. The step is the 128-bit product of two words folded to 64 bits.
/// Source: Wang Yi, wyhash (the folded multiplication); Dietzfelbinger et al. 1997 on multiplicative
/// hashing.
struct TermHash {
  private let seed: UInt64
  private let other: UInt64

  /// Bytes that are read behind a string at most, and ignored.
  static var padding: Int { 15 }

  init() {
    seed = UInt64.random(in: 0 ... .max)
    other = UInt64.random(in: 0 ... .max)
  }

  /// Hashes `length` bytes, at least 1.
  ///
  /// ``padding`` bytes after the last one must be readable.
  @inline(__always)
  func callAsFunction(_ bytes: UnsafeRawPointer, _ length: Int) -> UInt32 {
    var state = seed
    var start = bytes.assumingMemoryBound(to: UInt8.self)
    var rest = length
    while rest > 16 {
      state = Self.fold(state ^ lede_term_word(start), other ^ lede_term_word(start + 8))
      start += 16
      rest -= 16
    }
    let end = lede_term_end_of(start, UInt32(truncatingIfNeeded: rest))
    let lengths = UInt64(truncatingIfNeeded: length) << 32
    return UInt32(
      truncatingIfNeeded: Self.fold(state ^ end.first, other ^ end.second ^ lengths) >> 32)
  }

  @inline(__always)
  private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }
}
