import CLedeUnicode

/// NFKC_Casefold and the fold of marks, over buffers that are kept.
final class NormalForms {
  private let first = Scratch<UInt16>(capacity: 1024)
  private let second = Scratch<UInt16>(capacity: 1024)
  private let source = Scratch<UInt16>(capacity: 1024)
  private var joined: [UInt16] = []

  /// The last result, valid until the next call.
  private(set) var result = UnsafeBufferPointer<UInt16>(start: nil, count: 0)

  /// The longest row of characters that is normalised as one although it holds no boundary.
  ///
  /// Ordering marks takes time quadratic in their number: 200 kB of them in one row took ICU 10 s.
  /// So longer rows are cut. Text in the Stream-Safe Format (UAX #15, section 13) has at most 30
  /// marks in a row, and no language needs a tenth of that.
  private static let longestRow = 64

  /// Computes NFKC_Casefold of UTF-16 text into `result`, exact where no row is too long.
  func caseFold(_ text: UnsafePointer<UInt16>, count: Int) {
    let whole = UnsafeBufferPointer(start: text, count: count)
    if count <= Self.longestRow {
      caseFoldSlice(whole)
      return
    }
    joined.removeAll(keepingCapacity: true)
    var start = 0
    while start < count {
      let end = Self.sliceEnd(whole, from: start)
      if start == 0 && end == count {
        caseFoldSlice(whole)
        return
      }
      caseFoldSlice(UnsafeBufferPointer(rebasing: whole[start..<end]))
      joined.append(contentsOf: result)
      start = end
    }
    first.reserve(joined.count)
    joined.withUnsafeBufferPointer { units in
      guard let base = units.baseAddress else { return }
      first.base.update(from: base, count: units.count)
    }
    result = UnsafeBufferPointer(start: first.base, count: joined.count)
  }

  /// Where the row that starts at or after `start` grows too long; the end of the text if none does.
  private static func sliceEnd(_ text: UnsafeBufferPointer<UInt16>, from start: Int) -> Int {
    var row = 0
    var at = start
    while at < text.count {
      let (scalar, length) = text.scalar(at: at)
      row = at == start || lede_unicode_is_boundary_before(scalar) ? 0 : row + 1
      if row == longestRow { return at }
      at += length
    }
    return text.count
  }

  private func caseFoldSlice(_ slice: UnsafeBufferPointer<UInt16>) {
    guard let text = slice.baseAddress else {
      result = slice
      return
    }
    let length = Int32(truncatingIfNeeded: slice.count)
    var needed = lede_unicode_nfkc_casefold(text, length, first.base, Int32(first.capacity))
    if needed > first.capacity {
      first.reserve(Int(needed))
      needed = lede_unicode_nfkc_casefold(text, length, first.base, Int32(first.capacity))
    }
    publish(needed, from: first, orElse: text, slice.count)
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
      let (scalar, length) = scalar(at: at)
      body(scalar)
      at += length
    }
  }

  /// The character that starts at a unit, and its length in units.
  @inline(__always)
  func scalar(at unit: Int) -> (scalar: UInt32, length: Int) {
    let lead = UInt32(self[unit])
    guard lead & 0xFC00 == 0xD800, unit + 1 < count else { return (lead, 1) }
    return ((lead - 0xD7C0) << 10 + UInt32(self[unit + 1]) & 0x3FF, 2)
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
