/// Compares every posting of one list after the other with the list's range bounds and head.
struct ImpactCheck {
  private let segment: SegmentReader
  private let lengths: LengthsReader
  private let frozen: FrozenImpact
  private var bounds: UnsafePointer<UInt8>?
  /// The range after that of the last document.
  private var nextRange = 0
  private var head = Head()

  private struct Head {
    var docs = [UInt32](repeating: 0, count: PostingsList.headSize)
    var freqs = [UInt32](repeating: 0, count: PostingsList.headSize)
    var count = 0
    /// Postings of the head that the list has had so far.
    var matched = 0
    /// The least impact in it, and of those with that the highest sequence number.
    var least = (impact: 0.0, sequence: UInt64.max)
  }

  init(_ segment: SegmentReader, _ lengths: LengthsReader, frozenAverageLength: Double) {
    self.segment = segment
    self.lengths = lengths
    frozen = FrozenImpact(averageLength: frozenAverageLength)
  }

  mutating func begin(_ list: PostingsList) throws(FormatError) {
    bounds = list.rangeBounds
    nextRange = 0
    head.count = try list.decodeHead(docs: &head.docs, freqs: &head.freqs)
    head.matched = 0
    head.least = (.infinity, 0)
    for index in 0..<head.count {
      let doc = head.docs[index]
      let impact = frozen.impact(termFreq: head.freqs[index], length: lengths.value(doc))
      let sequence = segment.sequence(of: doc)
      if (-head.least.impact, head.least.sequence) < (-impact, sequence) {
        head.least = (impact, sequence)
      }
    }
  }

  /// Takes the next posting; says what is wrong, or nil.
  mutating func flaw(doc: UInt32, termFreq: UInt32) -> String? {
    if bounds == nil, head.count == 0 { return nil }
    let impact = frozen.impact(termFreq: termFreq, length: lengths.value(doc))
    if let flaw = boundFlaw(doc, impact) { return flaw }
    guard head.count > 0 else { return nil }
    if head.matched < head.count, head.docs[head.matched] == doc {
      head.matched += 1
      return head.freqs[head.matched - 1] == termFreq
        ? nil : "document \(doc) has another termFreq in the head"
    }
    return (-impact, segment.sequence(of: doc)) > (-head.least.impact, head.least.sequence)
      ? nil : "document \(doc) belongs in the head"
  }

  private mutating func boundFlaw(_ doc: UInt32, _ impact: Double) -> String? {
    guard let bounds else { return nil }
    let range = Int(doc) >> PostingsList.rangeShift
    if range >= nextRange {
      if let flaw = emptyFlaw(upTo: range) { return flaw }
      nextRange = range + 1
    }
    return FrozenImpact.code(of: impact) <= bounds[range]
      ? nil : "document \(doc) exceeds the bound of range \(range)"
  }

  /// Ranges without documents from `nextRange` on have the code 0.
  private func emptyFlaw(upTo end: Int) -> String? {
    guard let bounds else { return nil }
    for range in nextRange..<max(nextRange, end) where bounds[range] != 0 {
      return "range \(range) has a bound and no document"
    }
    return nil
  }

  /// What is wrong when the list has ended, or nil.
  func flawAtEnd(_ list: PostingsList) -> String? {
    head.matched == head.count
      ? emptyFlaw(upTo: list.rangeCount)
      : "document \(head.docs[head.matched]) is in the head alone"
  }
}
