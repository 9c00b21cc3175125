import CLedeKernels

/// The documents of one block, all at least the document after the previous block's last, the base.
///
///     docs   := packed | split | bitset | tail
///     packed := width: u8 (0 to 32), 128 gaps less one, vertical
///     split  := 0x80 + bits: u8, 128 low parts of `bits` bits, vertical, high: bytes
///     bitset := 0x40, words: u8, words * u64       (bit i: document (base & ~63) + i)
///     tail   := width: u8, n - 1 gaps less one, horizontal  (the last document is known)
///
/// A split block takes about two bits per document more than the low parts have (Elias-Fano): bit number i
/// + ((doc - base) >> bits) of `high` is set for document i. Gaps of one width take nearly one bit
/// more, since the widest of 128 decides.
enum BlockDocs {
  /// Decodes `count` documents from `offset` on, and moves past them.
  ///
  /// The caller has checked `base <= last` and that `count` documents fit between them. Returns
  /// false, with `docs` in any state, unless the documents ascend strictly and end with `last`.
  static func decode(
    _ bytes: UnsafeRawBufferPointer, _ offset: inout Int, count: Int, base: UInt32, last: UInt32,
    _ docs: UnsafeMutablePointer<UInt32>
  ) -> Bool {
    let start = offset
    guard skip(bytes, &offset, count: count, base: base, last: last), let origin = bytes.baseAddress
    else { return false }
    let head = bytes[start]
    let packed = origin.advanced(by: start + 1).assumingMemoryBound(to: UInt8.self)
    // Safe: `skip` checked that the whole docs part lies inside the region.
    if count < PostingsList.longBlockSize {
      return decodeTail(
        packed, bytes.count - start - 1, count, UInt32(head), base: base, last: last, docs)
    }
    if head >= splitMark {
      let bits = UInt32(head - splitMark)
      let size = highSize(base: base, last: last, bits: bits)
      return lede_unpack_split128(packed, bits, packed + 16 * Int(bits), size, base, docs) != 0
        && docs[count - 1] == last
    }
    if head == PostingsList.bitsetMark {
      let words = Int(bytes[start + 1])
      guard words == Self.words(from: base, through: last),
        lede_count_bits(packed + 1, words) == count
      else { return false }
      lede_expand_bitset(packed + 1, words, base & ~63, docs)
      // Bits ascend, and the last word is that of `last`: no sum passes 2^32.
      return docs[count - 1] == last && docs[0] >= base
    }
    lede_unpack128_ascending(packed, UInt32(head), base, docs)
    return docs[count - 1] == last && (head <= 24 || ascends(docs, count, from: base))
  }

  /// Words of a bitset whose first bit is document `base & ~63` and whose last word holds `last`.
  @inline(__always)
  static func words(from base: UInt32, through last: UInt32) -> Int {
    Int(last >> 6) - Int(base >> 6) + 1
  }

  /// Marks a block whose documents are split into low and high bits; the number of low ones is added.
  static let splitMark: UInt8 = 0x80

  /// Bytes of the high bits: one set per document, one clear per step of `1 << bits` documents.
  @inline(__always)
  static func highSize(base: UInt32, last: UInt32, bits: UInt32) -> Int {
    (PostingsList.longBlockSize + Int((last &- base) >> bits) + 7) / 8
  }

  /// Moves past the docs part of a block without decoding it.
  @inline(__always)
  static func skip(
    _ bytes: UnsafeRawBufferPointer, _ offset: inout Int, count: Int, base: UInt32, last: UInt32
  ) -> Bool {
    guard offset < bytes.count else { return false }
    let head = bytes[offset]
    offset += 1
    if head >= splitMark {
      let bits = UInt32(head - splitMark)
      guard bits < 32, count == PostingsList.longBlockSize, base <= last else { return false }
      offset += 16 * Int(bits) + highSize(base: base, last: last, bits: bits)
    } else if head <= 32 {
      let values = count == PostingsList.longBlockSize ? count : count - 1
      offset += (values * Int(head) + 7) / 8
    } else if head == PostingsList.bitsetMark, count == PostingsList.longBlockSize,
      offset < bytes.count
    {
      offset += 1 + 8 * Int(bytes[offset])
    } else {
      return false
    }
    return offset <= bytes.count
  }

  private static func decodeTail(
    _ packed: UnsafePointer<UInt8>, _ available: Int, _ count: Int, _ width: UInt32, base: UInt32,
    last: UInt32, _ docs: UnsafeMutablePointer<UInt32>
  ) -> Bool {
    lede_unpack_run(packed, available, count - 1, width, docs)
    var next = UInt64(base)
    for index in 0..<(count - 1) {
      let doc = next + UInt64(docs[index])
      guard doc < UInt64(last) else { return false }
      docs[index] = UInt32(truncatingIfNeeded: doc)
      next = doc + 1
    }
    docs[count - 1] = last
    return true
  }

  /// Whether the sums of wide gaps, which may wrap at 2^32, ascend. Up to 24 bits they cannot wrap:
  /// 128 gaps of at most 2^24 stay below 2^32, and the last sum was compared.
  static func ascends(
    _ docs: UnsafeMutablePointer<UInt32>, _ count: Int, from base: UInt32
  ) -> Bool {
    guard docs[0] >= base else { return false }
    for index in 1..<count where docs[index] <= docs[index - 1] { return false }
    return true
  }
}
