import LedeCodecs
import TestSupport
import Testing

@Suite struct PostingsTests {
  /// Sizes around every border: inline, short, one block, tails, groups of 32 blocks.
  static let counts = [1, 2, 3, 127, 128, 129, 255, 256, 257, 1000, 4096, 4097, 5000]

  @Test(arguments: counts, testSeeds(1, 2, 3))
  func roundTripWithPositions(count: Int, seed: UInt64) throws {
    var generator = SplitMix64(seed: seed &* 1000 &+ UInt64(count))
    // Ranged up to 64 documents for each posting, then long.
    for docCount in [count, count * 2, count * 50 + 7, count * 70, 3_000_000] {
      let lengths = (0..<docCount).map { _ in UInt32(1 + generator.below(2000)) }
      let plain = PlainPostings.random(
        count: count, lengths: lengths, maxFreq: 300, using: &generator)
      try withSegment(docCount: docCount, lengths: lengths, [plain], keepPositions: true) {
        fixture in
        let entry = try #require(try fixture.dictionary.find(.textSurface, "t00000"))
        try expectEqual(
          try fixture.list(entry), plain, hasPositions: true,
          "seed \(seed), \(count) of \(docCount)")
      }
    }
  }

  /// Blocks in three groups, ranges in two; with many positions a group of them passes 64 KiB. Where every document
  /// has the term there are marks, too, which pass it with still more of them.
  @Test(
    arguments: [(1, 0x02, 0x22), (3, 0x02, 0x22), (24, 0x04, 0x24), (60, 0x04, 0x44)]
      as [(UInt32, UInt8, UInt8)], [1, 70])
  func startsOfPositionsOfBothWidths(widths: (UInt32, UInt8, UInt8), spread: Int) throws {
    let (termFreq, width) = (widths.0, spread == 1 ? widths.2 : widths.1)
    let postingCount = 70 * 128 + 5
    let docCount = spread * postingCount
    let lengths = [UInt32](repeating: 400, count: docCount)
    var generator = SplitMix64(seed: UInt64(termFreq))
    let plain = PlainPostings(
      docs: (0..<UInt32(postingCount)).map { $0 * UInt32(spread) },
      freqs: [UInt32](repeating: termFreq, count: postingCount),
      ordinals: (0..<postingCount).map { _ in
        PlainPostings.sample(Int(termFreq), below: 400, using: &generator)
      })
    try withSegment(docCount: docCount, lengths: lengths, [plain], keepPositions: true) {
      fixture in
      #expect(fixture.postings.bytes[0] == width)
      let entry = try #require(try fixture.dictionary.find(.textSurface, "t00000"))
      try expectEqual(try fixture.list(entry), plain, hasPositions: true, "\(termFreq), \(spread)")
    }
  }

  /// Terms in five eighths of 2,048 documents, and in one less.
  @Test(arguments: [(1280, 0x22), (1279, 0x02)] as [(Int, UInt8)])
  func marksOfTheMostFrequentTerms(docFreq: Int, widths: UInt8) throws {
    let lengths = [UInt32](repeating: 9, count: 2048)
    let plain = PlainPostings(
      docs: (0..<UInt32(docFreq)).map { $0 }, freqs: [UInt32](repeating: 1, count: docFreq),
      ordinals: [[UInt32]](repeating: [4], count: docFreq))
    try withSegment(docCount: 2048, lengths: lengths, [plain], keepPositions: true) { fixture in
      #expect(fixture.postings.bytes[0] == widths)
      let entry = try #require(try fixture.dictionary.find(.textSurface, "t00000"))
      try expectEqual(try fixture.list(entry), plain, hasPositions: true, "\(docFreq)")
    }
  }

  @Test(arguments: testSeeds(11, 12))
  func manyTermsFollowEachOther(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let docCount = 700
    let lengths = (0..<docCount).map { _ in UInt32(1 + generator.below(70_000)) }
    let terms = (0..<500).map { _ in
      PlainPostings.random(
        count: 1 + generator.below(generator.chance(0.8) ? 5 : docCount), lengths: lengths,
        maxFreq: 40, using: &generator)
    }
    for keepPositions in [true, false] {
      try withSegment(docCount: docCount, lengths: lengths, terms, keepPositions: keepPositions) {
        fixture in
        for (number, plain) in terms.enumerated() {
          let namespace: TermNamespace = keepPositions ? .textSurface : .textClass
          let entry = try #require(try fixture.dictionary.find(namespace, key(number)))
          try expectEqual(
            try fixture.list(entry), plain, hasPositions: keepPositions,
            "seed \(seed), term \(number)")
        }
      }
    }
  }

