import CLedeKernels
import LedeAnalysis
import TestSupport
import Testing

@Suite struct AnalyzerPropertyTests {
  @Test(arguments: testSeeds(1, 2, 3)) func bytePathEqualsRules(seed: UInt64) throws {
    var texts = RandomText(seed: seed)
    let slow = try Analyzer(language: .none, options: .init(usesBytePath: false))
    let fast = try Analyzer(language: .none)
    for round in 0..<3000 {
      let text = texts.next(length: 60)
      let (left, right) = (fast.occurrences(in: text), slow.occurrences(in: text))
      #expect(left == right, "seed \(seed), round \(round): \(text.debugDescription)")
      if left != right { break }
    }
  }

  /// ASCII is taken 64 bytes at a time: joined words lie across the borders of these blocks.
  @Test(arguments: testSeeds(4)) func blocksOfASCIIEqualRules(seed: UInt64) throws {
    let kernels = ForcedKernels()
    defer { kernels.end() }
    var random = SplitMix64(seed: seed)
    let slow = try Analyzer(language: .none, options: .init(usesBytePath: false))
    let fast = try Analyzer(language: .none)
    let alphabet = Array("aZ09__.':,;\" -\n".utf8)
    for round in 0..<1500 {
      var bytes = (0..<random.below(400)).map { _ in
        let choices = random.chance(0.5) ? 3 : alphabet.count
        return random.chance(0.05) ? UInt8(random.below(128)) : alphabet[random.below(choices)]
      }
      // What is not ASCII ends a stretch before its last word is known to end.
      if random.chance(0.5) { bytes += Array("é".utf8) }
      let expected = slow.occurrences(in: bytes)
      for level in ForcedKernels.levels {
        kernels.use(level)
        #expect(
          fast.occurrences(in: bytes) == expected,
          "seed \(seed), round \(round), level \(level): \(bytes)")
      }
    }
  }

  /// Words that are texts of their own, as those of queries are, and what is nearly such a word.
  @Test(arguments: testSeeds(5)) func singleWordsEqualRules(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let slow = try Analyzer(language: .none, options: .init(usesBytePath: false))
    let fast = try Analyzer(language: .none)
    let alphabet = Array("abcxyz0189".utf8)
    for round in 0..<1500 {
      var bytes = (0..<random.below(40)).map { _ in alphabet[random.below(alphabet.count)] }
      if random.chance(0.3) {
        bytes.insert(UInt8(random.below(128)), at: random.below(bytes.count + 1))
      }
      let (left, right) = (fast.occurrences(in: bytes), slow.occurrences(in: bytes))
      #expect(left == right, "seed \(seed), round \(round): \(bytes)")
    }
    // A word goes on from the position that the batch is at.
    var batch = TokenBatch()
    for word in ["alumina", "bauxite"] { fast.analyze(word, into: &batch) }
    #expect(batch.tokens.map(\.position) == [0, 1])
    #expect(batch.tokens.map { batch.term(of: $0) } == ["alumina", "bauxite"])
  }

  @Test(arguments: testSeeds(11, 12)) func windowsDoNotShow(seed: UInt64) throws {
    var texts = RandomText(seed: seed)
    let whole = try Analyzer(language: .none, options: .init(usesBytePath: false))
    let windowed = try [2, 3, 5, 16].map {
      try Analyzer(language: .none, options: .init(usesBytePath: $0 == 5, windowSize: $0))
    }
    for round in 0..<1000 {
      let text = texts.next(length: 80)
      let expected = whole.occurrences(in: text)
      for analyzer in windowed {
        #expect(
          analyzer.occurrences(in: text) == expected,
          "seed \(seed), round \(round): \(text.debugDescription)")
      }
    }
  }

  /// Damaged bytes give the tokens of the same bytes as Swift repairs them.
  @Test(arguments: testSeeds(21, 22)) func damagedBytesCountAsReplacements(seed: UInt64) throws {
    var texts = RandomText(seed: seed)
    let analyzer = try Analyzer(language: .english)
    for round in 0..<3000 {
      let bytes = texts.damagedBytes(length: 40)
      let repaired = String(decoding: bytes, as: UTF8.self)
      let tokens = analyzer.occurrences(in: bytes)
      let comment: Comment = "seed \(seed), round \(round): \(bytes)"
      #expect(tokens.map(\.term) == analyzer.occurrences(in: repaired).map(\.term), comment)
      for token in tokens {
        #expect(token.source.upperBound <= bytes.count && !token.source.isEmpty, comment)
      }
    }
  }

  @Test(arguments: testSeeds(31)) func randomBytesNeverTrap(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let analyzer = try Analyzer(language: .none)
    for round in 0..<2000 {
      let bytes = (0..<random.below(200)).map { _ in UInt8(random.below(256)) }
      let repaired = String(decoding: bytes, as: UTF8.self)
      #expect(
        analyzer.occurrences(in: bytes).map(\.term) == analyzer.terms(in: repaired)
          || analyzer.occurrences(in: bytes).contains { $0.kind == .bigram },
        "seed \(seed), round \(round)")
      bytes.withUnsafeBufferPointer {
        var form: [UInt8] = []
        analyzer.surface(of: $0, into: &form)
        analyzer.fold($0, into: &form)
        analyzer.stemClass(ofSurface: $0, into: &form)
      }
    }
  }

  /// Terms are well-formed, positions count words and unigrams, sources ascend and hold the term.
  @Test(arguments: testSeeds(41, 42)) func tokensAreInOrder(seed: UInt64) throws {
    var texts = RandomText(seed: seed)
    let analyzer = try Analyzer(language: .none)
    for round in 0..<2000 {
      let text = texts.next(length: 60)
      var batch = TokenBatch()
      batch.positionCount = 7
      analyzer.analyze(text, into: &batch)
      let comment: Comment = "seed \(seed), round \(round): \(text.debugDescription)"
      var position: UInt32 = 7
      var unigram: Occurrence?
      for (token, occurrence) in zip(batch.tokens, batch.occurrences) {
        #expect((1...255).contains(token.termLength), comment)
        #expect(
          String(validating: batch.bytes[batch.termRange(of: token)], as: UTF8.self) != nil,
          comment)
        if token.kind == .bigram {
          let first = try #require(unigram, comment)
          #expect(token.position == first.position, comment)
          let isJoined = occurrence.bytes.starts(with: first.bytes)
          #expect(isJoined || occurrence.bytes.count == 255, comment)
          continue
        }
        #expect(token.position == position, comment)
        position += 1
        unigram = token.kind == .unigram ? occurrence : nil
      }
      #expect(batch.positionCount == position, comment)
    }
  }

  @Test(arguments: testSeeds(51, 52)) func sourceAnalysedAgainGivesTheTerm(seed: UInt64) throws {
    var texts = RandomText(seed: seed)
    let analyzer = try Analyzer(language: .none)
    for round in 0..<2000 {
      let text = texts.next(length: 60)
      let bytes = Array(text.utf8)
      for token in analyzer.occurrences(in: bytes) {
        let part = Array(bytes[Int(token.source.lowerBound)..<Int(token.source.upperBound)])
        let again = analyzer.occurrences(in: part).map(\.term)
        let comment: Comment = "seed \(seed), round \(round): \(token) of \(text.debugDescription)"
        if token.kind == .word {
          // First, not alone: a jamo after an ignorable character counts to the word before both.
          #expect(again.first == token.term, comment)
        } else {
          #expect(again.contains(token.term), comment)
        }
      }
    }
  }

  /// A text in two parts, parted by a line end, gives the tokens of the parts one after the other.
  @Test(arguments: testSeeds(61, 62)) func partsOfATextAddUp(seed: UInt64) throws {
    var texts = RandomText(seed: seed)
    let analyzer = try Analyzer(language: .none)
    for round in 0..<1000 {
      let (first, second) = (texts.next(length: 50), texts.next(length: 50))
      var batch = TokenBatch()
      analyzer.analyze(first, into: &batch)
      let split = batch.tokens.count
      analyzer.analyze(second, into: &batch)
      let shift = UInt32(first.utf8.count + 1)
      var parts = batch.occurrences
      for index in split..<parts.count {
        let source = parts[index].source
        parts[index].source = source.lowerBound + shift..<source.upperBound + shift
      }
      #expect(
        analyzer.occurrences(in: first + "\n" + second) == parts,
        "seed \(seed), round \(round): \(first.debugDescription) \(second.debugDescription)")
    }
  }

  /// A kept batch and analyzer carry nothing over from text to text.
  @Test(arguments: testSeeds(71)) func reuseLeavesNoTrace(seed: UInt64) throws {
    var texts = RandomText(seed: seed)
    let kept = try Analyzer(language: .none)
    var batch = TokenBatch()
    for round in 0..<300 {
      let text = texts.next(length: 100)
      batch.removeAll(keepingCapacity: true)
      kept.analyze(text, into: &batch)
      let fresh = try Analyzer(language: .none).occurrences(in: text)
      #expect(batch.occurrences == fresh, "seed \(seed), round \(round): \(text.debugDescription)")
    }
  }
}
