import CLedeZlib

/// Bytes are not the deflate stream that they should be.
package enum InflateError: Error, Equatable {
  /// The bytes are no deflate stream, or end inside one.
  case damaged
  /// The stream ends before the output is full, or goes on after it.
  case wrongSize
  /// zlib has no memory.
  case outOfMemory
}

/// Decompresses raw deflate blocks made with the same preset dictionary.
///
/// Writes only into the buffer it is given, however much the stream would expand to. Not
/// thread-safe: one per thread.
package final class Inflater {
  // On the heap, since zlib keeps the address of its stream.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private let dictionary: UnsafeRawBufferPointer
  private var isReady = false

  /// - Parameter dictionary: as given to the `Deflater`; must outlive the inflater.
  package init(dictionary: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)) {
    self.dictionary = dictionary
    stream.initialize(to: z_stream())
  }

  deinit {
    if isReady { inflateEnd(stream) }
    stream.deallocate()
  }

  /// Inflates `input` from its start until `output` is full.
  ///
  /// - Parameter isWhole: true demands that the stream ends exactly there, with the last byte of
  ///   `input`; false stops when the output is full, to read only the first part of a block.
  package func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer,
    isWhole: Bool = true
  ) throws(InflateError) {
    try prepare()
    guard let available = UInt32(exactly: input.count), let room = UInt32(exactly: output.count)
    else { throw .wrongSize }
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = available
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = room
    if room == 0, !isWhole { return }
    // zlib wants somewhere to write even when nothing will be written.
    var nowhere: UInt8 = 0
    let code = withUnsafeMutablePointer(to: &nowhere) {
      if room == 0 { stream.pointee.next_out = $0 }
      return CLedeZlib.inflate(stream, isWhole ? Z_FINISH : Z_SYNC_FLUSH)
    }
    switch code {
    case Z_STREAM_END:
      guard stream.pointee.avail_out == 0, !isWhole || stream.pointee.avail_in == 0 else {
        throw .wrongSize
      }
    case Z_OK, Z_BUF_ERROR:
      guard stream.pointee.avail_out == 0 else { throw .damaged }
      guard !isWhole else { throw .wrongSize }
    case Z_MEM_ERROR: throw .outOfMemory
    default: throw .damaged
    }
  }

  private func prepare() throws(InflateError) {
    if isReady {
      guard inflateReset(stream) == Z_OK else { throw .damaged }
    } else {
      let code = inflateInit2_(stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
      guard code == Z_OK else { throw .outOfMemory }
      isReady = true
    }
    guard let base = dictionary.baseAddress, !dictionary.isEmpty else { return }
    let code = inflateSetDictionary(
      stream, base.assumingMemoryBound(to: UInt8.self), UInt32(clamping: dictionary.count))
    guard code == Z_OK else { throw .damaged }
  }
}
