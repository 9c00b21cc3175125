import CLedeKernels
import TestSupport
import Testing

/// What lists share in a range, at every level of vector instructions, against plain postings.
@Suite(.serialized) struct RangedMeetTests {
  private static let model = lede_bm25(w: 2.5, a: 0.3, c: 0.0031)

  /// Lists of the forms of a range meet: two and three, in each order, of any number of documents.
  @Test(arguments: ForcedKernels.levels, testSeeds(11, 12))
  func listsMeet(level: Int32, seed: UInt64) {
    PlainRange.forRandom(level, seed) { range, docCount, generator, comment in
      let below = min(docCount - Int(range.base), PlainRange.size)
      var others: [PlainRange] = []
      for _ in 0..<2 {
        let count = 1 + generator.below(generator.chance(0.5) ? min(below, 60) : below)
        let form = PlainRange.Freqs.allCases[generator.below(5)]
        var other = PlainRange(
          range.number, count: count, below: below, form, using: &generator)
        other.padding = generator.below(100)
        others.append(other)
      }
      let ranges = [range] + others
      for order in [[0], [0, 1], [1, 0], [2, 1, 0], [0, 2, 1], [1, 1]] {
        let wanted = ranges[order[0]].docs.filter { doc in
          order.allSatisfy { ranges[$0].docs.contains(doc) }
        }
        let skipped = Set(wanted.indices.filter { _ in generator.chance(0.3) })
        meet(order.map { ranges[$0] }, docCount: docCount) { lists, number in
          expectMet(
            lists, number, order.map { ranges[$0] }, wanted, skipped, "\(comment), order \(order)")
        }
      }
    }
  }

  /// Range after range, what all lists hold where none has too low a code, some at a time.
  @Test(arguments: ForcedKernels.levels, testSeeds(13, 14))
  func rangesMeetInTurn(level: Int32, seed: UInt64) {
    let kernels = ForcedKernels(level)
    defer { kernels.end() }
    var generator = SplitMix64(seed: seed)
    var found = 0
    for round in 0..<60 {
      let lists = (0..<1 + generator.below(4)).map { _ in
        var list = PlainRangedList(&generator)
        for range in 0..<PlainRangedList.rangeCount where list.codes[range] > 0 {
          list.codes[range] = UInt8(1 + generator.below(255))
        }
        return list
      }
      let least = UInt8(generator.chance(0.5) ? 1 : 1 + generator.below(255))
      let wanted = lists[0].freqs.keys.sorted().filter { doc in
        lists.allSatisfy { $0.freqs[doc] != nil && $0.codes[Int(doc) / PlainRange.size] >= least }
      }
      let enough = [1, 7, 256][generator.below(3)]
      let met = meetInTurn(lists[...], [], least, enough)
      #expect(met == wanted, "level \(level), seed \(seed), round \(round), code \(least)")
      found += wanted.count
    }
    #expect(found > 1000, "seed \(seed): lists do meet")
  }

  /// Some ranges of a tile, but for those whose bounds are too low, some documents at a time; with their places in
  /// each of up to 18 lists that have some.
  @Test(arguments: ForcedKernels.levels, testSeeds(15, 16))
  func chosenRangesMeet(level: Int32, seed: UInt64) {
    let kernels = ForcedKernels(level)
    defer { kernels.end() }
    var generator = SplitMix64(seed: seed)
    var found = 0
    for round in 0..<40 {
      let different = (0..<1 + generator.below(3)).map { _ in PlainRangedList(&generator) }
      let count = generator.chance(0.2) ? 18 : different.count
      let lists = (0..<count).map { different[$0 % different.count] }
      let first = generator.below(PlainRangedList.rangeCount)
      let tile = PlainRangedList.rangeCount - first
      let bounds = (0..<tile).map { _ in Float(generator.below(10)) }
      let chosen = (0..<UInt32(tile)).filter { _ in generator.chance(0.8) }
      let least = Float(generator.below(10))
      let wanted = lists[0].freqs.keys.sorted().filter { doc in
        let range = Int(doc) / PlainRange.size - first
        return range >= 0 && chosen.contains(UInt32(range)) && bounds[range] >= least
          && different.allSatisfy { $0.freqs[doc] != nil }
      }
      let enough = [1, 32, 4000][generator.below(3)]
      let met = meetChosen(lists[...], [], first, chosen, bounds, least, enough)
      let comment: Comment = "level \(level), seed \(seed), round \(round), \(enough) at once"
      #expect(met.docs == wanted, comment)
      for (number, places) in met.places.enumerated() {
        let own = lists[number].freqs.keys.sorted()
        let expected = wanted.map { doc in
          own.count { $0 < doc && $0 / UInt32(PlainRange.size) == doc / UInt32(PlainRange.size) }
        }
        #expect(places.map { Int($0) } == expected, "\(comment), list \(number)")
      }
      found += wanted.count
    }
    #expect(found > 500, "seed \(seed): lists do meet")
  }

