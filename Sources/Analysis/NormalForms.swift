import CLedeUnicode

/// NFKC_Casefold and the fold of marks, over buffers that are kept.
final class NormalForms {
  private let first = Scratch<UInt16>(capacity: 1024)
  private let second = Scratch<UInt16>(capacity: 1024)
  private let source = Scratch<UInt16>(capacity: 1024)

  /// The last result, valid until the next call.
  private(set) var result = UnsafeBufferPointer<UInt16>(start: nil, count: 0)

  /// Computes NFKC_Casefold of UTF-16 text into `result`.
  func caseFold(_ text: UnsafePointer<UInt16>, count: Int) {
    let length = Int32(truncatingIfNeeded: count)
    var needed = lede_unicode_nfkc_casefold(text, length, first.base, Int32(first.capacity))
    if needed > first.capacity {
      first.reserve(Int(needed))
      needed = lede_unicode_nfkc_casefold(text, length, first.base, Int32(first.capacity))
    }
    publish(needed, from: first, orElse: text, count)
  }

  /// Strips the marks of Latin and Greek letters of UTF-16 text into `result`.
  func stripMarks(_ text: UnsafePointer<UInt16>, count: Int) {
    let length = Int32(truncatingIfNeeded: count)
    while true {
      let capacity = min(first.capacity, second.capacity)
      let needed = lede_unicode_fold(text, length, second.base, first.base, Int32(capacity))
      if needed > capacity {
        first.reserve(Int(needed))
        second.reserve(Int(needed))
        continue
      }
      publish(needed, from: first, orElse: text, count)
      return
    }
  }

  /// Decodes UTF-8 into a buffer that is kept until the next call.
  func decode(_ utf8: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt16> {
    guard let bytes = utf8.baseAddress else { return UnsafeBufferPointer(start: nil, count: 0) }
    source.reserve(utf8.count)
    var (at, count) = (0, 0)
    // Safe: no character has more units than bytes.
    while at < utf8.count {
      let step = UTF8Decoding.decode(bytes, at, utf8.count)
      if step.scalar < 0x1_0000 {
        source.base[count] = UInt16(truncatingIfNeeded: step.scalar)
        count += 1
      } else {
        source.base[count] = UInt16(truncatingIfNeeded: 0xD7C0 + step.scalar >> 10)
        source.base[count + 1] = UInt16(truncatingIfNeeded: 0xDC00 | step.scalar & 0x3FF)
        count += 2
      }
      at += step.length
    }
    return UnsafeBufferPointer(start: source.base, count: count)
  }

  /// ICU fails only when memory runs out: the text then stands as it is rather than vanish.
  private func publish(
    _ length: Int32, from buffer: Scratch<UInt16>, orElse text: UnsafePointer<UInt16>, _ count: Int
  ) {
    if length < 0 {
      result = UnsafeBufferPointer(start: text, count: count)
    } else {
      result = UnsafeBufferPointer(start: buffer.base, count: Int(length))
    }
  }
}

extension UnsafeBufferPointer<UInt16> {
  /// Calls `body` with each character of well-formed UTF-16.
  @inline(__always)
  func forEachScalar(_ body: (UInt32) -> Void) {
    var at = 0
    while at < count {
      let lead = UInt32(self[at])
      if lead & 0xFC00 == 0xD800, at + 1 < count {
        body((lead - 0xD7C0) << 10 + UInt32(self[at + 1]) & 0x3FF)
        at += 2
      } else {
        body(lead)
        at += 1
      }
    }
  }

  /// Appends the text as UTF-8.
  func appendUTF8(to out: inout [UInt8]) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count * 3 + 1) { buffer in
      guard let start = buffer.baseAddress else { return }
      var length = 0
      // Safe: a unit becomes at most three bytes, a pair four.
      forEachScalar { length += UTF8Decoding.encode($0, to: start + length) }
      out.append(contentsOf: UnsafeBufferPointer<UInt8>(start: start, count: length))
    }
  }
}
