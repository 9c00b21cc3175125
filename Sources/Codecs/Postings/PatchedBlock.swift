import CLedeKernels

/// Patched frame of reference: up to 128 small integers at one width, the few wider ones patched in.
///
///     block     := head, [exceptionCount: u8], packed, exceptions
///     head      := u8: bits 0-5 the width (0 to 32), bit 6 set when there are exceptions
///     packed    := 128 values: vertical, 16 * width bytes; fewer: horizontal (see lede_bitpack.h)
///     exceptions:= exceptionCount * (index: u8), exceptionCount * (value >> width: varint)
///
/// A block of 128 zeros, as the termFreqs of a term that never repeats are after subtracting one, is
/// the single byte 0. Source: Zukowski et al., "Super-scalar RAM-CPU cache compression" (2006).
enum PatchedBlock {
  static let size = 128
  /// Patching is scalar: more exceptions than this cost more time than the wider width costs space.
  static let maxExceptions = 16
  /// Enough for any block: head, count, 128 values of 32 bits, the exceptions.
  static let maxEncodedSize = 2 + 512 + maxExceptions * 6

  /// Appends a block of 1 to 128 values; leaves `values` without the bits that were patched out.
  static func encode(_ values: UnsafeMutableBufferPointer<UInt32>, to buffer: EncodingBuffer) {
    let width = bestWidth(UnsafeBufferPointer(values))
    buffer.write(upTo: maxEncodedSize) { out in
      // Safe: `values` holds at most 128 values and `out` room for the largest encoding of them.
      withUnsafeTemporaryAllocation(of: (index: UInt8, high: UInt32).self, capacity: maxExceptions)
      {
        let exceptions = moveExceptions(of: values, width: width, to: $0)
        out[0] = UInt8(width) | (exceptions > 0 ? 0x40 : 0)
        var at = 1
        if exceptions > 0 {
          out[1] = UInt8(exceptions)
          at = 2
        }
        at += pack(UnsafeBufferPointer(values), width, to: out + at)
        for exception in $0[..<exceptions] {
          out[at] = exception.index
          at += 1
        }
        for exception in $0[..<exceptions] {
          at += Varint.write(UInt64(exception.high), to: out + at)
        }
        return at
      }
    }
  }

  /// Takes the bits above `width` out of `values`; returns how many values had any.
  private static func moveExceptions(
    of values: UnsafeMutableBufferPointer<UInt32>, width: Int,
    to exceptions: UnsafeMutableBufferPointer<(index: UInt8, high: UInt32)>
  ) -> Int {
    guard width < 32 else { return 0 }
    var count = 0
    let limit = UInt32(1) << UInt32(width)
    for index in values.indices where values[index] >= limit {
      exceptions[count] = (UInt8(index), values[index] >> UInt32(width))
      values[index] &= limit - 1
      count += 1
    }
    return count
  }

  /// Decodes `count` values from `offset` on and moves past them; nil when the bytes make no sense.
  static func decode(
    _ bytes: UnsafeRawBufferPointer, _ offset: inout Int, count: Int,
    into out: UnsafeMutablePointer<UInt32>
  ) -> Bool {
    guard offset < bytes.count, let base = bytes.baseAddress else { return false }
    let head = bytes[offset]
    let width = Int(head & 0x3f)
    guard width <= 32, head < 0x80 else { return false }
    offset += 1
    var exceptions = 0
    if head & 0x40 != 0 {
      guard offset < bytes.count else { return false }
      exceptions = Int(bytes[offset])
      offset += 1
    }
    let packedSize = packedSize(count: count, width: width)
    guard packedSize <= bytes.count - offset else { return false }
    let packed = base.advanced(by: offset).assumingMemoryBound(to: UInt8.self)
    // Safe: the packed bytes lie inside the region and `out` holds `count` values.
    if count == size {
      lede_unpack128(packed, UInt32(width), out)
    } else {
      lede_unpack_run(packed, bytes.count - offset, count, UInt32(width), out)
    }
    offset += packedSize
    return exceptions == 0
      || patch(bytes, &offset, exceptions: exceptions, count: count, width: width, out)
  }

  /// Moves past a block without decoding it.
  static func skip(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int, count: Int) -> Bool {
    guard offset < bytes.count else { return false }
    let head = bytes[offset]
    guard head < 0x80, head & 0x3f <= 32 else { return false }
    offset += 1
    var exceptions = 0
    if head & 0x40 != 0 {
      guard offset < bytes.count else { return false }
      exceptions = Int(bytes[offset])
      offset += 1
    }
    offset += packedSize(count: count, width: Int(head & 0x3f)) + exceptions
    for _ in 0..<exceptions where Varint.read(bytes, &offset) == nil { return false }
    return offset <= bytes.count
  }

  private static func packedSize(count: Int, width: Int) -> Int { (count * width + 7) / 8 }

  private static func patch(
    _ bytes: UnsafeRawBufferPointer, _ offset: inout Int, exceptions: Int, count: Int, width: Int,
    _ out: UnsafeMutablePointer<UInt32>
  ) -> Bool {
    guard exceptions <= bytes.count - offset, width < 32 else { return false }
    let indexes = offset
    offset += exceptions
    for exception in 0..<exceptions {
      let index = Int(bytes[indexes + exception])
      guard index < count, let high = Varint.read32(bytes, &offset),
        high <= UInt32.max >> UInt32(width)
      else { return false }
      out[index] |= high << UInt32(width)
    }
    return true
  }

  private static func pack(
    _ values: UnsafeBufferPointer<UInt32>, _ width: Int, to out: UnsafeMutablePointer<UInt8>
  ) -> Int {
    if values.count == size {
      lede_pack128(values.baseAddress, UInt32(width), out)
      return 16 * width
    }
    return lede_pack_run(values.baseAddress, values.count, UInt32(width), out)
  }

  /// The width whose packed bytes and exceptions together are fewest.
  private static func bestWidth(_ values: UnsafeBufferPointer<UInt32>) -> Int {
    let widest = Int(lede_bits_needed(values.baseAddress, values.count))
    guard widest > 0 else { return 0 }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 33) { histogram in
      histogram.initialize(repeating: 0)
      for value in values { histogram[32 - value.leadingZeroBitCount] += 1 }
      var best = widest
      var least = packedSize(count: values.count, width: widest)
      var exceptions = 0
      var patchBytes = 0
      for width in stride(from: widest - 1, through: 0, by: -1) {
        exceptions += Int(histogram[width + 1])
        if exceptions > maxExceptions { break }
        patchBytes = 1
        for wider in (width + 1)...widest {
          patchBytes += Int(histogram[wider]) * (1 + (wider - width + 6) / 7)
        }
        let total = packedSize(count: values.count, width: width) + patchBytes
        if total < least { (least, best) = (total, width) }
      }
      return best
    }
  }
}