  private func meetChosen(
    _ lists: ArraySlice<PlainRangedList>, _ kernels: [UnsafePointer<lede_ranged>?], _ first: Int,
    _ chosen: [UInt32], _ bounds: [Float], _ least: Float, _ enough: Int
  ) -> (docs: [UInt32], places: [[UInt32]]) {
    if let list = lists.first {
      return list.withKernel {
        meetChosen(lists.dropFirst(), kernels + [$0], first, chosen, bounds, least, enough)
      }
    }
    let room = enough + Int(LEDE_MET_ROOM), placed = min(kernels.count, Int(LEDE_MET_PLACES))
    let columns = (0..<kernels.count).map { number in
      number < placed ? UnsafeMutablePointer<UInt32>.allocate(capacity: room) : nil
    }
    defer { for column in columns { column?.deallocate() } }
    var (done, docs) = (0, [UInt32]())
    var places = [[UInt32]](repeating: [], count: placed)
    while done < chosen.count {
      var some = [UInt32](repeating: 0, count: room)
      var next = 0
      let count = Array(chosen[done...]).withUnsafeBufferPointer { numbers in
        bounds.withUnsafeBufferPointer { bounds in
          var ranges = lede_met_ranges(
            numbers: numbers.baseAddress, count: numbers.count, first: UInt32(first),
            bounds: bounds.baseAddress, least: least)
          return lede_ranged_meet_chosen(
            &ranges, kernels, kernels.count, enough, &next, &some, columns)
        }
      }
      guard next > 0, count >= enough || done + next == chosen.count, count <= room else { break }
      done += next
      docs += some.prefix(count)
      for number in 0..<placed {
        places[number] += UnsafeBufferPointer(start: columns[number], count: count)
      }
    }
    return (docs, places)
  }

  private func meetInTurn(
    _ lists: ArraySlice<PlainRangedList>, _ kernels: [UnsafePointer<lede_ranged>?], _ least: UInt8,
    _ enough: Int
  ) -> [UInt32] {
    if let first = lists.first {
      return first.withKernel {
        meetInTurn(lists.dropFirst(), kernels + [$0], least, enough)
      }
    }
    let end = UInt32(PlainRangedList.rangeCount)
    var (next, all) = (0 as UInt32, [UInt32]())
    var some = [UInt32](repeating: 0, count: enough + Int(LEDE_MET_ROOM))
    while next < end {
      let before = next
      let count = lede_ranged_meet_ranges(
        kernels, kernels.count, least, &next, end, enough, &some)
      guard count >= enough || next == end, next > before, count <= some.count else { return [] }
      all += some.prefix(count)
    }
    return all
  }

  /// Hands over lists, of which each has one of the ranges.
  private func meet(
    _ ranges: [PlainRange], _ lists: [UnsafePointer<lede_ranged>?] = [], docCount: Int,
    _ body: ([UnsafePointer<lede_ranged>?], UInt32) -> Void
  ) {
    guard let range = ranges.first else { return }
    range.withList(range.encoded, docCount: docCount) { list in
      let lists = lists + [list]
      if ranges.count == 1 { return body(lists, UInt32(range.number)) }
      meet(Array(ranges.dropFirst()), lists, docCount: docCount, body)
    }
  }

  /// The documents, their places in each list behind others of before, and what they score by those, but for
  /// some that are left out.
  private func expectMet(
    _ lists: [UnsafePointer<lede_ranged>?], _ number: UInt32, _ ranges: [PlainRange],
    _ wanted: [UInt32], _ skipped: Set<Int>, _ comment: Comment
  ) {
    let before = 3
    let room = before + Int(LEDE_MET_ROOM)
    let all = UnsafeMutablePointer<UInt32>.allocate(capacity: lists.count * room)
    all.initialize(repeating: 7, count: lists.count * room)
    defer { all.deallocate() }
    let places = lists.indices.map { Optional(all + $0 * room) }
    var docs = [UInt32](repeating: 0, count: Int(LEDE_MET_ROOM))
    let found = lede_ranged_meet(lists, lists.count, number, &docs, places, before)
    #expect(docs.prefix(found).elementsEqual(wanted), comment)
    #expect(lede_ranged_meet(lists, lists.count, number, &docs, nil, 0) == found, comment)
    // Range after range, others have none: up to the last, or until enough are found.
    for (enough, end) in [(wanted.count + 1, number + 1), (1, number + 2)] {
      var next: UInt32 = 0
      var some = [UInt32](repeating: 0, count: enough + Int(LEDE_MET_ROOM))
      let count = lede_ranged_meet_ranges(lists, lists.count, 1, &next, end, enough, &some)
      guard enough > 1 || !wanted.isEmpty else { continue }
      #expect(some.prefix(count).elementsEqual(wanted), comment)
      #expect(next == number + 1, comment)
    }
    let kept = wanted.indices.filter { !skipped.contains($0) }
    let rows = kept.map { UInt32(before + $0) }
    let own = kept.map { wanted[$0] }
    for (list, (range, places)) in zip(lists, zip(ranges, places)) {
      guard let list, let places else { continue }
      let expected = own.map { range.docs.firstIndex(of: $0) ?? -1 }
      #expect(rows.map { Int(places[Int($0)]) } == expected, comment)
      #expect((0..<before).allSatisfy { places[$0] == 7 }, comment)
      expectScores(list, own, rows, places, expected.map { range.freqs[$0] }, comment)
    }
  }

  private func expectScores(
    _ list: UnsafePointer<lede_ranged>, _ docs: [UInt32], _ rows: [UInt32],
    _ places: UnsafePointer<UInt32>, _ expected: [UInt32], _ comment: Comment
  ) {
    let end = Int(docs.last ?? 0) + 1
    let column = (0...end).map { UInt16(300 + $0 % 700) }
    var scores = [Float](repeating: -1, count: docs.count)
    var freqs = [UInt32](repeating: 7, count: docs.count)
    column.withUnsafeBufferPointer { column in
      lede_ranged_score_places(
        list, Self.model,
        lede_lengths(column: column.baseAddress, escapes: nil, escape_count: 0), docs, rows,
        docs.count, places, &scores, &freqs)
    }
    #expect(freqs == expected, comment)
    #expect(
      scores == zip(docs, expected).map { lede_bm25_score(Self.model, $1, UInt32(300 + $0 % 700)) },
      comment)
  }
}
