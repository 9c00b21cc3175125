import CLedeKernels

extension BlockDocs {
  /// Appends the docs part of a block whose documents all are at least `base`; `scratch` holds at
  /// least as many values.
  static func encode(
    _ docs: UnsafeBufferPointer<UInt32>, base: UInt32, scratch: inout [UInt32],
    to buffer: EncodingBuffer
  ) {
    let isFull = docs.count == PostingsList.longBlockSize
    let gaps = isFull ? docs.count : docs.count - 1
    let last = docs[docs.count - 1]
    var next = base
    for index in 0..<gaps {
      precondition(docs[index] >= next, "docIDs ascend")
      scratch[index] = docs[index] - next
      next = docs[index] &+ 1
    }
    let width = lede_bits_needed(scratch, gaps)
    guard isFull else {
      buffer.write(upTo: 513 + 8) { out in
        out[0] = UInt8(width)
        return 1 + lede_pack_run(scratch, gaps, width, out + 1)
      }
      return
    }
    let words = words(from: base, through: last)
    let split = bestSplit(base: base, last: last)
    if prefersBitset(words: words, width: Int(width)) {
      appendBitset(docs, origin: base & ~63, words: words, to: buffer)
    } else if split.size < 16 * Int(width) {
      appendSplit(docs, base: base, bits: split.bits, size: split.size, &scratch, to: buffer)
    } else {
      buffer.write(upTo: 513) { out in
        out[0] = UInt8(width)
        lede_pack128(scratch, width, out + 1)
        return 1 + 16 * Int(width)
      }
    }
  }

  /// Whether a bitset of the block's span pays: up to half as large again as the packed gaps, since
  /// operations on its words cost a tenth of unpacking them. Takes 0.2 % of an index.
  private static func prefersBitset(words: Int, width: Int) -> Bool { words < 3 * width }

  private static func appendBitset(
    _ docs: UnsafeBufferPointer<UInt32>, origin: UInt32, words: Int, to buffer: EncodingBuffer
  ) {
    buffer.write(upTo: 2 + 8 * words) { out in
      out[0] = PostingsList.bitsetMark
      out[1] = UInt8(words)
      let bits = UnsafeMutableBufferPointer(start: out + 2, count: 8 * words)
      bits.update(repeating: 0)
      for doc in docs { bits[Int((doc - origin) >> 3)] |= 1 << UInt8(doc & 7) }
      return 2 + 8 * words
    }
  }

  /// The number of low bits that makes a block smallest, and its bytes.
  private static func bestSplit(base: UInt32, last: UInt32) -> (bits: UInt32, size: Int) {
    var best = (bits: 0 as UInt32, size: Int.max)
    // About one step of the high bits per document; a step more or less is the best of all.
    let typical = 32 - ((last - base) / UInt32(PostingsList.longBlockSize)).leadingZeroBitCount
    for bits in max(0, typical - 2)...min(31, typical + 1) {
      let size = 16 * bits + highSize(base: base, last: last, bits: UInt32(bits))
      if size < best.size { best = (UInt32(bits), size) }
    }
    return best
  }

  private static func appendSplit(
    _ docs: UnsafeBufferPointer<UInt32>, base: UInt32, bits: UInt32, size: Int,
    _ scratch: inout [UInt32], to buffer: EncodingBuffer
  ) {
    for index in docs.indices { scratch[index] = (docs[index] - base) & (1 << bits - 1) }
    buffer.write(upTo: 1 + size) { out in
      out.update(repeating: 0, count: 1 + size)
      out[0] = splitMark + UInt8(bits)
      lede_pack128(scratch, bits, out + 1)
      let high = out + 1 + 16 * Int(bits)
      for (index, doc) in docs.enumerated() {
        let place = index + Int((doc - base) >> bits)
        high[place / 8] |= 1 << UInt8(place % 8)
      }
      return 1 + size
    }
  }
}
