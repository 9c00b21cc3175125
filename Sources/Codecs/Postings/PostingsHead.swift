import CLedeKernels

/// The 128 postings of a list with the highest frozen impacts, in the order of documents.
///
///     head := width: u8, 128 gaps less one, vertical; patched block of termFreq - 1
enum PostingsHead {
  static let size = PatchedBlock.size
  /// Shorter lists have no head: a fraction worth of blocks is scored as quickly.
  static let minDocFreq = 1024

  /// Appends a head; `docs` and `freqs` hold 128 values, and are of no use after.
  static func encode(
    docs: UnsafeMutableBufferPointer<UInt32>, freqs: UnsafeMutableBufferPointer<UInt32>,
    to buffer: EncodingBuffer
  ) {
    precondition(docs.count == size && freqs.count == size, "a head has 128 postings")
    var next: UInt32 = 0
    for index in 0..<size {
      precondition(docs[index] >= next && freqs[index] > 0, "docIDs ascend, termFreqs count")
      (docs[index], next) = (docs[index] - next, docs[index] &+ 1)
      freqs[index] -= 1
    }
    let width = lede_bits_needed(docs.baseAddress, size)
    buffer.write(upTo: 513) { out in
      out[0] = UInt8(width)
      lede_pack128(docs.baseAddress, width, out + 1)
      return 1 + 16 * Int(width)
    }
    PatchedBlock.encode(freqs, to: buffer)
  }

  /// Decodes the head at `offset`; false unless the documents ascend strictly below `docCount` and
  /// every termFreq is at least 1.
  static func decode(
    _ bytes: UnsafeRawBufferPointer, _ start: Int, docCount: UInt32,
    docs: UnsafeMutablePointer<UInt32>, freqs: UnsafeMutablePointer<UInt32>
  ) -> Bool {
    guard start < bytes.count, let base = bytes.baseAddress else { return false }
    let width = Int(bytes[start])
    var offset = start + 1 + 16 * width
    guard width <= 32, offset <= bytes.count else { return false }
    // Safe: the packed gaps lie inside the region.
    lede_unpack128_ascending(
      base.advanced(by: start + 1).assumingMemoryBound(to: UInt8.self), UInt32(width), 0, docs)
    guard docs[size - 1] < docCount, width <= 24 || BlockDocs.ascends(docs, size, from: 0),
      PatchedBlock.decode(bytes, &offset, count: size, into: freqs)
    else { return false }
    var least = UInt32.max
    for index in 0..<size {
      freqs[index] &+= 1
      least = min(least, freqs[index])
    }
    return least > 0
  }
}