  /// Decodes the whole list and compares every accessor with the plain arrays.
  private func expectEqual(
    _ list: PostingsList, _ plain: PlainPostings, hasPositions: Bool,
    _ comment: Comment
  ) throws {
    #expect(list.docFreq == plain.docs.count, comment)
    var docs = [UInt32](repeating: 0, count: PostingsList.blockSize)
    var freqs = [UInt32](repeating: 0, count: PostingsList.blockSize)
    var positions: [UInt32] = []
    var index = 0
    for block in 0..<list.blockCount {
      let count = try list.decodeDocs(block: block, into: &docs)
      try list.decodeFreqs(block: block, into: &freqs)
      try #require(count == list.count(ofBlock: block), comment)
      let range = index..<(index + count)
      try #require(Array(docs[..<count]) == Array(plain.docs[range]), comment)
      try #require(Array(freqs[..<count]) == Array(plain.freqs[range]), comment)
      if !list.isRanged {
        #expect(list.lastDoc(ofBlock: block) == plain.docs[range.upperBound - 1], comment)
      }
      for (place, posting) in range.enumerated() {
        guard hasPositions else { continue }
        try list.decodePositions(
          block: block, docs: &docs, freqs: &freqs, index: place, into: &positions)
        try #require(positions == plain.ordinals[posting], comment)
      }
      index += count
    }
    #expect(index == plain.docs.count, comment)
    try expectAllDocs(list, plain.docs, comment)
    expectSkips(list, plain, comment)
  }

  private func expectAllDocs(
    _ list: PostingsList, _ expected: [UInt32], _ comment: Comment
  ) throws {
    var docs = [UInt32](repeating: 0, count: expected.count + PostingsList.blockSize)
    #expect(try list.decodeDocs(into: &docs) == expected.count, comment)
    #expect(docs.starts(with: expected), comment)
  }

  /// Blocks of gaps, split and as bitsets, at once, at each level of vector instructions.
  @Test(arguments: ForcedKernels.levels, testSeeds(14))
  func allDocumentsOfALongList(level: Int32, seed: UInt64) throws {
    let kernels = ForcedKernels(level)
    defer { kernels.end() }
    var generator = SplitMix64(seed: seed)
    for spread in [65, 300, 2000] {
      let count = 128 * (1 + generator.below(12)) + generator.below(3)
      let docCount = count * spread
      var docs: Set<UInt32> = [UInt32(docCount - 1)]
      // Some are neighbours: their blocks are bitsets, or gaps of few bits.
      while docs.count < count {
        let first = generator.below(docCount)
        let run = generator.chance(0.1) ? 300 : 1
        for doc in first..<min(docCount, first + run) where docs.count < count {
          docs.insert(UInt32(doc))
        }
      }
      let plain = PlainPostings(
        docs: docs.sorted(), freqs: [UInt32](repeating: 1, count: count), ordinals: [])
      let lengths = [UInt32](repeating: 1, count: docCount)
      try withSegment(docCount: docCount, lengths: lengths, [plain], keepPositions: false) {
        fixture in
        let entry = try #require(try fixture.dictionary.find(.textClass, "t00000"))
        try expectAllDocs(
          try fixture.list(entry), plain.docs, "level \(level), seed \(seed), spread \(spread)")
      }
    }
  }

  private func expectSkips(_ list: PostingsList, _ plain: PlainPostings, _ comment: Comment) {
    for from in Set([0, list.blockCount / 3, list.blockCount - 1]) {
      for doc in stride(
        from: 0, through: (plain.docs.last ?? 0) &+ 2, by: max(1, Int(plain.docs.last ?? 0) / 97))
      {
        let expected =
          (from..<list.blockCount).first {
            list.lastDoc(ofBlock: $0) >= UInt32(doc) && list.count(ofBlock: $0) > 0
          } ?? list.blockCount
        #expect(list.firstBlock(reaching: UInt32(doc), from: from) == expected, comment)
      }
    }
  }
}

func key(_ number: Int) -> String {
  let digits = String(number)
  return "t" + String(repeating: "0", count: 5 - digits.count) + digits
}
