import LedeAnalysis

/// A word or a script run of a query, in the order of the text.
enum QueryUnit {
  case word([UInt8], position: UInt32)
  case run(Run)

  /// Neighbouring characters of a script without spaces, and their pairs.
  struct Run {
    var unigrams: OneOrMore<[UInt8]>
    var bigrams: [[UInt8]] = []
    var position: UInt32
  }

  var position: UInt32 {
    switch self {
    case .word(_, let position): position
    case .run(let run): run.position
    }
  }
}

extension QueryBinder {
  /// Replaces the tokens in `scratch` with those of a text.
  func analyze(_ text: String) {
    scratch.tokens.removeAll(keepingCapacity: true)
    analyzer.analyze(text, into: &scratch.tokens)
  }

  /// The words and runs of the text last analysed; nil when it has none.
  func units() -> OneOrMore<QueryUnit>? {
    var units: OneOrMore<QueryUnit>?
    var run: QueryUnit.Run?
    for token in scratch.tokens.tokens {
      let range = scratch.tokens.termRange(of: token)
      let bytes = scratch.tokens.bytes.withUnsafeBufferPointer {
        [UInt8](UnsafeBufferPointer(rebasing: $0[range]))
      }
      switch token.kind {
      case .word:
        Self.end(&run, &units)
        Self.append(.word(bytes, position: token.position), to: &units)
      case .unigram where token.startsRun:
        Self.end(&run, &units)
        run = QueryUnit.Run(unigrams: OneOrMore(bytes), position: token.position)
      case .unigram: run?.unigrams.append(bytes)
      case .bigram: run?.bigrams.append(bytes)
      }
    }
    Self.end(&run, &units)
    return units
  }

  private static func end(_ run: inout QueryUnit.Run?, _ units: inout OneOrMore<QueryUnit>?) {
    guard let ended = run.take() else { return }
    append(.run(ended), to: &units)
  }

  private static func append(_ unit: QueryUnit, to units: inout OneOrMore<QueryUnit>?) {
    if units?.append(unit) == nil { units = OneOrMore(unit) }
  }
}
