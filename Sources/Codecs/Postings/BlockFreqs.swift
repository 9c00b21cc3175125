import CLedeKernels

/// The termFreqs of one block: in unary, or as a patched block where that is smaller.
///
///     termFreqs := 0x80, unary | patched block of termFreq - 1
///
/// Most termFreqs are 1: unary takes little more than their entropy, and decodes as set bits do.
enum BlockFreqs {
  private static let unaryMark: UInt8 = 0x80

  /// Decodes `count` termFreqs from `offset` on to the end of the block; false when the bytes make no
  /// sense.
  static func decode(
    _ bytes: UnsafeRawBufferPointer, _ offset: Int, count: Int,
    into freqs: UnsafeMutablePointer<UInt32>
  ) -> Bool {
    guard offset < bytes.count, let base = bytes.baseAddress else { return false }
    if bytes[offset] == unaryMark {
      // Safe: reads up to the end of the list and stops at the last number.
      return lede_unpack_unary(
        base.advanced(by: offset + 1).assumingMemoryBound(to: UInt8.self),
        bytes.count - offset - 1, count, freqs) != 0
    }
    var offset = offset
    guard PatchedBlock.decode(bytes, &offset, count: count, into: freqs) else { return false }
    for index in 0..<count { freqs[index] &+= 1 }
    return true
  }

  /// Appends the termFreqs of a block, each at least 1; `scratch` holds at least as many values.
  static func encode(
    _ freqs: UnsafeBufferPointer<UInt32>, scratch: inout [UInt32], to buffer: EncodingBuffer
  ) {
    let start = buffer.count
    scratch.withUnsafeMutableBufferPointer { values in
      for index in freqs.indices { values[index] = freqs[index] - 1 }
      PatchedBlock.encode(
        UnsafeMutableBufferPointer(rebasing: values[..<freqs.count]), to: buffer)
    }
    let bits = freqs.reduce(UInt64(0)) { $0 + UInt64($1) }
    let size = UInt64(buffer.count - start)
    guard 1 + (bits + 7) / 8 < size else { return }
    buffer.removeLast(buffer.count - start)
    buffer.write(upTo: Int(size)) { out in
      out.update(repeating: 0, count: Int(size))
      out[0] = unaryMark
      return 1 + (lede_pack_unary(freqs.baseAddress, freqs.count, out + 1) + 7) / 8
    }
  }
}
