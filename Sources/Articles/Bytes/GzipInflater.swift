import CLedeZlib

/// One gzip stream of any number of members (RFC 1952), unpacked step by step. zlib checks each
/// member's CRC-32 and length.
final class GzipInflater {
  struct Step {
    var consumed: Int
    var produced: Int
    var failure: String?
  }

  // On the heap, because zlib keeps a pointer back to it.
  private let stream: UnsafeMutablePointer<z_stream>
  /// Members begun so far.
  private(set) var memberCount = 0
  /// True before the first member and after each.
  private(set) var isBetweenMembers = true

  /// Returns nil when zlib gets no memory.
  init?() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let gzipOnly = MAX_WBITS + 16
    let code = inflateInit2_(
      stream, gzipOnly, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else {
      stream.deallocate()
      return nil
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Makes ready for the header of the next member.
  func reset() {
    inflateReset(stream)
    memberCount += 1
    isBetweenMembers = false
  }

  func step(
    input: UnsafeMutableRawBufferPointer, output: UnsafeMutableRawBufferPointer
  ) -> Step {
    // Safe: both buffers are smaller than 4 GiB here, and zlib never writes to its input.
    let inputCount = min(input.count, Int(UInt32.max))
    let outputCount = min(output.count, Int(UInt32.max))
    stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: Bytef.self)
    stream.pointee.avail_in = UInt32(inputCount)
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: Bytef.self)
    stream.pointee.avail_out = UInt32(outputCount)
    let code = CLedeZlib.inflate(stream, Z_NO_FLUSH)
    var step = Step(
      consumed: inputCount - Int(stream.pointee.avail_in),
      produced: outputCount - Int(stream.pointee.avail_out))
    switch code {
    case Z_STREAM_END: isBetweenMembers = true
    case Z_OK, Z_BUF_ERROR: break
    default: step.failure = reason(code)
    }
    return step
  }

  private func reason(_ code: Int32) -> String {
    if code == Z_NEED_DICT { return "the compressed data asks for a dictionary" }
    guard let message = stream.pointee.msg else { return "the compressed data is damaged" }
    return "the compressed data is damaged (\(String(cString: message)))"
  }
}
