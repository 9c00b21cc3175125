import CLedeKernels

/// The impact of a posting under BM25 with parameters and an average length that never change.
///
///     q = tf / (tf + K0),  K0 = 0.3 + (0.9 / avgdl0) · dl
///
/// This is BM25's saturation for k1 = 1.2 and b = 0.75, in doubles; avgdl0 is the average length of
/// the field in the segment as it was written, deleted documents included. Range bounds and heads
/// are made with it once, and hold for all other parameters and statistics by one correction.
///
/// **The correction.** Under k1, b and avgdl a posting's saturation is q' = tf / (tf + K) with
/// K = k1 (1 - b) + (k1 b / avgdl) · dl. Both K and K0 are affine in dl with non-negative
/// coefficients, so K / K0 lies between the ratios of the constant and of the linear coefficients
/// (their mediant): K ≥ rho · K0 with
///
///     rho = min(1, k1 (1 - b) / 0.3, (k1 b / avgdl) / (0.9 / avgdl0))
///
/// for every dl. With z = K0 / tf = (1 - q) / q this gives q' = 1 / (1 + K / tf) ≤ 1 / (1 + rho z), or
///
///     q' ≤ q / (q + rho (1 - q))
///
/// which grows with q: a bound for q, put in its place, gives one for q'. The 1 in rho is not needed
/// for that; it keeps the bound of a list at least what it was when written.
package struct FrozenImpact: Sendable, Equatable {
  /// What K0 gains per position.
  package let perPosition: Double

  /// k1 and b of frozen impacts.
  package static let k1 = 1.2
  package static let b = 0.75
  /// k1 (1 - b) and k1 b, as literals: the product of the doubles 1.2 and 0.75 is not the double 0.9.
  package static let constant = 0.3
  static let linear = 0.9

  /// - Parameter averageLength: see ``averageLength(sum:docCount:)``.
  package init(averageLength: Double) { perPosition = Self.linear / averageLength }

  /// The average that a segment's impacts are frozen at: 1 when no document has any position.
  package static func averageLength(sum: UInt64, docCount: Int) -> Double {
    sum == 0 || docCount == 0 ? 1 : Double(sum) / Double(docCount)
  }

  /// q of a posting, above 0 and at most 1; `termFreq` is at least 1.
  @inline(__always)
  package func impact(termFreq: UInt32, length: UInt32) -> Double {
    let frequency = Double(termFreq)
    return frequency / (frequency + (Self.constant + perPosition * Double(length)))
  }

  /// The code of an impact in range bounds, 1 to 255: `impact` is at most `code / 255`.
  ///
  /// Raised by 2^-20 before it is rounded up, against the few roundings of 2^-53 on the way.
  @inline(__always)
  package static func code(of impact: Double) -> UInt8 {
    // Safe: a quotient of positive numbers, at most 1, so that at most 256 is clamped.
    UInt8(min(255, (255 * (impact * (1 + 0x1p-20))).rounded(.up)))
  }

  /// The code of a posting.
  package static func code(termFreq: UInt32, length: UInt32, averageLength: Double) -> UInt8 {
    code(
      of: FrozenImpact(averageLength: averageLength).impact(termFreq: termFreq, length: length))
  }

  /// The least code, 1 to 255, of a range in which a posting's saturation q' today may reach a share of 1.
  ///
  /// The correction turned round: q' ≥ share asks for q ≥ rho share / (1 - share + rho share). Lowered by
  /// 2^-16, far more than the roundings of 2^-53 here; who makes the share of rounded scores lowers that, since near
  /// 1 little of it is much of q.
  package static func leastCode(reaching share: Double, rho: Double) -> UInt8 {
    // With a rho of 0 every q' may be 1. No q' is above 1, and of what is no number nothing is known.
    guard share > 0, rho > 0 else { return 1 }
    guard share < 1 else { return .max }
    let least = rho * share / (1 - share + rho * share) * (1 - 0x1p-16)
    return UInt8(min(255, max(1, (255 * least).rounded(.up))))
  }

  /// rho of the correction: between 0 and 1.
  package static func correction(
    k1: Double, b: Double, averageLength: Double, frozenAverageLength: Double
  ) -> Double {
    min(
      1, k1 * (1 - b) / constant, (k1 * b / averageLength) / (linear / frozenAverageLength))
  }
}

/// The lengths of one field by docID, as the postings of that field are written with.
package struct FieldLengths {
  package let values: UnsafeBufferPointer<UInt32>
  let frozen: FrozenImpact

  /// - Parameter values: one for every document of the segment; must outlive this view.
  /// - Complexity: O(documents).
  package init(_ values: UnsafeBufferPointer<UInt32>) {
    self.values = values
    let sum = values.reduce(UInt64(0)) { $0 + UInt64($1) }
    frozen = FrozenImpact(
      averageLength: FrozenImpact.averageLength(sum: sum, docCount: values.count))
  }

  var docCount: Int { values.count }

  /// Writes the impact of every posting to `impacts`, which has room for them.
  func impacts(
    _ docs: UnsafeBufferPointer<UInt32>, _ freqs: UnsafeBufferPointer<UInt32>,
    into impacts: UnsafeMutableBufferPointer<Double>
  ) {
    precondition(freqs.count == docs.count && impacts.count >= docs.count, "there is room for all")
    // Safe: docIDs ascend and are below the number of lengths.
    precondition(Int(docs[docs.count - 1]) < values.count, "every document has a length")
    lede_impacts(
      docs.baseAddress, freqs.baseAddress, docs.count, values.baseAddress, FrozenImpact.constant,
      frozen.perPosition, impacts.baseAddress)
  }
}
