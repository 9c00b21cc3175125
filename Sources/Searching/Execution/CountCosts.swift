/// What ways of counting cost, in instructions: rough, but they only decide between two right answers.
///
/// Counted with callgrind: a bitset block takes about 45 to copy, any other about 11 for each of its
/// documents to unpack and mark. A document is found in a bitset block in about 10, in any other in 110
/// if it is the only one, in 35 if the block is unpacked for many.
struct CountCosts {
  let docCount: Double

  init(docCount: Int) { self.docCount = Double(docCount) }

  /// Blocks are bitsets from about this density on.
  private func isDense(_ docFreq: Double) -> Bool { docFreq * 9 > docCount }

  /// Making bits of a whole list.
  func walk(_ docFreq: Int) -> Double {
    let docFreq = Double(docFreq)
    return isDense(docFreq) ? docFreq / 128 * 45 : docFreq * 11
  }

  /// Joining two windows, or counting one, over the whole segment.
  var pass: Double { docCount / 64 * 2 }

  /// Looking `count` documents up in a list.
  func lookUp(_ count: Double, in docFreq: Int) -> Double {
    let docFreq = Double(docFreq)
    let blocks = (docFreq / 128).rounded(.up)
    if isDense(docFreq) { return min(count, blocks) * 60 + count * 10 }
    return min(count * 110, blocks * 700 + count * 35)
  }

  /// Whether bits of every list cost less than looking up the documents of the first, the rarest.
  func prefersBits(forAllOf docFreqs: [Int]) -> Bool {
    guard let lead = docFreqs.first else { return false }
    let bits = docFreqs.reduce(pass) { $0 + walk($1) + pass }
    var lookUps = Double(lead) * 5
    var candidates = Double(lead)
    for docFreq in docFreqs.dropFirst() {
      lookUps += lookUp(candidates, in: docFreq)
      candidates *= Double(docFreq) / docCount
    }
    return bits < lookUps
  }

  /// Whether looking `count` documents up in the longest list costs less than marking them all.
  func prefersLookUp(of count: Int, in longest: Int) -> Bool {
    lookUp(Double(count), in: longest) < walk(longest) + 8 * Double(count) + 2 * pass
  }
}
