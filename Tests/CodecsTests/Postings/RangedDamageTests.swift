import CLedeKernels
import TestSupport
import Testing

/// Damaged ranges are reported, or decode to documents of their range below docCount; no kernel reads
/// outside the payload (which a sanitizer shows) or writes more than a range holds.
@Suite(.serialized) struct RangedDamageTests {
  private static let size = PlainRange.size

  @Test(arguments: ForcedKernels.levels, testSeeds(11, 12))
  func flippedAndMissingBytesAreSurvived(level: Int32, seed: UInt64) {
    let kernels = ForcedKernels(level)
    defer { kernels.end() }
    var generator = SplitMix64(seed: seed)
    var (reported, survived) = (0, 0)
    for freqs in PlainRange.Freqs.allCases {
      for count in [1, 5, 20, 33, 64, 65, 300, 512] {
        let limit = max(count, 1 + generator.below(Self.size))
        var range = PlainRange(3, count: count, below: limit, freqs, using: &generator)
        let good = range.encoded
        for round in 0..<300 {
          var bad = good
          if round % 4 == 0 {
            bad.removeLast(1 + generator.below(bad.count))
          } else {
            for _ in 0...generator.below(3) {
              bad[generator.below(min(bad.count, 1 + generator.below(bad.count)))] ^=
                UInt8(1 << generator.below(8))
            }
          }
          range.padding = round % 3 == 0 ? 100 : 0
          let isDamaged = range.withList(bad, docCount: Int(range.base) + limit) {
            readAll($0, range, limit, &generator, "level \(level), seed \(seed), \(bad.prefix(60))")
          }
          if isDamaged { reported += 1 } else { survived += 1 }
        }
      }
    }
    #expect(reported > 1000 && survived > 1000, "\(reported), \(survived)")
  }

  /// Finds positions of documents that are there, some of them in documents longer than a column can say;
  /// whether a kernel says that there is damage.
  private func locate(
    _ list: UnsafePointer<lede_ranged>, _ range: PlainRange, _ limit: Int, _ wanted: [UInt32],
    _ comment: Comment
  ) -> Bool {
    let isLong = { (doc: Int) in doc % 7 == 5 && range.number % 2 == 0 }
    let end = Int(range.base) + limit
    let column = (0...end).map { isLong($0) ? UInt16.max : UInt16(300 + $0 % 700) }
    let escapes = (0..<end).filter(isLong).flatMap { [UInt32($0), 70_000] as [UInt32] }
    let guarded = [UInt64](repeating: 0x5a5a, count: Self.size + 1)
    return column.withUnsafeBufferPointer { column in
      escapes.withUnsafeBufferPointer { escapes in
        let lengths = lede_lengths(
          column: column.baseAddress, escapes: escapes.baseAddress,
          escape_count: escapes.count / 2)
        var starts = guarded
        var freqs = [UInt32](repeating: 0x5a5a, count: wanted.count + 1)
        var places = freqs
        let some = [wanted.count, min(2, wanted.count)]
        var located = 0
        for (count, width) in [(some[0], 0), (some[0], 4), (some[1], 2), (some[1], 4)] {
          // Marks that say anything.
          located = range.withPositions(at: 9, marks: [.max, 12345], markWidth: width) {
            lede_ranged_locate(list, lengths, $0, wanted, count, &freqs, &places, &starts)
          }
          #expect(located > Self.size || located <= count, comment)
        }
        #expect(starts[wanted.count] == 0x5a5a && places[wanted.count] == 0x5a5a, comment)
        let held = lede_ranged_find(list, wanted, wanted.count, &freqs, &places)
        return held > Self.size || located > Self.size
      }
    }
  }

