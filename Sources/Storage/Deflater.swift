import CLedeZlib

/// Compresses blocks as raw deflate (RFC 1951), each on its own, all with the same preset dictionary.
///
/// Not thread-safe: one per thread. The state is allocated once and reset for every block.
package final class Deflater {
  // On the heap, since zlib keeps the address of its stream.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private let dictionary: [UInt8]

  /// - Parameters:
  ///   - level: zlib's 1 (fastest) to 9 (smallest).
  ///   - dictionary: text that blocks are likely to repeat, the likeliest at its end; at most the
  ///     last 32 KiB count.
  package init(level: Int, dictionary: [UInt8] = []) throws(StorageError) {
    precondition((1...9).contains(level), "zlib's levels are 1 to 9")
    self.dictionary = dictionary
    // Window bits of -15: the full window without zlib's own header and Adler-32, since the section
    // has a checksum. Memory level 9 measures 1 % faster and smaller than 8, for 256 KiB.
    stream.initialize(to: z_stream())
    let code = deflateInit2_(
      stream, Int32(level), Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else { throw .compression(code: code) }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// Appends the compressed form of `input` to `output`.
  package func deflate(
    _ input: UnsafeRawBufferPointer, into output: inout [UInt8]
  ) throws(StorageError) {
    try check(deflateReset(stream))
    if !dictionary.isEmpty {
      try check(deflateSetDictionary(stream, dictionary, UInt32(dictionary.count)))
    }
    guard let inputCount = UInt32(exactly: input.count) else {
      throw .compression(code: Z_BUF_ERROR)
    }
    let start = output.count
    let bound = Int(deflateBound(stream, UInt(inputCount)))
    output.append(contentsOf: repeatElement(0, count: bound))
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = inputCount
    let code = output.withUnsafeMutableBufferPointer { out in
      // Safe: `bound` bytes were appended behind `start`.
      stream.pointee.next_out = out.baseAddress?.advanced(by: start)
      stream.pointee.avail_out = UInt32(clamping: bound)
      return CLedeZlib.deflate(stream, Z_FINISH)
    }
    guard code == Z_STREAM_END else { throw .compression(code: code) }
    output.removeLast(bound - Int(stream.pointee.total_out))
  }

  private func check(_ code: Int32) throws(StorageError) {
    guard code == Z_OK else { throw .compression(code: code) }
  }
}
