import CLedeKernels

/// The documents of one block: packed gaps, a bitset, or the horizontal tail of a shorter block.
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
    guard skip(bytes, &offset, count: count), let origin = bytes.baseAddress else { return false }
    let head = bytes[start]
    let packed = origin.advanced(by: start + 1).assumingMemoryBound(to: UInt8.self)
    // Safe: `skip` checked that the whole docs part lies inside the region.
    if count < PostingsList.blockSize {
      return decodeTail(
        packed, bytes.count - start - 1, count, UInt32(head), base: base, last: last, docs)
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

  /// Moves past the docs part of a block without decoding it.
  @inline(__always)
  static func skip(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int, count: Int) -> Bool {
    guard offset < bytes.count else { return false }
    let head = bytes[offset]
    offset += 1
    if head <= 32 {
      let values = count == PostingsList.blockSize ? count : count - 1
      offset += (values * Int(head) + 7) / 8
    } else if head == PostingsList.bitsetMark, count == PostingsList.blockSize, offset < bytes.count
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
