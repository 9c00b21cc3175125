#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Cuts a stream into lines without ever holding more than one line and one chunk.
struct LineScanner {
  struct Line {
    /// Without its LF or CR LF. Valid until the next call of `next`; `StreamBuffer.padding` more
    /// bytes are readable. Empty where `isTooLong`.
    var bytes: UnsafeRawBufferPointer
    /// Counted from 1.
    var number: Int
    /// Of the first byte, in the decompressed input.
    var offset: UInt64
    /// Length in bytes, also of a line that was too long to keep.
    var length: UInt64
    var isTooLong = false
  }

  private let buffer: StreamBuffer
  private let encoding: TextEncoding
  private let maximumLength: Int
  private var lineNumber = 0
  private var pending = 0
  /// How much of the held bytes was searched already.
  private var searched = 0
  /// Ends of lines that ``peek(atMost:)`` found, as offsets in the stream, the next one last.
  private var knownEnds: [UInt64] = []

  /// Starts at the buffer's place, behind any byte order mark.
  init(buffer: StreamBuffer, encoding: TextEncoding, maximumLength: Int) {
    self.buffer = buffer
    self.encoding = encoding
    self.maximumLength = maximumLength
  }

  private var unit: Int {
    encoding == .utf16LittleEndian || encoding == .utf16BigEndian ? 2 : 1
  }

  /// The next line; nil at the end.
  ///
  /// When the stream fails, the bytes before the failure that no line end closes are handed out
  /// as a last line first; then the failure is thrown.
  mutating func next() throws(StreamFailure) -> Line? {
    buffer.consume(pending)
    pending = 0
    searched = 0
    if let end = knownEnds.popLast() {
      return take(Int(end - buffer.offset), terminator: unit)
    }
    while true {
      if let end = newline(from: searched) { return take(end, terminator: unit) }
      searched = buffer.count - buffer.count % unit
      if searched > maximumLength { return try skipRest() }
      do {
        if !(try buffer.fill()) {
          return buffer.count == 0 ? nil : take(buffer.count, terminator: 0)
        }
      } catch {
        guard buffer.count > 0 else { throw error }
        return take(buffer.count, terminator: 0)
      }
    }
  }

  /// The lines behind the last one handed out that are held whole already, as ``next()`` will hand
  /// them out; at most `count`, and none that is too long.
  mutating func peek(atMost count: Int) -> [UnsafeRawBufferPointer] {
    guard knownEnds.isEmpty else { return [] }
    var lines: [UnsafeRawBufferPointer] = []
    var start = pending
    while lines.count < count, let end = newline(from: start), end - start <= maximumLength {
      let length = withoutCarriageReturn(start..<end)
      lines.append(UnsafeRawBufferPointer(rebasing: buffer.bytes[start..<start + length]))
      knownEnds.append(buffer.offset + UInt64(end))
      start = end + unit
    }
    knownEnds.reverse()
    return lines
  }

  private mutating func take(_ length: Int, terminator: Int) -> Line {
    lineNumber += 1
    let offset = buffer.offset
    pending = length + terminator
    let isTooLong = length > maximumLength
    let kept = isTooLong ? 0 : withoutCarriageReturn(0..<length)
    return Line(
      bytes: UnsafeRawBufferPointer(rebasing: buffer.bytes[..<kept]), number: lineNumber,
      offset: offset, length: UInt64(length), isTooLong: isTooLong)
  }

  /// Length of a line of the held bytes without its CR.
  private func withoutCarriageReturn(_ line: Range<Int>) -> Int {
    let bytes = buffer.bytes
    guard line.count >= unit else { return line.count }
    let last = line.upperBound - unit
    let isReturn =
      switch encoding {
      case .utf16LittleEndian: bytes[last] == 0x0D && bytes[last + 1] == 0
      case .utf16BigEndian: bytes[last] == 0 && bytes[last + 1] == 0x0D
      default: bytes[last] == 0x0D
      }
    return isReturn ? line.count - unit : line.count
  }

  /// Throws the line away chunk by chunk.
  private mutating func skipRest() throws(StreamFailure) -> Line {
    lineNumber += 1
    let offset = buffer.offset
    var length: UInt64 = 0
    func line() -> Line {
      Line(
        bytes: UnsafeRawBufferPointer(start: nil, count: 0), number: lineNumber, offset: offset,
        length: length, isTooLong: true)
    }
    while true {
      if let end = newline(from: 0) {
        length += UInt64(end)
        pending = end + unit
        return line()
      }
      let whole = buffer.count - buffer.count % unit
      buffer.consume(whole)
      length += UInt64(whole)
      do {
        if !(try buffer.fill()) {
          length += UInt64(buffer.count)
          buffer.consume(buffer.count)
          return line()
        }
      } catch {
        // The stream throws it again at the next call, when nothing is held any more.
        buffer.consume(buffer.count)
        return line()
      }
    }
  }

  /// Index of the first LF at or after `from`, which is a multiple of the unit.
  private func newline(from: Int) -> Int? {
    let bytes = buffer.bytes
    guard from < bytes.count, let base = bytes.baseAddress else { return nil }
    if unit == 1 {
      // Safe: the range lies within the held bytes.
      guard let found = memchr(base + from, 0x0A, bytes.count - from) else { return nil }
      return UnsafeRawPointer(found) - base
    }
    let (first, second): (UInt8, UInt8) =
      encoding == .utf16LittleEndian ? (0x0A, 0) : (0, 0x0A)
    var at = from
    while at + 1 < bytes.count {
      if bytes[at] == first, bytes[at + 1] == second { return at }
      at += 2
    }
    return nil
  }
}
