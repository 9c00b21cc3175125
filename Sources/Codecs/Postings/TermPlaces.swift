import CLedeKernels

/// Where a term occurs in its documents, handed over run by run.
struct TermPlaces {
  private enum Source {
    case ordinals(UnsafeBufferPointer<UInt32>)
    case entries(PositionBits, lede_lengths)
  }

  private let source: Source
  /// The next ordinal.
  private var nextOrdinal = 0
  /// Where the next entry begins.
  private var nextBit: UInt64 = 0

  /// - Parameter ordinals: those of one document after the other.
  init(_ ordinals: UnsafeBufferPointer<UInt32>) { source = .ordinals(ordinals) }

  /// - Parameters:
  ///   - entries: of one document after the other, with the same lengths.
  ///   - column: the field's lengths in the segment being written.
  init(_ entries: PositionBits, _ column: lede_lengths) { source = .entries(entries, column) }

  /// The ordinals of the only document.
  var ordinals: UnsafeBufferPointer<UInt32> {
    guard case .ordinals(let ordinals) = source else {
      preconditionFailure("the dictionary wants ordinals")
    }
    return ordinals
  }

  /// Appends the only run of a term.
  mutating func appendOnlyRun(
    _ docs: UnsafeBufferPointer<UInt32>, _ freqs: UnsafeBufferPointer<UInt32>,
    _ lengths: FieldLengths, to positions: PositionsWriter
  ) {
    guard case .entries(let entries, _) = source else {
      return appendRun(docs, freqs, lengths, to: positions)
    }
    positions.add(entries, at: &nextBit, size: entries.count)
  }

  /// Appends the run of the next documents.
  mutating func appendRun(
    _ docs: UnsafeBufferPointer<UInt32>, _ freqs: UnsafeBufferPointer<UInt32>,
    _ lengths: FieldLengths, to positions: PositionsWriter
  ) {
    switch source {
    case .ordinals(let ordinals):
      let end = nextOrdinal + freqs.reduce(0) { $0 + Int($1) }
      positions.add(
        block: docs, freqs, UnsafeBufferPointer(rebasing: ordinals[nextOrdinal..<end]),
        lengths.values)
      nextOrdinal = end
    case .entries(let entries, let column):
      guard let docs = docs.baseAddress, let termFreqs = freqs.baseAddress else { return }
      let size = lede_positions_span(column, docs, termFreqs, freqs.count)
      positions.add(entries, at: &nextBit, size: size)
    }
  }
}
