import CLedeKernels
import TestSupport
import Testing

/// Documents of many ranges looked up at once, at every level of vector instructions, against plain postings.
@Suite struct RangedProbeTests {
  private static let rangeCount = PlainRangedList.rangeCount
  private static let limit = PlainRangedList.limit
  private static let model = lede_bm25(w: 2.5, a: 0.3, c: 0.0031)

  /// Documents that lie apart, or many of a few ranges.
  private static func docs(_ generator: inout SplitMix64) -> [UInt32] {
    let count = [1, 2, 3, 7, 8, 9, 16, 100, 300][generator.below(9)]
    let below = generator.chance(0.3) ? 3 * PlainRange.size : limit
    return PlainPostings.sample(min(count, below), below: below, using: &generator)
  }

  @Test(arguments: ForcedKernels.levels, testSeeds(1, 2))
  func documentsAreProbed(level: Int32, seed: UInt64) {
    let kernels = ForcedKernels(level)
    defer { kernels.end() }
    var generator = SplitMix64(seed: seed)
    // One more: kernels may read two bytes behind the last length.
    let lengths = (0...Self.limit).map { _ in
      UInt32(1 + generator.below(generator.chance(0.001) ? 100_000 : 900))
    }
    let escapes = lengths.indices.filter { lengths[$0] >= 65_535 }
      .flatMap { [UInt32($0), lengths[$0]] }
    let column = lengths.map { UInt16(clamping: $0) }
    for round in 0..<60 {
      let list = PlainRangedList(&generator)
      for _ in 0..<10 {
        let docs = Self.docs(&generator)
        var scores = [Float](repeating: -1, count: docs.count)
        var freqs = [UInt32](repeating: 7, count: docs.count)
        let status = list.withKernel { list in
          column.withUnsafeBufferPointer { column in
            escapes.withUnsafeBufferPointer { escapes in
              lede_ranged_probe(
                list, Self.model,
                lede_lengths(
                  column: column.baseAddress, escapes: escapes.baseAddress,
                  escape_count: escapes.count / 2), docs, docs.count, &scores, &freqs)
            }
          }
        }
        let comment: Comment = "level \(level), seed \(seed), round \(round), \(docs.count)"
        #expect(status == 0, comment)
        #expect(freqs == docs.map { list.freqs[$0] ?? 0 }, comment)
        let expected = docs.map { doc in
          list.freqs[doc].map { lede_bm25_score(Self.model, $0, lengths[Int(doc)]) } ?? 0
        }
        #expect(scores == expected, comment)
        expectFound(list, docs, comment)
      }
    }
  }

  /// To find documents of many ranges, and to locate them, says of each what it says of it alone.
  private func expectFound(_ list: PlainRangedList, _ docs: [UInt32], _ comment: Comment) {
    let column = [UInt16](repeating: 300, count: Self.limit + 1)
    let starts = (0..<Self.rangeCount).flatMap { [UInt8($0), 0] as [UInt8] }
    let groups = [UInt8](repeating: 1, count: 8)
    list.withKernel { list in
      column.withUnsafeBufferPointer { column in
        starts.withUnsafeBufferPointer { starts in
          groups.withUnsafeBufferPointer { groups in
            let lengths = lede_lengths(column: column.baseAddress, escapes: nil, escape_count: 0)
            let positions = lede_range_positions(
              groups: groups.baseAddress, starts: starts.baseAddress, is_wide: 0, first: 7,
              end: 1 << 32, marks: nil, mark_size: 0)
            let all = Found(list, lengths, positions, docs)
            let each = docs.map { Found(list, lengths, positions, [$0]) }
            #expect(all.freqs == each.map { $0.freqs[0] }, comment)
            #expect(all.locatedFreqs == all.freqs, comment)
            for (index, one) in each.enumerated() where one.freqs[0] > 0 {
              #expect(all.places[index] == one.places[0], comment)
              #expect(all.starts[index] == one.starts[0], comment)
            }
          }
        }
      }
    }
  }

  private struct Found {
    var (freqs, places, locatedFreqs): ([UInt32], [UInt32], [UInt32])
    var starts: [UInt64]

    init(
      _ list: UnsafePointer<lede_ranged>, _ lengths: lede_lengths,
      _ positions: lede_range_positions, _ docs: [UInt32]
    ) {
      freqs = [UInt32](repeating: 7, count: docs.count)
      (places, locatedFreqs) = (freqs, freqs)
      starts = [UInt64](repeating: 7, count: docs.count)
      let found = lede_ranged_find(list, docs, docs.count, &freqs, &places)
      let located = lede_ranged_locate(
        list, lengths, positions, docs, docs.count, &locatedFreqs, &places, &starts)
      #expect(found == freqs.count { $0 > 0 } && located == found)
    }
  }

  /// Damage is reported or makes wrong numbers; under a sanitizer, nothing outside the bytes is read.
  @Test(arguments: ForcedKernels.levels, testSeeds(3))
  func damageIsSurvived(level: Int32, seed: UInt64) {
    let kernels = ForcedKernels(level)
    defer { kernels.end() }
    var generator = SplitMix64(seed: seed)
    let column = [UInt16](repeating: 300, count: Self.limit + 1)
    for round in 0..<200 {
      var list = PlainRangedList(&generator)
      for _ in 0..<generator.below(20) where !list.payload.isEmpty {
        list.payload[generator.below(list.payload.count)] = UInt8(generator.below(256))
      }
      if generator.chance(0.3) { list.codes[generator.below(Self.rangeCount)] ^= 1 }
      if generator.chance(0.3) {
        list.offsets[generator.below(2 * Self.rangeCount)] = UInt8(generator.below(256))
      }
      if generator.chance(0.2) {
        list.groups[generator.below(list.groups.count)] = UInt8(generator.below(256))
      }
      if generator.chance(0.3) { list.payload.removeLast(generator.below(list.payload.count + 1)) }
      var docs = Self.docs(&generator)
      var scores = [Float](repeating: -1, count: docs.count)
      var freqs = [UInt32](repeating: 7, count: docs.count)
      list.withKernel { list in
        column.withUnsafeBufferPointer { column in
          let status = lede_ranged_probe(
            list, Self.model,
            lede_lengths(column: column.baseAddress, escapes: nil, escape_count: 0), docs,
            docs.count, &scores, &freqs)
          #expect(status == 0 || status == Int(LEDE_DAMAGED), "seed \(seed), round \(round)")
        }
        let (before, count) = (docs, docs.count)
        let kept = lede_ranged_filter(list, &docs, count, 1)
        #expect(
          kept == Int(LEDE_DAMAGED) || docs.prefix(kept).allSatisfy(before.contains),
          "seed \(seed), round \(round)")
      }
    }
  }
}
