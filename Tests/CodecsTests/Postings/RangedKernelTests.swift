import CLedeKernels
import TestSupport
import Testing

/// The kernels of ranged lists at every level of vector instructions, against plain code.
@Suite(.serialized) struct RangedKernelTests {
  private static let size = PlainRange.size

  @Test(arguments: ForcedKernels.levels, testSeeds(1, 2))
  func postingsComeBack(level: Int32, seed: UInt64) {
    PlainRange.forRandom(level, seed) { range, docCount, _, comment in
      let count = range.docs.count
      range.withList(range.encoded, docCount: docCount) { list in
        var docs = [UInt32](repeating: 0, count: Self.size)
        var freqs = docs
        #expect(lede_ranged_count(list, UInt32(range.number)) == count, comment)
        #expect(lede_ranged_docs(list, UInt32(range.number), &docs) == count, comment)
        #expect(docs[..<count].elementsEqual(range.docs), comment)
        docs = freqs
        #expect(lede_ranged_postings(list, UInt32(range.number), &docs, &freqs) == count, comment)
        #expect(docs[..<count].elementsEqual(range.docs), comment)
        #expect(freqs[..<count].elementsEqual(range.freqs), comment)
        var words = [UInt64](repeating: .max, count: 8)
        #expect(lede_ranged_bits(list, UInt32(range.number), &words) == 0, comment)
        var expected = [UInt64](repeating: 0, count: 8)
        for doc in range.docs { expected[Int(doc % 512) / 64] |= 1 << UInt64(doc % 64) }
        #expect(words == expected, comment)
      }
    }
  }

  @Test(arguments: ForcedKernels.levels, testSeeds(3))
  func rangesWithoutDocumentsAreEmpty(level: Int32, seed: UInt64) {
    PlainRange.forRandom(level, seed) { range, docCount, _, comment in
      guard range.number > 0 else { return }
      range.withList(range.encoded, docCount: docCount) { list in
        var (docs, freqs): ([UInt32], [UInt32]) = ([7], [7])
        var words = [UInt64](repeating: .max, count: 8)
        #expect(lede_ranged_count(list, 0) == 0, comment)
        #expect(lede_ranged_docs(list, 0, &docs) == 0, comment)
        #expect(lede_ranged_postings(list, 0, &docs, &freqs) == 0, comment)
        #expect(lede_ranged_find(list, [5], 1, &freqs, &docs) == 0, comment)
        #expect(freqs == [0], comment)
        #expect(lede_ranged_bits(list, 0, &words) == 0 && words.allSatisfy { $0 == 0 }, comment)
      }
    }
  }

