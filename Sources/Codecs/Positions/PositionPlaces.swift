import LedeModel

/// What the ordinals of a field become positions by: lengths, and titles with a gap behind them.
///
/// Plain views, valid while their ``SegmentReader`` lives.
package struct PositionPlaces: Sendable {
  /// The field's lengths.
  package let lengths: LengthsReader
  /// Lengths of the titles; nil when positions are ordinals: in `title`, and where no document has a
  /// title.
  package let titles: LengthsReader?

  package init(lengths: LengthsReader, titles: LengthsReader?) {
    self.lengths = lengths
    self.titles = titles
  }

  /// Turns ordinals of a document into positions.
  func addGap(_ ordinals: UnsafeMutableBufferPointer<UInt32>, _ doc: UInt32) {
    guard let titles else { return }
    let title = titles.value(doc)
    let gap = Field.bodyStart(titleLength: title) &- title
    for index in ordinals.indices where ordinals[index] >= title { ordinals[index] &+= gap }
  }
}