  /// Whether any kernel says that there is damage.
  private func readAll(
    _ list: UnsafePointer<lede_ranged>, _ range: PlainRange, _ limit: Int,
    _ generator: inout SplitMix64, _ comment: Comment
  ) -> Bool {
    let guarded = [UInt32](repeating: 0x5a5a_5a5a, count: Self.size + 1)
    let (number, end) = (UInt32(range.number), range.base + UInt32(limit))
    var (docs, freqs) = (guarded, guarded)
    let count = lede_ranged_docs(list, number, &docs)
    var isDamaged = count > Self.size
    let found = isDamaged ? [] : docs[..<count]
    #expect(zip(found, found.dropFirst()).allSatisfy { $0 < $1 }, comment)
    #expect(found.allSatisfy { range.base <= $0 && $0 < end }, comment)
    let both = lede_ranged_postings(list, number, &docs, &freqs)
    #expect(count >= 0 && (both > Self.size || both == count), comment)
    isDamaged = isDamaged || both > Self.size
    let wanted = PlainPostings.sample(1 + generator.below(limit), below: limit, using: &generator)
      .map { range.base + $0 }
    var places = guarded
    let held = lede_ranged_find(list, wanted, wanted.count, &freqs, &places)
    #expect(held > Self.size || held <= wanted.count, comment)
    if held <= Self.size {
      // Positions are found by these places.
      for index in wanted.indices where freqs[index] > 0 {
        #expect(places[index] < Self.size, comment)
      }
    }
    isDamaged = locate(list, range, limit, wanted, comment) || isDamaged
    var candidates = wanted
    #expect(lede_ranged_filter(list, &candidates, wanted.count, 1) >= 0, comment)
    var words = [UInt64](repeating: 0, count: 9)
    if lede_ranged_bits(list, number, &words) == 0 {
      let bits = (0..<576).filter { words[$0 / 64] >> UInt64($0 % 64) & 1 == 1 }
      #expect(bits.allSatisfy { $0 < limit }, comment)
    }
    var shared = [UInt32](repeating: guarded[0], count: Self.size + 17)
    let met = lede_ranged_meet([list, list], 2, number, &shared, nil, 0)
    let common = met > Self.size ? [] : shared[..<met]
    #expect(common.allSatisfy { range.base <= $0 && $0 < end }, comment)
    #expect(zip(common, common.dropFirst()).allSatisfy { $0 < $1 }, comment)
    var scores = [Float](repeating: 0, count: Self.size + 1)
    // As long as the segment, and the one more that kernels may read.
    let column = [UInt16](repeating: 300, count: Int(end) + 1)
    column.withUnsafeBufferPointer { column in
      let lengths = lede_lengths(column: column.baseAddress, escapes: nil, escape_count: 0)
      let model = lede_bm25(w: 1, a: 1, c: 1)
      let scored = lede_ranged_scores(list, number, model, lengths, &docs, &scores)
      if scored <= Self.size {
        #expect(docs[..<scored].allSatisfy { range.base <= $0 && $0 < end }, comment)
        let ascending = docs[..<scored]
        #expect(zip(ascending, ascending.dropFirst()).allSatisfy { $0 < $1 }, comment)
      }
      _ = lede_ranged_accumulate(list, number, model, lengths, 1, &scores)
    }
    #expect(docs[Self.size] == guarded[0] && freqs[Self.size] == guarded[0], comment)
    #expect(shared[Self.size + 16] == guarded[0], comment)
    #expect(places[Self.size] == guarded[0] && words[8] == 0 && scores[Self.size] == 0, comment)
    return isDamaged
  }

  /// In nibbles of the last range a document before the last may be the highest.
  @Test(arguments: ForcedKernels.levels)
  func documentsBehindTheSegmentAreDamage(level: Int32) {
    let kernels = ForcedKernels(level)
    defer { kernels.end() }
    var generator = SplitMix64(seed: 1)
    var range = PlainRange(1, count: 2, .ones, using: &generator)
    range.docs = [512 + 32, 512 + 33]
    var bytes = range.encoded
    // One byte of head, five of high bits, then the low four bits of both.
    #expect(bytes.count == 7 && bytes[6] == 0x10)
    bytes[6] = 0x1f
    range.withList(bytes, docCount: 512 + 34) { list in
      var (docs, freqs): ([UInt32], [UInt32]) = ([0, 0], [0, 0])
      var words = [UInt64](repeating: 0, count: 8)
      #expect(lede_ranged_docs(list, 1, &docs) > Self.size)
      #expect(lede_ranged_postings(list, 1, &docs, &freqs) > Self.size)
      #expect(lede_ranged_bits(list, 1, &words) != 0)
    }
    // In the middle of a segment they are in the range, but do not ascend.
    range.withList(bytes, docCount: 2000) { list in
      var docs: [UInt32] = [0, 0]
      #expect(lede_ranged_docs(list, 1, &docs) > Self.size)
    }
  }
}
