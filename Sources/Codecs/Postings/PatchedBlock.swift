import CLedeKernels

/// Up to 128 small integers at one width, the few wider ones patched in; the grammar stands in
/// lede_patched.h.
enum PatchedBlock {
  static let size = 128

  /// Appends a block of 1 to 128 values; leaves `values` without the bits that were patched out.
  static func encode(_ values: UnsafeMutableBufferPointer<UInt32>, to buffer: EncodingBuffer) {
    buffer.write(upTo: Int(LEDE_PATCHED_BYTES)) {
      lede_patched_encode(values.baseAddress, values.count, $0)
    }
  }

  /// Decodes `count` values from `offset` on and moves past them; false when the bytes make no sense.
  static func decode(
    _ bytes: UnsafeRawBufferPointer, _ offset: inout Int, count: Int,
    into out: UnsafeMutablePointer<UInt32>
  ) -> Bool {
    pass(bytes, &offset) { lede_patched_decode($0, $1, count, out) }
  }

  /// Moves past a block without decoding it.
  static func skip(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int, count: Int) -> Bool {
    pass(bytes, &offset) { lede_patched_size($0, $1, count) }
  }

  @inline(__always)
  private static func pass(
    _ bytes: UnsafeRawBufferPointer, _ offset: inout Int,
    _ size: (UnsafePointer<UInt8>, Int) -> Int
  ) -> Bool {
    guard offset < bytes.count, let base = bytes.baseAddress else { return false }
    let size = size(
      base.advanced(by: offset).assumingMemoryBound(to: UInt8.self), bytes.count - offset)
    guard size < PostingsList.damaged else { return false }
    offset += size
    return true
  }
}
