import CLedeKernels
import LedeCodecs
import LedeModel

/// Exact counts over the live documents of all segments, from which every score is made.
struct CollectionStatistics: Sendable, Equatable {
  /// N, live documents.
  var documents = 0
  /// Sums of the lengths of the live documents.
  private var sumTextLength: UInt64 = 0
  private var sumTitleLength: UInt64 = 0

  init(_ segments: [SegmentReader]) {
    for segment in segments {
      documents += segment.liveCount
      sumTextLength &+= segment.sumLength(.text)
      sumTitleLength &+= segment.sumLength(.title)
    }
  }

  func sumLength(_ field: Field) -> UInt64 {
    field == .text ? sumTextLength : sumTitleLength
  }

  /// avgdl; 0 for a field without tokens.
  func averageLength(_ field: Field) -> Double {
    documents == 0 ? 0 : Double(sumLength(field)) / Double(documents)
  }

  /// rho of ``FrozenImpact`` for a field of a segment.
  func correction(_ field: Field, in segment: SegmentReader, _ options: SearchOptions) -> Double {
    let average = averageLength(field)
    // Without any live token nothing is scored; 0 is the safe end of the scale.
    guard average > 0 else { return 0 }
    return FrozenImpact.correction(
      k1: options.k1, b: options.b, averageLength: average,
      frozenAverageLength: segment.frozenAverageLength(field))
  }
}

/// BM25 of one clause: its weight, and the affine length norm of its field.
///
/// Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009).
/// The float expression is fixed by `lede_score.h`.
struct BM25: Sendable {
  var model: lede_bm25
  /// boost times count in the query.
  var factor: Double

  /// - Parameter weight: w, the sum over a phrase's terms.
  init(
    weight: Float, field: Field, statistics: CollectionStatistics, options: SearchOptions,
    factor: Double
  ) {
    let average = statistics.averageLength(field)
    // Without tokens nothing is scored; the guard keeps infinities out of bounds.
    let perLength = average > 0 ? Float(options.k1 * options.b / average) : 0
    model = lede_bm25(w: weight, a: Float(options.k1 * (1 - options.b)), c: perLength)
    self.factor = factor
  }

  /// The saturation that frozen impacts are, in floats: w and the factor are 1.
  init(_ frozen: FrozenImpact) {
    model = lede_bm25(
      w: 1, a: Float(FrozenImpact.constant), c: Float(frozen.perPosition))
    factor = 1
  }

  /// w of a term: ln(1 + (N - df + 0.5) / (df + 0.5)).
  static func weight(documents: Int, docFreq: Int) -> Float {
    // A damaged file may claim more: min keeps the logarithm defined.
    lede_bm25_weight(Double(documents), Double(min(docFreq, documents)))
  }

  @inline(__always)
  func score(termFreq: UInt32, length: UInt32) -> Float {
    lede_bm25_score(model, termFreq, length)
  }

  /// Covers the roundings of a score: tf + K and the quotient are each rounded, by at most 2^-24 of
  /// their value, and so are K's two operations and the product with w. So the computed s of a posting
  /// is at most 1 + 7 * 2^-24 times its true value; 2^-20 = 16 * 2^-24 leaves at least 8 * 2^-24 for
  /// the double sums that bounds go into, whose error is below 2^-52 a term.
  static var inflation: Double { 1 + 0x1p-20 }

  /// Below this sum of parts and bounds, a document's score is below `threshold`, strictly.
  ///
  /// The parts already known are exact, but for phrases judged by their rarest slot's termFreq, which
  /// may be low by 7 * 2^-24 (see ``inflation``); a double sum in another order than the canonical one is off
  /// by less than 2^-40 for 1,024 clauses. 9 * 2^-24 are left, and Float(x) < t holds for every
  /// x <= t * (1 - 2^-23). Below the normal floats, where they have fewer bits, for every x <= t - 2^-149.
  @inline(__always)
  static func cut(_ threshold: Float) -> Double {
    let cut = Double(threshold) * (1 - 0x1p-20)
    return abs(threshold) < .leastNormalMagnitude ? cut - 0x1p-149 : cut
  }
}
