/// A seeded hash of short byte strings, eight bytes a step.
///
/// The seed is random per table, so that an archive can't be crafted to collide; nothing written to
/// disk depends on it. The step is the 128-bit product folded to 64 bits.
/// Source: Wang Yi, wyhash (the folded multiplication); Dietzfelbinger et al. 1997 on multiplicative
/// hashing.
struct TermHash {
  private let seed: UInt64
  private let multiplier: UInt64

  init() {
    seed = UInt64.random(in: 0 ... .max)
    multiplier = UInt64.random(in: 0 ... .max) | 1
  }

  /// Hashes `length` bytes, at least 1.
  ///
  /// Up to 7 bytes after the last one are read and ignored: the caller pads its buffers.
  @inline(__always)
  func callAsFunction(_ bytes: UnsafeRawPointer, _ length: Int) -> UInt32 {
    var state = seed
    var start = bytes
    var rest = length
    while rest > 8 {
      state = Self.fold(state ^ Self.word(start), multiplier)
      start += 8
      rest -= 8
    }
    let tail = Self.word(start) & Self.mask(rest)
    let hash = Self.fold(state ^ tail, multiplier ^ (UInt64(truncatingIfNeeded: length) << 32))
    return UInt32(truncatingIfNeeded: hash >> 32)
  }

  /// Eight bytes at any address.
  @inline(__always)
  static func word(_ bytes: UnsafeRawPointer) -> UInt64 {
    bytes.loadUnaligned(as: UInt64.self)
  }

  /// Keeps the first `length` bytes of a word, 1 to 8.
  @inline(__always)
  static func mask(_ length: Int) -> UInt64 {
    #if _endian(little)
      UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- 8 &* length)
    #else
      UInt64.max &<< UInt64(truncatingIfNeeded: 64 &- 8 &* length)
    #endif
  }

  @inline(__always)
  private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }
}
