import CLedeKernels
import LedeCodecs
import TestSupport
import Testing

/// Lists as bits of windows and as filters of documents, against plain sets, at every level of
/// vector instructions.
@Suite(.serialized) struct PostingsBitsTests {
  /// Documents and docCount: ranged lists; long ones of bitsets, packed gaps, both in one list, tails;
  /// single postings.
  private static let shapes = [
    (1, 700), (3, 700), (127, 130), (128, 128), (129, 5000), (129, 10_000), (600, 700),
    (3000, 6000), (3000, 20_000), (2000, 30_000), (1500, 90_000), (1500, 110_000),
    (4000, 300_000), (40_000, 300_000), (300, 3_000_000),
  ]

  @Test(arguments: ForcedKernels.levels, testSeeds(1, 2))
  func windowsHoldTheDocuments(level: Int32, seed: UInt64) throws {
    let kernels = ForcedKernels(level)
    defer { kernels.end() }
    var generator = SplitMix64(seed: seed)
    for (count, docCount) in Self.shapes {
      try withList(count, docCount, &generator) { list, docs, generator in
        let comment: Comment = "level \(level), seed \(seed), \(count) of \(docCount)"
        let all = bits(of: docs, docCount)
        for size in [64, 512, 8192, 131_072] where docCount / size < 3000 {
          var walks = (0..<3).map { _ in
            BlockWalk(docs: .allocate(capacity: PostingsList.blockSize))
          }
          let words = UnsafeMutablePointer<UInt64>.allocate(capacity: size / 64 + DocWindow.slack)
          defer { words.deallocate() }
          for low in stride(from: 0, to: docCount, by: size) {
            let window = DocWindow(
              low: UInt32(low), high: UInt32(min(docCount, low + size)), words: words)
            let before = (0..<window.wordCount).map { _ in generator.next() }
            let expected = all[(low / 64)...].prefix(window.wordCount).map { $0 }
            words.update(repeating: 0xdead_beef, count: size / 64 + DocWindow.slack)
            try list.fill(window, &walks[0])
            #expect((0..<window.wordCount).allSatisfy { words[$0] == expected[$0] }, comment)
            words.update(from: before, count: before.count)
            try list.mark(window, .set, &walks[1])
            #expect(
              (0..<window.wordCount).allSatisfy { words[$0] == before[$0] | expected[$0] }, comment)
            words.update(from: before, count: before.count)
            try list.mark(window, .cleared, &walks[2])
            #expect(
              (0..<window.wordCount).allSatisfy { words[$0] == before[$0] & ~expected[$0] },
              comment)
          }
        }
      }
    }
  }

  @Test(arguments: ForcedKernels.levels, testSeeds(3, 4))
  func filtersKeepWhatIsHeld(level: Int32, seed: UInt64) throws {
    let kernels = ForcedKernels(level)
    defer { kernels.end() }
    var generator = SplitMix64(seed: seed)
    for (count, docCount) in Self.shapes {
      try withList(count, docCount, &generator) { list, docs, generator in
        let held = Set(docs)
        for candidates in [1, 20, 1000, docCount / 3 + 1] {
          let others = PlainPostings.random(
            count: min(candidates, docCount), docCount: docCount, maxFreq: 1, using: &generator
          ).docs
          for isHeld in [true, false] {
            var walk = BlockWalk(docs: .allocate(capacity: PostingsList.blockSize))
            var kept: [UInt32] = []
            var rest = others[...]
            while !rest.isEmpty {
              var batch = Array(rest.prefix(1 + generator.below(400)))
              rest = rest.dropFirst(batch.count)
              let size = try list.filter(&batch, batch.count, isHeld: isHeld, &walk)
              kept += batch[..<size]
            }
            #expect(
              kept == others.filter { held.contains($0) == isHeld },
              "level \(level), seed \(seed), \(count) of \(docCount), \(candidates) candidates")
          }
        }
      }
    }
  }

  @Test(arguments: ForcedKernels.levels, testSeeds(5))
  func kernelsAgreeWithSets(level: Int32, seed: UInt64) {
    let kernels = ForcedKernels(level)
    defer { kernels.end() }
    var generator = SplitMix64(seed: seed)
    for count in [0, 1, 7, 64, 130] {
      var left = (0..<count).map { _ in generator.next() & generator.next() }
      let right = (0..<count).map { _ in generator.next() }
      #expect(lede_count_words(left, count) == left.reduce(0) { $0 + $1.nonzeroBitCount })
      let common = zip(left, right).map { $0 & $1 }
      #expect(lede_count_common(left, right, count) == lede_count_words(common, count))
      let union = zip(left, right).map { $0 | $1 }
      var joined = left
      lede_or_words(&joined, right, count)
      #expect(joined == union)
      lede_and_words(&left, right, count)
      #expect(left == common)
      let places = (0..<(64 * count)).filter { right[$0 / 64] >> UInt64($0 % 64) & 1 == 1 }
      var expanded = [UInt32](repeating: 0, count: 64 * count)
      let size = right.withUnsafeBytes {
        lede_expand_bitset($0.assumingMemoryBound(to: UInt8.self).baseAddress, count, 70, &expanded)
      }
      #expect(expanded[..<size].elementsEqual(places.map { UInt32($0 + 70) }))
      let docs = (0..<(64 * count)).filter { _ in generator.chance(0.2) }.map(UInt32.init)
      for wanted: UInt32 in [0, 1] {
        var kept = docs.map { $0 + 640 }
        kept.removeSubrange(lede_filter_by_bits(&kept, kept.count, 640, right, wanted)...)
        let set = Set(places)
        #expect(kept == docs.filter { set.contains(Int($0)) == (wanted == 1) }.map { $0 + 640 })
      }
      var merged = [UInt32](repeating: 0, count: docs.count + size)
      let total = lede_merge_docs(docs, docs.count, expanded, size, &merged)
      #expect(Array(merged[..<total]) == Set(docs).union(expanded[..<size]).sorted())
    }
  }

  /// The bits of all documents of a segment.
  private func bits(of docs: [UInt32], _ docCount: Int) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: (docCount + 63) / 64)
    for doc in docs { words[Int(doc / 64)] |= 1 << UInt64(doc % 64) }
    return words
  }

  /// A list whose density changes on the way, so that bitsets and packed gaps follow each other.
  private func withList(
    _ count: Int, _ docCount: Int, _ generator: inout SplitMix64,
    _ body: (PostingsList, [UInt32], inout SplitMix64) throws -> Void
  ) throws {
    var plain = PlainPostings.random(
      count: count, docCount: docCount, maxFreq: 2, using: &generator)
    if generator.chance(0.5), count > 300 {
      // The first documents close together.
      for index in 0..<(count / 2) { plain.docs[index] = UInt32(index + index / 9) }
      plain.docs = Set(plain.docs).sorted()
      plain.freqs.removeSubrange(plain.docs.count...)
      plain.ordinals.removeSubrange(plain.docs.count...)
    }
    try withSegment(
      docCount: docCount, lengths: [UInt32](repeating: 3, count: docCount), [plain],
      keepPositions: false
    ) { fixture in
      let entry = try #require(try fixture.dictionary.find(.textClass, "t00000"))
      try body(try fixture.list(entry), plain.docs, &generator)
    }
  }
}
