import CLedeKernels
import TestSupport
import Testing

/// Which documents may reach a threshold, at every level of vector instructions, against plain sums of bounds.
@Suite(.serialized) struct RangedReachTests {
  private static let rangeCount = PlainRangedList.rangeCount

  /// Some lists, the last of which are scored already, and what their documents get at most, by range.
  private struct Lists {
    var ranged: [PlainRangedList] = []
    var scored: [[UInt32]] = []
    var bounds: [[Float]] = []
    var isRequired: [Bool] = []
    var docCount = PlainRangedList.limit

    /// - Parameter chance: that a list is required.
    init(_ generator: inout SplitMix64, requiring chance: Double = 0) {
      for _ in 0...generator.below(5) { ranged.append(PlainRangedList(&generator)) }
      for _ in 0..<generator.below(3) {
        scored.append(
          PlainPostings.sample(
            1 + generator.below(200), below: PlainRangedList.limit, using: &generator))
      }
      // The last range is not full.
      let last = (ranged.flatMap(\.freqs.keys) + scored.joined()).max() ?? 0
      docCount = max(Int(last) + 1, PlainRangedList.limit - generator.below(PlainRange.size))
      for index in ranged.indices { ranged[index].docCount = docCount }
      let largest = [1e-3, 1, 1, 50][generator.below(4)]
      for number in 0..<ranged.count + scored.count {
        let held = Set(docs(number).map { Int($0) / PlainRange.size })
        bounds.append(
          (0..<RangedReachTests.rangeCount).map {
            held.contains($0) ? Float(largest * Double(1 + generator.below(1000)) / 1000) : 0
          })
        isRequired.append(generator.chance(chance))
        guard isRequired[number] else { continue }
        for range in bounds[number].indices where !held.contains(range) {
          bounds[number][range] = -.infinity
        }
      }
    }

    func docs(_ number: Int) -> Set<UInt32> {
      number < ranged.count
        ? Set(ranged[number].freqs.keys) : Set(scored[number - ranged.count])
    }

    func total(_ range: Int) -> Double { bounds.reduce(0) { $0 + Double($1[range]) } }

    /// The bounds of the lists that each document of a range lacks; without end where one is required.
    func lacking(_ range: Int) -> [UInt32: Double] {
      let all = bounds.indices.map { docs($0) }
      let first = UInt32(range * PlainRange.size)
      let end = min(UInt32(docCount), first + UInt32(PlainRange.size))
      var sums: [UInt32: Double] = [:]
      for doc in first..<end {
        sums[doc] = bounds.indices.reduce(0) {
          all[$1].contains(doc) ? $0 : $0 + (isRequired[$1] ? .infinity : Double(bounds[$1][range]))
        }
      }
      return sums
    }

    func withReach<Result>(_ body: (UnsafePointer<lede_reach>) -> Result) -> Result {
      // One that is not asked for comes before all.
      withTerms(0, [lede_ranged_term()]) { terms in
        let numbers = Array(1..<terms.count)
        return terms.withUnsafeBufferPointer { terms in
          numbers.withUnsafeBufferPointer { numbers in
            var reach = lede_reach(
              terms: terms.baseAddress, numbers: numbers.baseAddress, count: numbers.count,
              first: 0, doc_count: UInt32(docCount))
            return body(&reach)
          }
        }
      }
    }

    private func withTerms<Result>(
      _ number: Int, _ terms: [lede_ranged_term], _ body: ([lede_ranged_term]) -> Result
    ) -> Result {
      guard number < bounds.count else { return body(terms) }
      return bounds[number].withUnsafeBufferPointer { bounds in
        var term = lede_ranged_term()
        term.bounds = bounds.baseAddress
        term.is_required = isRequired[number] ? 1 : 0
        if number < ranged.count {
          return ranged[number].withKernel { list in
            term.list = list
            return withTerms(number + 1, terms + [term], body)
          }
        }
        let docs = scored[number - ranged.count]
        let starts = (0...RangedReachTests.rangeCount).map { range in
          UInt32(docs.count { Int($0) < range * PlainRange.size })
        }
        return docs.withUnsafeBufferPointer { docs in
          starts.withUnsafeBufferPointer { starts in
            (term.docs, term.starts) = (docs.baseAddress, starts.baseAddress)
            return withTerms(number + 1, terms + [term], body)
          }
        }
      }
    }
  }

  /// What the kernel finds in all ranges, and where it stopped before one with too many.
  private func reached(
    _ lists: Lists, _ cut: Double, most: Int, _ comment: Comment
  ) -> (docs: [UInt32], stops: [Int]) {
    let ranges = (0..<UInt32(Self.rangeCount)).map { $0 }
    var (docs, stops): ([UInt32], [Int]) = ([], [])
    lists.withReach { reach in
      var next = 0
      while next < ranges.count {
        var room = [UInt32](repeating: 0, count: Int(LEDE_REACH_ROOM))
        var done = 0
        let found = lede_ranged_reach(
          reach, Array(ranges[next...]), ranges.count - next, cut, most, &done, &room)
        #expect(found <= LEDE_REACH_ENOUGH + LEDE_RANGE_SIZE, comment)
        docs += room.prefix(found)
        next += done
        if next < ranges.count, found < LEDE_REACH_ENOUGH {
          stops.append(next)
          next += 1
        }
      }
    }
    return (docs, stops)
  }

