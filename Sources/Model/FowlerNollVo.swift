/// FNV-1a, 64 bits: the hash of rank digests, content hashes and the key table.
///
/// Source: Fowler, Noll, Vo, draft-eastlake-fnv. Chosen because a reader of a digest can
/// recompute it in five lines of any language.
public struct FowlerNollVo: Sendable, Equatable {
  public private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  public init() {}

  @inlinable public static var prime: UInt64 { 0x100_0000_01b3 }

  /// Takes in the next byte, or the next bytes in their order.
  public mutating func combine(byte: UInt8) {
    value = (value ^ UInt64(byte)) &* Self.prime
  }

  public mutating func combine(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { combine(byte: byte) }
  }

  public mutating func combine(_ bytes: UnsafeRawBufferPointer) {
    var hash = value
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* Self.prime }
    value = hash
  }

  /// Hashes a whole run of bytes at once.
  public static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hasher = FowlerNollVo()
    hasher.combine(bytes)
    return hasher.value
  }
}
