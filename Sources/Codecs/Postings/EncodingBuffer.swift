import CLedeKernels

/// A growing run of encoded bytes that encoders write into through a raw pointer.
///
/// A class, so that one buffer is filled by several encoders without copies; not thread-safe.
package final class EncodingBuffer {
  // Every encoder writes through here, a few bytes at a time: checks that no two accesses to these
  // overlap took a tenth of the time. None do: no closure that runs meanwhile sees the buffer.
  @exclusivity(unchecked) private var base: UnsafeMutableRawBufferPointer
  @exclusivity(unchecked) package private(set) var count = 0

  package init(capacity: Int = 1 << 16) {
    base = Self.resize(nil, to: max(16, capacity))
  }

  deinit { lede_free(base.baseAddress) }

  /// The bytes written so far; valid until the next write.
  package var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: base[..<count])
  }

  /// Bytes of memory held.
  package var capacity: Int { base.count }

  /// Empties the buffer and keeps its room.
  package func removeAll() { count = 0 }

  /// Gives back the memory that nothing was written to.
  func trim() { base = Self.resize(base.baseAddress, to: max(16, count)) }

  /// Takes back the last `size` bytes.
  func removeLast(_ size: Int) {
    precondition(size <= count, "there are as many bytes")
    count -= size
  }

  /// Makes room for `size` bytes, lets `write` fill some of them and keeps as many as it returns.
  @inline(__always)
  package func write(upTo size: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
    if base.count - count < size { grow(toHold: size) }
    // Safe: the line above left `size` bytes behind `count`.
    let start = base.baseAddress.unsafelyUnwrapped.advanced(by: count)
    let written = write(start.assumingMemoryBound(to: UInt8.self))
    precondition(written <= size, "an encoder wrote past its reservation")
    count += written
  }

  package func append(_ byte: UInt8) {
    write(upTo: 1) { out in
      out[0] = byte
      return 1
    }
  }

  package func append(_ bytes: UnsafeRawBufferPointer) {
    write(upTo: bytes.count) { out in
      if let source = bytes.baseAddress {
        out.update(from: source.assumingMemoryBound(to: UInt8.self), count: bytes.count)
      }
      return bytes.count
    }
  }

  /// Appends bytes that were written before once more.
  package func appendCopy(of range: Range<Int>) {
    precondition(range.upperBound <= count, "only what was written can be copied")
    let source = range.lowerBound - count
    write(upTo: range.count) { out in
      // Safe: `out` is where the bytes written so far end.
      out.update(from: out + source, count: range.count)
      return range.count
    }
  }

  /// Appends fixed-width little-endian integers.
  package func append(littleEndian values: UnsafeBufferPointer<UInt32>) {
    write(upTo: values.count * 4) { out in
      let raw = UnsafeMutableRawPointer(out)
      for (index, value) in values.enumerated() {
        raw.storeBytes(of: value.littleEndian, toByteOffset: 4 * index, as: UInt32.self)
      }
      return values.count * 4
    }
  }

  package func append(littleEndian value: UInt16) {
    append(UInt8(truncatingIfNeeded: value))
    append(UInt8(truncatingIfNeeded: value >> 8))
  }

  /// Appends an LEB128 number.
  @inline(__always)
  package func append(varint value: UInt64) {
    write(upTo: 10) { Varint.write(value, to: $0) }
  }

  private func grow(toHold size: Int) {
    base = Self.resize(base.baseAddress, to: max(base.count * 3 / 2, count + size))
  }

  /// Gives a block of memory another size. Large ones keep their pages where the system can move
  /// them, so that growing copies nothing and takes no more memory than the larger block.
  private static func resize(
    _ old: UnsafeMutableRawPointer?, to size: Int
  ) -> UnsafeMutableRawBufferPointer {
    guard let base = lede_resize(old, size) else {
      preconditionFailure("no memory for \(size) bytes")
    }
    return UnsafeMutableRawBufferPointer(start: base, count: size)
  }
}

/// LEB128: seven bits a byte, lowest first, the top bit set on all but the last.
enum Varint {
  @inline(__always)
  static func write(_ value: UInt64, to out: UnsafeMutablePointer<UInt8>) -> Int {
    var rest = value
    var length = 0
    while rest >= 0x80 {
      out[length] = UInt8(truncatingIfNeeded: rest) | 0x80
      rest >>= 7
      length += 1
    }
    out[length] = UInt8(truncatingIfNeeded: rest)
    return length + 1
  }

  static func length(_ value: UInt32) -> Int { max(1, (38 - value.leadingZeroBitCount) / 7) }

  /// Reads a number at `offset` and moves past it; nil when it runs past the end or 64 bits.
  @inline(__always)
  static func read(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while offset < bytes.count, shift < 64 {
      let byte = bytes[offset]
      offset += 1
      if shift == 63, byte > 1 { return nil }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return nil
  }

  /// The same for a number that must fit in 32 bits.
  @inline(__always)
  static func read32(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) -> UInt32? {
    read(bytes, &offset).flatMap { UInt32(exactly: $0) }
  }
}