  @Test(arguments: ForcedKernels.levels, testSeeds(1, 2))
  func whoMayReachIsFound(level: Int32, seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    for round in 0..<20 {
      let lists = Lists(&generator, requiring: round < 8 ? 0 : 0.4)
      var cut =
        lists.total(generator.below(Self.rangeCount)) * Double(generator.below(100) + 1) / 100
      // Where required lists lead, no cut may be known yet.
      if round >= 8 { cut = [max(cut, -1), cut, 0, -.infinity][round % 4] }
      guard round >= 8 || cut > 0 else { continue }
      let comment: Comment = "level \(level), seed \(seed), round \(round), cut \(cut)"
      let most = generator.chance(0.5) ? PlainRange.size : generator.below(60)
      let kernels = ForcedKernels(level)
      let (docs, stops) = reached(lists, cut, most: most, comment)
      kernels.end()
      let plain = ForcedKernels(ForcedKernels.levels[0])
      #expect(reached(lists, cut, most: most, comment).docs == docs, comment)
      plain.end()
      #expect(zip(docs, docs.dropFirst()).allSatisfy { $0 < $1 }, comment)
      for range in 0..<Self.rangeCount where !stops.contains(range) {
        expect(docs.filter { Int($0) / PlainRange.size == range }, lists, range, cut, comment)
      }
    }
  }

  /// Of bounds that damage made no numbers every level says the same, and drops nobody for them.
  @Test(arguments: ForcedKernels.levels, testSeeds(4))
  func boundsThatAreNoNumbers(level: Int32, seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    for strange in [Float.nan, .infinity] {
      var lists = Lists(&generator)
      for range in 0..<Self.rangeCount where lists.bounds[0][range] > 0 {
        lists.bounds[0][range] = strange
      }
      let kernels = ForcedKernels(level)
      let (docs, _) = reached(lists, 0.5, most: PlainRange.size, "level \(level), seed \(seed)")
      kernels.end()
      let held = lists.docs(0)
      #expect(held.isSubset(of: docs), "level \(level), seed \(seed), \(strange)")
    }
  }

  /// All documents that may reach the threshold, and few others: parts of what may be lacked are rounded.
  private func expect(
    _ docs: [UInt32], _ lists: Lists, _ range: Int, _ cut: Double, _ comment: Comment
  ) {
    let lacking = lists.lacking(range)
    let found = Set(docs)
    let spare = lists.total(range) == -.infinity ? -.infinity : lists.total(range) - cut
    guard spare.isFinite else {
      let held = spare > 0 ? lacking.filter { $1 < .infinity }.keys.sorted() : []
      #expect(found == Set(held), comment)
      return
    }
    #expect(lacking.allSatisfy { $1 > spare * (1 - 1e-12) || found.contains($0) }, comment)
    let most = spare * Double(256 + lists.bounds.count) / 255
    #expect(docs.allSatisfy { lacking[$0, default: .infinity] <= most * (1 + 1e-9) }, comment)
  }

  /// Damage is reported, or makes documents of the segment; under a sanitizer, nothing outside is read.
  @Test(arguments: ForcedKernels.levels, testSeeds(3))
  func damageIsSurvived(level: Int32, seed: UInt64) {
    let kernels = ForcedKernels(level)
    defer { kernels.end() }
    var generator = SplitMix64(seed: seed)
    var reported = 0
    for round in 0..<60 {
      var lists = Lists(&generator, requiring: round % 2 == 0 ? 0 : 0.3)
      for index in lists.ranged.indices where !lists.ranged[index].payload.isEmpty {
        for _ in 0..<generator.below(40) {
          let place = generator.below(lists.ranged[index].payload.count)
          lists.ranged[index].payload[place] = UInt8(generator.below(256))
        }
      }
      for range in 0..<UInt32(Self.rangeCount) {
        var docs = [UInt32](repeating: 0, count: Int(LEDE_REACH_ROOM))
        var done = 0
        let found = lists.withReach {
          lede_ranged_reach($0, [range], 1, 1e-4, PlainRange.size, &done, &docs)
        }
        if found == Int(LEDE_DAMAGED) {
          reported += 1
        } else {
          #expect(
            docs.prefix(found).allSatisfy { $0 < lists.docCount && $0 >> 9 == range },
            "seed \(seed), round \(round)")
        }
      }
    }
    #expect(reported > 10)
  }
}
