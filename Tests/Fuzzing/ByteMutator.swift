import TestSupport

/// Changes to byte strings that tend to find what a decoder takes for granted.
enum ByteMutator {
  /// Numbers at the ends of ranges, and around powers of two.
  private static let extremes: [UInt64] = [
    0, 1, 2, 7, 8, 15, 16, 31, 32, 63, 64, 127, 128, 129, 255, 256, 511, 512, 4095, 65_535, 65_536,
    1 << 24, 1 << 31 - 1, 1 << 31, UInt64(UInt32.max) - 1, UInt64(UInt32.max), 1 << 32, 1 << 48,
    UInt64(Int64.max), 1 << 63, UInt64.max - 1, .max,
  ]

  /// Changes the bytes once to a few times.
  ///
  /// - Parameter other: bytes that parts may be taken from.
  static func mutate(_ bytes: inout [UInt8], _ other: [UInt8], _ random: inout SplitMix64) {
    for _ in 0..<(1 + random.below(random.chance(0.2) ? 12 : 3)) {
      mutateOnce(&bytes, other, &random)
    }
  }

  private static func mutateOnce(
    _ bytes: inout [UInt8], _ other: [UInt8], _ random: inout SplitMix64
  ) {
    guard !bytes.isEmpty else {
      bytes = (0..<random.below(24)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      return
    }
    let place = random.below(bytes.count)
    switch random.below(12) {
    case 0, 1: bytes[place] ^= 1 << UInt8(random.below(8))
    case 2: bytes[place] = UInt8(truncatingIfNeeded: random.next())
    case 3: bytes[place] = [0, 1, 0x7f, 0x80, 0xfe, 0xff][random.below(6)]
    case 4, 5: storeNumber(&bytes, at: place, extremes[random.below(extremes.count)], &random)
    case 6: nudgeNumber(&bytes, at: place, &random)
    case 7: overlay(&bytes, at: place, with: other, &random)
    case 8: bytes.removeSubrange(range(from: place, in: bytes, &random))
    case 9:
      let copy = Array(bytes[range(from: place, in: bytes, &random)])
      bytes.insert(contentsOf: copy, at: random.below(bytes.count + 1))
    case 10: for index in range(from: place, in: bytes, &random) { bytes[index] = 0xff }
    default: insertVarint(&bytes, at: place, &random)
    }
  }

  /// Mostly short, sometimes to the end.
  private static func range(
    from place: Int, in bytes: [UInt8], _ random: inout SplitMix64
  ) -> Range<Int> {
    let most = bytes.count - place
    let length = random.chance(0.1) ? most : min(most, 1 + random.below(16))
    return place..<place + length
  }

  private static func storeNumber(
    _ bytes: inout [UInt8], at place: Int, _ value: UInt64, _ random: inout SplitMix64
  ) {
    let width = [1, 2, 4, 4, 8][random.below(5)]
    // Most numbers of the format are aligned.
    let start = random.chance(0.7) ? place / width * width : place
    for index in 0..<width where start + index < bytes.count {
      bytes[start + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
    }
  }

  private static func nudgeNumber(
    _ bytes: inout [UInt8], at place: Int, _ random: inout SplitMix64
  ) {
    let start = place / 4 * 4
    guard start + 4 <= bytes.count else { return bytes[place] &+= 1 }
    var value: UInt32 = 0
    for index in 0..<4 { value |= UInt32(bytes[start + index]) << UInt32(8 * index) }
    value = random.chance(0.5) ? value &+ UInt32(1 + random.below(3)) : value &- 1
    for index in 0..<4 {
      bytes[start + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index))
    }
  }

  private static func overlay(
    _ bytes: inout [UInt8], at place: Int, with other: [UInt8], _ random: inout SplitMix64
  ) {
    guard !other.isEmpty else { return }
    let from = random.below(other.count)
    let length = min(1 + random.below(32), other.count - from, bytes.count - place)
    bytes.replaceSubrange(place..<place + length, with: other[from..<from + length])
  }

  private static func insertVarint(
    _ bytes: inout [UInt8], at place: Int, _ random: inout SplitMix64
  ) {
    let long = [UInt8](repeating: 0xff, count: 1 + random.below(10))
    let varint = long + [[0, 1, 0x7f, 0x80][random.below(4)]]
    if random.chance(0.5) {
      bytes.insert(contentsOf: varint, at: place)
    } else {
      let end = min(bytes.count, place + varint.count)
      bytes.replaceSubrange(place..<end, with: varint.prefix(end - place))
    }
  }
}