  @Test(arguments: ForcedKernels.levels, testSeeds(5, 6))
  func documentsAreFound(level: Int32, seed: UInt64) {
    PlainRange.forRandom(level, seed) { range, docCount, generator, comment in
      let below = min(docCount - Int(range.base), Self.size)
      for wanted in [1, 2, 9, 1 + generator.below(below), below] where wanted <= below {
        let docs = PlainPostings.sample(wanted, below: below, using: &generator)
          .map { range.base + $0 }
        var freqs = [UInt32](repeating: 7, count: wanted)
        var places = freqs
        let found = range.withList(range.encoded, docCount: docCount) {
          lede_ranged_find($0, docs, wanted, &freqs, &places)
        }
        let expected = docs.map { doc in range.docs.firstIndex(of: doc) }
        expectLocated(range, docCount, docs, freqs, places, isWide: generator.chance(0.3), comment)
        #expect(found == expected.count { $0 != nil }, comment)
        #expect(freqs == expected.map { $0.map { range.freqs[$0] } ?? 0 }, comment)
        for (index, place) in expected.enumerated() {
          if let place { #expect(places[index] == UInt32(place), comment) }
        }
      }
    }
  }

  /// termFreqs that end where bytes of their ends do, with enough ones to be written in unary.
  @Test(arguments: ForcedKernels.levels, [254, 255, 256, 257] as [UInt32])
  func largeFirstFrequencies(level: Int32, freq: UInt32) {
    let kernels = ForcedKernels(level)
    defer { kernels.end() }
    var generator = SplitMix64(seed: UInt64(freq))
    for (count, place) in [(64, 0), (53, 0), (60, 1), (64, 63)] {
      var range = PlainRange(3, count: count, .ones, using: &generator)
      range.freqs[place] = freq
      range.padding = 90
      let docs = [range.docs[place]]
      let places = [UInt32(place)]
      expectLocated(
        range, 1 << 20, docs, [freq], places, isWide: false, "\(count), \(place), \(freq)")
    }
  }

  /// The same in bitmaps, which are entered anywhere: several large ones make words of zeros.
  @Test(
    arguments: ForcedKernels.levels, [63, 64, 65, 127, 128, 254, 255, 256, 257, 300] as [UInt32])
  func largeFrequenciesOfBitmaps(level: Int32, freq: UInt32) {
    let kernels = ForcedKernels(level)
    defer { kernels.end() }
    var generator = SplitMix64(seed: UInt64(freq))
    for (count, place) in [(200, 0), (512, 0), (400, 170), (300, 299), (512, 511), (512, 256)] {
      var range = PlainRange(3, count: count, .ones, using: &generator)
      range.freqs[place] = freq
      if place > 0 { range.freqs[place - 1] = freq }
      range.padding = 90
      for wanted in [[place], [0, place], [0, place / 2, place, count - 1], Array(0..<count)] {
        let places = Set(wanted).sorted()
        expectLocated(
          range, 1 << 20, places.map { range.docs[$0] }, places.map { range.freqs[$0] },
          places.map { UInt32($0) }, isWide: false, "\(count), \(place), \(freq)")
      }
    }
  }

  /// To locate finds the same, and where positions start behind those of the postings before.
  private func expectLocated(
    _ range: PlainRange, _ docCount: Int, _ docs: [UInt32], _ freqs: [UInt32],
    _ places: [UInt32], isWide: Bool, _ comment: Comment
  ) {
    // Around what the column holds, and what numbers of sixteen bits do.
    let long: [UInt32] = [70_000, 65_535, 65_534, 32_768, 32_767, 32_766]
    let texts = (0..<UInt32(Self.size)).map {
      $0 % 97 == 96 && isWide ? long[Int(range.base + $0 / 97) % 6] : 300 + $0 % 700
    }
    let lengths = [UInt32](repeating: 1, count: Int(range.base)) + texts
    var expected: [UInt64] = [72]
    var marks: [UInt64] = [0, 0]
    for (doc, freq) in zip(range.docs, range.freqs) {
      let length = lengths[Int(doc)]
      let bits = lede_position_bits(min(freq, length), length)
      expected.append(expected[expected.count - 1] + bits)
      for mark in 0..<2 where doc - range.base < 192 * UInt32(mark + 1) { marks[mark] += bits }
    }
    let held = places.indices.filter { freqs[$0] > 0 }
    for width in [0, 2, 4] where width == 0 || marks[1] < 1 << UInt64(8 * width) {
      var (ownFreqs, ownPlaces) = (freqs, places)
      var starts = [UInt64](repeating: 0, count: docs.count)
      let found = located(range, docCount, docs, lengths, isWide: isWide, marks, width) {
        lede_ranged_locate($0, $1, $2, docs, docs.count, &ownFreqs, &ownPlaces, &starts)
      }
      #expect(found == held.count && ownFreqs == freqs, comment)
      for index in held {
        #expect(ownPlaces[index] == places[index], comment)
        #expect(starts[index] == expected[Int(places[index])], "\(comment), marks \(width)")
      }
    }
  }

  private func located(
    _ range: PlainRange, _ docCount: Int, _ docs: [UInt32], _ lengths: [UInt32], isWide: Bool,
    _ marks: [UInt64], _ markWidth: Int,
    _ locate: (UnsafePointer<lede_ranged>, lede_lengths, lede_range_positions) -> Int
  ) -> Int {
    let column = lengths.map { UInt16(clamping: $0) } + [0]
    let escapes = lengths.indices.filter { lengths[$0] >= 65_535 }
      .flatMap { [UInt32($0), lengths[$0]] }
    return column.withUnsafeBufferPointer { column in
      escapes.withUnsafeBufferPointer { escapes in
        let view = lede_lengths(
          column: column.baseAddress, escapes: escapes.baseAddress,
          escape_count: escapes.count / 2)
        return range.withList(range.encoded, docCount: docCount) { list in
          range.withPositions(at: 9, isWide: isWide, marks: marks, markWidth: markWidth) {
            locate(list, view, $0)
          }
        }
      }
    }
  }

  @Test(arguments: ForcedKernels.levels, testSeeds(9))
  func filtersKeepTheRangesDocuments(level: Int32, seed: UInt64) {
    PlainRange.forRandom(level, seed) { range, docCount, generator, comment in
      let below = min(docCount - Int(range.base), Self.size)
      let docs = PlainPostings.sample(1 + generator.below(below), below: below, using: &generator)
        .map { range.base + $0 }
      var chosen = docs.indices.filter { _ in generator.chance(0.7) }.map { UInt32($0) }
      let expected = chosen.filter { range.docs.contains(docs[Int($0)]) }
      let (kept, held, lacked) = range.withList(range.encoded, docCount: docCount) { list in
        var (some, others) = (docs, docs)
        let held = lede_ranged_filter(list, &some, docs.count, 1)
        let lacked = lede_ranged_filter(list, &others, docs.count, 0)
        let kept = lede_ranged_filter_chosen(list, docs, &chosen, chosen.count)
        return (chosen.prefix(kept), some.prefix(held), others.prefix(lacked))
      }
      #expect(kept.elementsEqual(expected), comment)
      #expect(held.elementsEqual(docs.filter { range.docs.contains($0) }), comment)
      #expect(lacked.elementsEqual(docs.filter { !range.docs.contains($0) }), comment)
    }
  }

  @Test(arguments: ForcedKernels.levels, testSeeds(7, 8))
  func scoresAreThoseOfSinglePostings(level: Int32, seed: UInt64) {
    PlainRange.forRandom(level, seed) { range, docCount, generator, comment in
      let lengths = (0..<(Int(range.base) + Self.size)).map { _ in
        UInt32(1 + generator.below(generator.chance(0.01) ? 100_000 : 900))
      }
      let model = lede_bm25(w: 2.5, a: 0.3, c: 0.0031)
      let escapes = lengths.indices.filter { lengths[$0] >= 65_535 }
        .flatMap { [UInt32($0), lengths[$0]] }
      let expected = zip(range.docs, range.freqs).map {
        lede_bm25_score(model, $1, lengths[Int($0)])
      }
      // One more: kernels may read two bytes behind the last length.
      let column = lengths.map { UInt16(clamping: $0) } + [0]
      column.withUnsafeBufferPointer { column in
        escapes.withUnsafeBufferPointer { escapes in
          let view = lede_lengths(
            column: column.baseAddress, escapes: escapes.baseAddress,
            escape_count: escapes.count / 2)
          range.withList(range.encoded, docCount: docCount) { list in
            expectScores(list, range, model, view, expected, comment)
          }
        }
      }
    }
  }

  private func expectScores(
    _ list: UnsafePointer<lede_ranged>, _ range: PlainRange, _ model: lede_bm25,
    _ lengths: lede_lengths, _ expected: [Float], _ comment: Comment
  ) {
    let (number, count) = (UInt32(range.number), range.docs.count)
    var docs = [UInt32](repeating: 0, count: Self.size)
    var scores = [Float](repeating: 0, count: Self.size)
    #expect(lede_ranged_scores(list, number, model, lengths, &docs, &scores) == count, comment)
    #expect(docs[..<count].elementsEqual(range.docs), comment)
    #expect(
      scores[..<count].elementsEqual(expected) { $0.bitPattern == $1.bitPattern }, comment)
    var sums = (0..<Self.size).map { Float($0) / 7 }
    var wanted = sums
    for (doc, score) in zip(range.docs, expected) { wanted[Int(doc % 512)] += 1.75 * score }
    #expect(
      lede_ranged_accumulate(list, number, model, lengths, 1.75, &sums) == count, comment)
    #expect(sums.elementsEqual(wanted) { $0.bitPattern == $1.bitPattern }, comment)
    expectSum(list, range, model, lengths, expected, comment)
  }

  /// What is no list, the list and postings that are scored already; one more list is not asked for.
  private func expectSum(
    _ list: UnsafePointer<lede_ranged>, _ range: PlainRange, _ model: lede_bm25,
    _ lengths: lede_lengths, _ scores: [Float], _ comment: Comment
  ) {
    var sums = [Float](repeating: 0.125, count: Self.size)
    var wanted = sums
    for (doc, score) in zip(range.docs, scores) {
      wanted[Int(doc % 512)] += 1.75 * score
      wanted[Int(doc % 512)] += 0.5 * score
    }
    // Of the ranges before this one the list has no documents.
    let starts = [UInt32](repeating: 0, count: range.number + 1) + [UInt32(scores.count)]
    range.docs.withUnsafeBufferPointer { docs in
      scores.withUnsafeBufferPointer { scores in
        starts.withUnsafeBufferPointer { starts in
          var term = lede_ranged_term()
          (term.list, term.model, term.lengths, term.factor) = (list, model, lengths, 1.75)
          var scored = lede_ranged_term()
          (scored.docs, scored.scores, scored.starts, scored.factor) = (
            docs.baseAddress, scores.baseAddress, starts.baseAddress, 0.5
          )
          let terms = [lede_ranged_term(), term, term, scored]
          #expect(lede_ranged_sum(terms, [0, 2, 3], 3, UInt32(range.number), &sums) == 0, comment)
        }
      }
    }
    #expect(sums.elementsEqual(wanted) { $0.bitPattern == $1.bitPattern }, comment)
  }
}
