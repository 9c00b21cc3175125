import LedeCodecs
import LedeModel
import TestSupport
import Testing

/// Range bounds and heads against brute force over all postings.
@Suite struct ImpactSummaryTests {
  @Test(arguments: testSeeds(61, 62, 63))
  func rangeBoundsAreTheHighestCodes(seed: UInt64) throws {
    try forRandomLists(seed) { list, plain, lengths, average, _, comment in
      let ranges = (lengths.count + 511) / 512
      #expect(list.rangeCount == ranges, comment)
      guard plain.docs.count >= 128, plain.docs.count >= 4 * ranges else {
        #expect(list.rangeBounds == nil, comment)
        return
      }
      var expected = [UInt8](repeating: 0, count: ranges)
      for (doc, freq) in zip(plain.docs, plain.freqs) {
        let code = FrozenImpact.code(
          termFreq: freq, length: lengths[Int(doc)], averageLength: average)
        expected[Int(doc) / 512] = max(expected[Int(doc) / 512], code)
      }
      let bounds = try #require(list.rangeBounds, comment)
      #expect((0..<ranges).map { bounds[$0] } == expected, comment)
    }
  }

  @Test(arguments: testSeeds(71, 72, 73))
  func headsAreThePostingsOfHighestImpact(seed: UInt64) throws {
    try forRandomLists(seed) { list, plain, lengths, average, ranks, comment in
      #expect(list.hasHead == (plain.docs.count >= 1024), comment)
      var docs = [UInt32](repeating: 0, count: PostingsList.headSize)
      var freqs = docs
      let count = try list.decodeHead(docs: &docs, freqs: &freqs)
      guard list.hasHead else {
        #expect(count == 0, comment)
        return
      }
      let impacts = FrozenImpact(averageLength: average)
      let best = plain.docs.indices.map { index in
        let doc = plain.docs[index]
        return (
          -impacts.impact(termFreq: plain.freqs[index], length: lengths[Int(doc)]),
          ranks?[Int(doc)] ?? doc, doc, plain.freqs[index]
        )
      }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.prefix(128).sorted { $0.2 < $1.2 }
      #expect(Array(docs[..<count]) == best.map(\.2), comment)
      #expect(Array(freqs[..<count]) == best.map(\.3), comment)
    }
  }

  /// The bound that a reader derives from a code holds under any parameters and statistics.
  @Test(arguments: testSeeds(81))
  func codesBoundEveryOtherModel(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<20_000 {
      let frozen = Double(1 + generator.below(5000)) / 7
      let average = frozen * Double(1 + generator.below(400)) / 100
      let k1 = Double(generator.below(300)) / 100
      let b = Double(generator.below(101)) / 100
      let termFreq = UInt32(1 + generator.below(generator.chance(0.1) ? 1_000_000 : 20))
      let length = UInt32(generator.below(generator.chance(0.1) ? 1_000_000 : 2000))
      let code = FrozenImpact.code(termFreq: termFreq, length: length, averageLength: frozen)
      let q = Double(code) / 255
      let rho = FrozenImpact.correction(
        k1: k1, b: b, averageLength: average, frozenAverageLength: frozen)
      let bound = q / (q + rho * (1 - q))
      let normalized = k1 * (1 - b + b * Double(length) / average)
      let saturation = Double(termFreq) / (Double(termFreq) + normalized)
      #expect(
        saturation <= bound * (1 + 0x1p-50),
        "seed \(seed): \(termFreq) of \(length), k1 \(k1), b \(b), \(frozen) to \(average)")
      // What may reach as much has such a code at least, and no lower one allows it.
      let least = FrozenImpact.leastCode(reaching: saturation, rho: rho)
      #expect(least <= code, "seed \(seed): \(saturation), rho \(rho)")
      guard least > 1 else { continue }
      let lower = Double(least - 1) / 255
      #expect(lower / (lower + rho * (1 - lower)) < saturation, "seed \(seed): rho \(rho)")
    }
  }

  @Test func codesOfNoUse() {
    for share in [-1, 0, .nan] { #expect(FrozenImpact.leastCode(reaching: share, rho: 1) == 1) }
    for share in [1, 2, .infinity] {
      #expect(FrozenImpact.leastCode(reaching: share, rho: 0.5) == 255)
      #expect(FrozenImpact.leastCode(reaching: share, rho: 0) == 1)
    }
    #expect(FrozenImpact.leastCode(reaching: .leastNonzeroMagnitude, rho: 1) == 1)
  }

  @Test func impactsThatNothingLimitsHaveTheHighestCode() {
    #expect(FrozenImpact.code(termFreq: .max, length: 1, averageLength: 1) == 255)
    #expect(FrozenImpact.code(termFreq: 1, length: .max, averageLength: 0x1p-31) == 1)
  }

  /// Dead documents were part of the segment, and a field without positions has the average 1.
  @Test func frozenAveragesAreThoseOfTheSegmentAsWritten() throws {
    let (index, _) = try SmallIndex.sample()
    let first = try #require(try index.readers().first)
    #expect(first.sumLength(.text) < 9 + 6 + 1)
    #expect(first.frozenAverageLength(.text) == Double(9 + 6 + 1) / 3)
    #expect(FrozenImpact.averageLength(sum: 0, docCount: 3) == 1)
  }

  // MARK: Support

  /// Lists around every border of presence, with lengths that make many ties or few, some segments
  /// with documents in another order than that of their sequence numbers.
  private func forRandomLists(
    _ seed: UInt64,
    _ body: (PostingsList, PlainPostings, [UInt32], Double, [UInt32]?, Comment) throws -> Void
  ) throws {
    var generator = SplitMix64(seed: seed)
    for docCount in [1100, 4096, 16_385, 140_000] {
      let ranges = (docCount + 511) / 512
      let longest = generator.chance(0.5) ? 3 : 100_000
      let lengths = (0..<docCount).map { _ in UInt32(1 + generator.below(longest)) }
      let sum = lengths.reduce(UInt64(0)) { $0 + UInt64($1) }
      let average = FrozenImpact.averageLength(sum: sum, docCount: docCount)
      let ranks =
        generator.chance(0.5)
        ? (0..<UInt32(docCount)).shuffled(using: &generator) : nil
      let counts = [
        2, 127, 128, 4 * ranges - 1, 4 * ranges, 1023, 1024, 1100, docCount / 2, docCount,
      ].filter { 1...docCount ~= $0 }
      let terms = counts.map {
        PlainPostings.random(count: $0, lengths: lengths, maxFreq: 9, using: &generator)
      }
      try withSegment(
        docCount: docCount, lengths: lengths, ranks: ranks, terms, keepPositions: false
      ) { fixture in
        for (number, plain) in terms.enumerated() {
          let entry = try #require(try fixture.dictionary.find(.textClass, key(number)))
          try body(
            try fixture.list(entry), plain, lengths, average, ranks,
            "seed \(seed), \(plain.docs.count) of \(docCount)")
        }
      }
    }
  }
}
