import CLedeKernels
import LedeStorage

/// A list of 2 to 127 documents, read in place.
///
///     short     := [termFreqs], lastDoc, interpolative       (bits, lowest of each byte first)
///     termFreqs := unary | patched block of termFreq - 1, which ends a byte
///
/// There are no termFreqs if every one is 1, unary ones if they add up to at most four per document:
/// the dictionary says so. `lastDoc` has the bits of docCount - 1; the documents before it are in
/// binary interpolative code between 0 and it, which adapts to the clusters that rare terms come in
/// (see lede_ones.h).
struct ShortLayout {
  let lastDoc: UInt32
  private let start: Int
  private let end: Int
  private let freqs: Freqs
  /// The bit of the list at which the documents before the last begin.
  private let docsBit: Int

  private enum Freqs {
    case ones
    case unary
    case patched

    init(docFreq: Int, totalTermFreq: UInt64) {
      switch totalTermFreq {
      case UInt64(docFreq): self = .ones
      case ...(4 * UInt64(docFreq)): self = .unary
      default: self = .patched
      }
    }
  }

  /// nil when the list is cut off.
  init?(
    _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ entry: PostingsLocation,
    docCount: UInt32
  ) {
    start = range.lowerBound
    end = range.upperBound
    let docFreq = Int(entry.docFreq)
    freqs = Freqs(docFreq: docFreq, totalTermFreq: entry.totalTermFreq)
    var bit = 0
    switch freqs {
    case .ones: break
    case .unary: bit = Int(entry.totalTermFreq)
    case .patched:
      var offset = start
      let list = UnsafeRawBufferPointer(rebasing: bytes[..<end])
      guard PatchedBlock.skip(list, &offset, count: docFreq) else { return nil }
      bit = 8 * (offset - start)
    }
    let width = Self.lastDocWidth(docCount: docCount)
    docsBit = bit + width
    guard docsBit <= 8 * (end - start) else { return nil }
    var last: UInt64 = 0
    for byte in (bit / 8)..<((docsBit + 7) / 8) {
      last |= UInt64(bytes[start + byte]) << UInt64(8 * (byte - bit / 8))
    }
    lastDoc = UInt32(truncatingIfNeeded: (last >> UInt64(bit % 8)) & (1 << UInt64(width) - 1))
  }

  private static func lastDocWidth(docCount: UInt32) -> Int {
    32 - max(1, docCount - 1).leadingZeroBitCount
  }

  /// Decodes the documents; the caller has checked that `count` of them fit up to `lastDoc`.
  func decodeDocs(
    _ bytes: UnsafeRawBufferPointer, count: Int, into docs: UnsafeMutablePointer<UInt32>
  ) -> Bool {
    guard let base = bytes.baseAddress else { return false }
    docs[count - 1] = lastDoc
    // SIZE_MAX, for a code past the end, is -1 here.
    // Safe: what is read lies between start and end, which were checked to lie in the section.
    return lede_unpack_interpolative(
      base.advanced(by: start).assumingMemoryBound(to: UInt8.self), end - start, docsBit,
      count - 1, 0, lastDoc &- 1, docs) >= 0
  }

  func decodeFreqs(
    _ bytes: UnsafeRawBufferPointer, count: Int, into out: UnsafeMutablePointer<UInt32>
  ) -> Bool {
    let list = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    switch freqs {
    case .ones:
      out.update(repeating: 1, count: count)
      return true
    case .unary:
      guard let base = list.baseAddress else { return false }
      return lede_unpack_unary(
        base.assumingMemoryBound(to: UInt8.self), list.count, count, out) != 0
    case .patched:
      var offset = 0
      guard PatchedBlock.decode(list, &offset, count: count, into: out) else { return false }
      for index in 0..<count { out[index] &+= 1 }
      return true
    }
  }

  /// Appends a list of 2 to 127 documents, all below `docCount`.
  static func encode(
    docs: UnsafeBufferPointer<UInt32>, freqs: UnsafeBufferPointer<UInt32>, docCount: Int,
    to buffer: EncodingBuffer
  ) {
    let width = lastDocWidth(docCount: UInt32(clamping: docCount))
    buffer.write(upTo: lede_short_room(docs.count)) {
      lede_short_encode(docs.baseAddress, freqs.baseAddress, docs.count, UInt32(width), $0)
    }
  }
}
