/// What ways of counting cost, in cycles: rough, but they only decide between two right answers.
///
/// Measured on a processor with AVX-512: a range of a frequent term takes 25 to copy as bits, one in
/// nibbles 70 and 2.5 for each document; any other list 4.5 a document. A document is found in a frequent
/// term's list in 32, in any other in 45 if it is the only one of its block, in 14 if the block is
/// unpacked for many, which takes 250.
struct CountCosts {
  let docCount: Double
  private let ranges: Double

  init(docCount: Int) {
    self.docCount = Double(docCount)
    ranges = (Double(docCount) / Double(RangeOfDocuments.size)).rounded(.up)
  }

  /// Whether a list is cut at the borders of ranges.
  private func isRanged(_ docFreq: Double) -> Bool { docFreq >= 8 * ranges }

  /// Making bits of a whole list.
  func walk(_ docFreq: Int) -> Double {
    let docFreq = Double(docFreq)
    guard isRanged(docFreq) else { return docFreq * 4.5 }
    let density = docFreq / ranges
    return ranges * (density > 64 ? 25 : 70 + 2.5 * density)
  }

  /// Joining two windows, or counting one, over the whole segment.
  var pass: Double { docCount / 64 * 0.5 }

  /// Looking `count` documents up in a list.
  func lookUp(_ count: Double, in docFreq: Int) -> Double {
    let docFreq = Double(docFreq)
    if isRanged(docFreq) { return count * 32 }
    let blocks = (docFreq / 128).rounded(.up)
    return min(count * 45, blocks * 250 + count * 14)
  }

  /// Whether bits of every list cost less than looking up the documents of the first, the rarest.
  func prefersBits(forAllOf docFreqs: [Int]) -> Bool {
    guard let lead = docFreqs.first else { return false }
    let bits = docFreqs.reduce(pass) { $0 + walk($1) + pass }
    var lookUps = Double(lead) * 2
    var candidates = Double(lead)
    for docFreq in docFreqs.dropFirst() {
      lookUps += lookUp(candidates, in: docFreq)
      candidates *= Double(docFreq) / docCount
    }
    return bits < lookUps
  }

  /// Whether looking `count` documents up in the longest list costs less than marking them all.
  func prefersLookUp(of count: Int, in longest: Int) -> Bool {
    lookUp(Double(count), in: longest) < walk(longest) + 4 * Double(count) + 2 * pass
  }
}
