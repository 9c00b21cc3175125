import LedeAnalysis

/// A word or a script run of a query, in the order of the text.
enum QueryUnit {
  case word(TermBytes, position: UInt32)
  case run(Run)

  /// Neighbouring characters of a script without spaces, and their pairs.
  struct Run {
    var unigrams: ArenaList<TermBytes>
    var bigrams = ArenaList<TermBytes>()
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
  /// Replaces `word` and `tokens` with those of a text.
  func analyze(_ text: String) {
    word = plainWord(text)
    guard word == nil else { return }
    tokens.removeAll(keepingCapacity: true)
    analyzer.analyze(text, into: &tokens)
    if let range = tokens.onlyWord { word = arena.bytes(tokens.bytes[range]) }
  }

  private func plainWord(_ text: String) -> TermBytes? {
    let word: TermBytes?? = text.utf8.withContiguousStorageIfAvailable {
      analyzer.isPlainWord($0) ? arena.bytes($0) : nil
    }
    return word ?? nil
  }

  /// The words and runs of the text last analysed.
  func units() -> ArenaList<QueryUnit> {
    if let word { return ArenaList(.word(word, position: 0), arena) }
    var units = ArenaList<QueryUnit>()
    var run: QueryUnit.Run?
    for token in tokens.tokens {
      let bytes = arena.bytes(tokens.bytes[tokens.termRange(of: token)])
      switch token.kind {
      case .word:
        end(&run, &units)
        units.append(.word(bytes, position: token.position), arena)
      case .unigram where token.startsRun:
        end(&run, &units)
        run = QueryUnit.Run(unigrams: ArenaList(bytes, arena), position: token.position)
      case .unigram: run?.unigrams.append(bytes, arena)
      case .bigram: run?.bigrams.append(bytes, arena)
      }
    }
    end(&run, &units)
    return units
  }

  private func end(_ run: inout QueryUnit.Run?, _ units: inout ArenaList<QueryUnit>) {
    guard let ended = run.take() else { return }
    units.append(.run(ended), arena)
  }
}
