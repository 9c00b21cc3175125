import CLedeKernels
import TestSupport
import Testing

/// The kernels that look documents up in decoded lists, that intersect such, and those that rank, at every level of vector
/// instructions, against plain code.
@Suite(.serialized) struct LookUpKernelTests {
  @Test(arguments: ForcedKernels.levels, testSeeds(1, 2))
  func documentsAreLookedUp(level: Int32, seed: UInt64) {
    let kernels = ForcedKernels(level)
    defer { kernels.end() }
    var generator = SplitMix64(seed: seed)
    for size in [0, 1, 2, 3, 15, 16, 17, 100, 1000, 1 + generator.below(5000)] {
      let limit = size + 1 + generator.below(3 * size + 1)
      let list = PlainPostings.sample(size, below: limit, using: &generator).map { $0 + 3 }
      let freqs = list.map { _ in UInt32(1 + generator.below(9)) }
      let scores = freqs.map { Float($0) / 3 }
      for wanted in [0, 1, 4, 15, 16, 17, 40, 128, 600] {
        let docs = Set((0..<wanted).map { _ in UInt32(generator.below(limit + 6)) }).sorted()
        let count = docs.count
        let places = docs.map { list.firstIndex(of: $0) }
        var (found, taken, at) = (docs, docs, docs)
        var results = [Float](repeating: -1, count: count)
        lede_list_scores(list, size, scores, docs, count, &results, &found)
        lede_list_freqs(list, size, freqs, docs, count, &taken, &at)
        let comment: Comment = "level \(level), seed \(seed), \(count) in \(size)"
        #expect(results == places.map { $0.map { scores[$0] } ?? 0 }, comment)
        #expect(found == places.map { $0 == nil ? 0 : 1 }, comment)
        #expect(taken == places.map { $0.map { freqs[$0] } ?? 0 }, comment)
        let isRight = zip(places, at).allSatisfy { $0 == nil || $0 == Int($1) }
        #expect(isRight, comment)
        var (left, marks) = (docs, docs.map { Float($0) })
        let kept = lede_list_without(list, size, &left, &marks, count)
        let lacking = docs.indices.filter { places[$0] == nil }.map { docs[$0] }
        #expect(Array(left.prefix(kept)) == lacking, comment)
        #expect(Array(marks.prefix(kept)) == lacking.map { Float($0) }, comment)
      }
    }
  }

  @Test(arguments: ForcedKernels.levels, testSeeds(4, 5))
  func sharedDocumentsAreFound(level: Int32, seed: UInt64) {
    let kernels = ForcedKernels(level)
    defer { kernels.end() }
    var generator = SplitMix64(seed: seed)
    let sizes = [
      (0, 9), (9, 0), (1, 1), (7, 8), (15, 16), (16, 17), (33, 500), (500, 40), (1, 128),
      (128, 128),
      (5, 4000), (300, 1000), (900, 1000), (129, 2000),
    ]
    for (few, many) in sizes {
      for spread in [1, 2, 7] {
        let limit = max(few, many) * spread + 1
        let first = PlainPostings.sample(few, below: limit, using: &generator).map { $0 + 3 }
        let second = PlainPostings.sample(many, below: limit, using: &generator).map { $0 + 3 }
        let room = few + Int(LEDE_INTERSECT_SLACK)
        var own = [UInt32](repeating: 9, count: room)
        var other = own
        let count = lede_intersect(first, few, second, many, &own, &other)
        let comment: Comment = "level \(level), seed \(seed), \(few) and \(many) below \(limit)"
        let shared = first.filter(Set(second).contains)
        #expect(own.prefix(count).map { first[Int($0)] } == shared, comment)
        #expect(other.prefix(count).map { second[Int($0)] } == shared, comment)
      }
    }
  }

  @Test(arguments: ForcedKernels.levels, testSeeds(3))
  func numbersAreRanked(level: Int32, seed: UInt64) {
    let kernels = ForcedKernels(level)
    defer { kernels.end() }
    var generator = SplitMix64(seed: seed)
    for count in [0, 1, 2, 15, 16, 17, 33, 100, 256] {
      for different in [1, 3, 10_000] {
        let values = (0..<count).map { _ in Float(generator.below(different)) - 2 }
        var ranks = [UInt32](repeating: 9, count: count)
        lede_rank_floats(values, count, &ranks)
        let order = values.indices.sorted {
          values[$0] != values[$1] ? values[$0] > values[$1] : $0 < $1
        }
        let comment: Comment = "level \(level), seed \(seed), \(count) of \(different)"
        #expect(order.map { ranks[$0] } == values.indices.map { UInt32($0) }, comment)
      }
    }
  }
}
