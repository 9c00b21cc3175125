import CLedeKernels

/// Encodes positions so that one probe reaches one document, without offsets.
///
///     positions := run per posting block
///     run       := entry per document, padded with zero bits to a whole byte
///     entry     := ordinal: width bits                                     (termFreq 1)
///                | from: width bits, distance less one: width - 1 bits     (2)
///                | low: l bits * termFreq, rows in unary                   (3 and more)
///
/// An entry holds ordinals, the places among the field's tokens, all below its length. The size of an
/// entry in bits follows from termFreq and length alone, so that an entry is found by adding up those
/// before it; lede_positions.h has the formulas. Two occurrences are one of them and the way to the
/// other, the shorter way around as if the text were a ring: a bit less than two ordinals take. Three
/// and more are coded by rows: Elias, "Efficient storage and retrieval by content and address of
/// static files" (1974); Fano (1971).
final class PositionsWriter {
  let bytes = EncodingBuffer(capacity: 1 << 20)

  /// Appends the run of one posting block; `freqs` splits the ordinals into documents.
  ///
  /// - Parameter lengths: the field's lengths by docID.
  func add(
    block docs: UnsafeBufferPointer<UInt32>, _ freqs: UnsafeBufferPointer<UInt32>,
    _ ordinals: UnsafeBufferPointer<UInt32>, _ lengths: UnsafeBufferPointer<UInt32>
  ) {
    precondition(ordinals.count == freqs.reduce(0) { $0 + Int($1) }, "each occurrence has a place")
    var bits: UInt64 = 0
    var next = 0
    for (doc, freq) in zip(docs, freqs) {
      let length = lengths[Int(doc)]
      precondition(freq > 0 && freq <= length, "a document holds all its occurrences")
      for place in (next + 1)..<max(next + 1, next + Int(freq)) {
        precondition(ordinals[place - 1] < ordinals[place], "ordinals ascend")
      }
      precondition(ordinals[next + Int(freq) - 1] < length, "ordinals are below the length")
      bits += lede_position_bits(freq, length)
      next += Int(freq)
    }
    let size = Int((bits + 7) / 8)
    bytes.write(upTo: size) { out in
      out.update(repeating: 0, count: size)
      guard var values = ordinals.baseAddress else { return 0 }
      var bit: UInt64 = 0
      // Safe: the sizes of the same entries were added up above.
      for (doc, freq) in zip(docs, freqs) {
        bit = lede_positions_encode(values, freq, lengths[Int(doc)], out, bit)
        values += Int(freq)
      }
      return size
    }
  }
}
