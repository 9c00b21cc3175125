import CLedeKernels
import TestSupport
import Testing

/// The kernels that keep documents under judgement, at every level of vector instructions, against plain
/// code.
@Suite(.serialized) struct BatchKernelTests {
  private struct Batch: Equatable {
    var docs: [UInt32]
    var places: [UInt32]
    var partials: [Double]

    mutating func run(_ body: (UnsafePointer<lede_batch>) -> Int) {
      let count = docs.count
      // What lies in the spare room is of no account.
      docs += [UInt32](repeating: .max, count: Int(LEDE_BATCH_SPARE))
      places += [UInt32](repeating: .max, count: Int(LEDE_BATCH_SPARE))
      partials += [Double](repeating: .infinity, count: Int(LEDE_BATCH_SPARE))
      let left = docs.withUnsafeMutableBufferPointer { docs in
        places.withUnsafeMutableBufferPointer { places in
          partials.withUnsafeMutableBufferPointer { partials in
            var batch = lede_batch(
              docs: docs.baseAddress, places: places.baseAddress, partials: partials.baseAddress,
              count: count)
            return body(&batch)
          }
        }
      }
      self = kept(Array(0..<left))
    }

    func kept(_ numbers: [Int]) -> Batch {
      Batch(
        docs: numbers.map { docs[$0] }, places: numbers.map { places[$0] },
        partials: numbers.map { partials[$0] })
    }
  }

  private static func batch(_ count: Int, _ generator: inout SplitMix64) -> Batch {
    let docs = (0..<count).map { _ in UInt32(1000 + generator.below(4096)) }.sorted()
    return Batch(
      docs: docs, places: docs.indices.map { UInt32($0) }.shuffled(using: &generator),
      partials: docs.map { _ in Double(generator.below(1000)) / 7 })
  }

  @Test(arguments: ForcedKernels.levels, testSeeds(1, 2))
  func documentsAreDropped(level: Int32, seed: UInt64) {
    let kernels = ForcedKernels(level)
    defer { kernels.end() }
    var generator = SplitMix64(seed: seed)
    let coarse = (0..<8).map { _ in Float(generator.below(100)) / 3 }
    let fine = (0..<64).map { _ in Float(generator.below(100)) / 9 }
    for count in [0, 1, 7, 8, 9, 16, 100, 128] {
      let before = Self.batch(count, &generator)
      let spare = Int(LEDE_BATCH_SPARE)
      let scores = (0..<count + spare).map { _ in Float(generator.below(100)) / 3 }
      let found = (0..<count + spare).map { _ in UInt32(generator.below(2)) }
      let cut = 100.0
      coarse.withUnsafeBufferPointer { coarse in
        fine.withUnsafeBufferPointer { fine in
          var ceiling = lede_ceiling(
            coarse: coarse.baseAddress, fine: fine.baseAddress, base: 1000, coarse_shift: 9,
            fine_shift: 6)
          let comment: Comment = "level \(level), seed \(seed), \(count) documents"
          let ceilings = before.docs.map {
            Double(coarse[Int($0 - 1000) >> 9]) + Double(fine[Int($0 - 1000) >> 6])
          }
          var kept = before
          kept.run { lede_batch_keep($0, &ceiling, cut) }
          let wanted = before.docs.indices.filter { before.partials[$0] + ceilings[$0] >= cut }
          #expect(kept == before.kept(wanted), comment)

          for least: UInt32 in [0, 1] {
            var (settled, row) = (before, [Float](repeating: -1, count: count))
            settled.run { lede_batch_settle($0, scores, found, least, 0.3, &row, &ceiling, cut) }
            var expected = before
            for (index, score) in scores.prefix(count).enumerated() {
              expected.partials[index] += 0.3 * Double(score)
            }
            let left = before.docs.indices.filter {
              expected.partials[$0] + ceilings[$0] >= cut && found[$0] >= least
            }
            #expect(settled == expected.kept(left), comment)
            #expect(before.places.map { row[Int($0)] } == Array(scores.prefix(count)), comment)
          }
        }
      }
    }
  }

  /// Each clause's part in its order, in double, rounded once.
  @Test(arguments: ForcedKernels.levels, testSeeds(4))
  func scoresAreCanonical(level: Int32, seed: UInt64) {
    let kernels = ForcedKernels(level)
    defer { kernels.end() }
    var generator = SplitMix64(seed: seed)
    for count in [0, 1, 3, 4, 7, 8, 9, 100, 512] {
      for rowCount in [1, 2, 5] {
        let rows = (0..<rowCount).map { _ in
          (0..<512).map { _ in generator.chance(0.3) ? 0 : Float(generator.below(1000)) / 7 }
        }
        let factors = rows.map { _ in Double(1 + generator.below(9)) / 3 }
        var batch = Self.batch(count, &generator)
        batch.places = batch.places.map { $0 * UInt32(512 / max(1, count)) }
        let expected = batch.places.map { place in
          var sum = 0.0
          for (row, factor) in zip(rows, factors) { sum += factor * Double(row[Int(place)]) }
          return Float(sum)
        }
        var scores = [Float](repeating: -1, count: count)
        let memory = rows.map { row in
          let copy = UnsafeMutableBufferPointer<Float>.allocate(capacity: row.count)
          _ = copy.initialize(fromContentsOf: row)
          return copy
        }
        defer { for row in memory { row.deallocate() } }
        batch.run {
          lede_batch_scores($0, memory.map(\.baseAddress), factors, rowCount, &scores)
          return $0.pointee.count
        }
        #expect(scores == expected, "level \(level), seed \(seed), \(count) by \(rowCount)")
      }
    }
  }

  @Test(arguments: ForcedKernels.levels, testSeeds(3))
  func batchesAreFilled(level: Int32, seed: UInt64) {
    let kernels = ForcedKernels(level)
    defer { kernels.end() }
    var generator = SplitMix64(seed: seed)
    let room = 32
    for count in [0, 1, 31, 32, 33, 200] {
      let docs = (0..<count).map { UInt32(3 * $0 + 5) }
      let bounds = docs.map { _ in Float(generator.below(10)) }
      let scores = docs.map { _ in Float(generator.below(10)) }
      let chosen = docs.indices.filter { _ in generator.chance(0.8) }.map { UInt32($0) }
      var (next, taken) = (0, [UInt32]())
      while next < chosen.count {
        var own = [UInt32](repeating: 0, count: room)
        var (places, lead) = (own, own)
        var partials = [Double](repeating: 9, count: room)
        var row = [Float](repeating: -1, count: room)
        var batch = lede_batch()
        own.withUnsafeMutableBufferPointer { own in
          places.withUnsafeMutableBufferPointer { places in
            partials.withUnsafeMutableBufferPointer { partials in
              batch = lede_batch(
                docs: own.baseAddress, places: places.baseAddress, partials: partials.baseAddress,
                count: 0)
              let rest = Array(chosen[next...])
              next += lede_batch_fill(&batch, room, docs, bounds, rest, rest.count, 4, 0, &lead)
              lede_batch_add(&batch, scores, lead, 0.3, &row)
            }
          }
        }
        let filled = 0..<batch.count
        #expect(batch.count <= room && (batch.count == room || next == chosen.count))
        #expect(filled.allSatisfy { own[$0] == docs[Int(lead[$0])] && places[$0] == $0 })
        #expect(filled.allSatisfy { row[$0] == scores[Int(lead[$0])] })
        #expect(filled.allSatisfy { partials[$0] == 0.3 * Double(row[$0]) })
        taken += lead[filled]
      }
      #expect(taken == chosen.filter { bounds[Int($0)] >= 4 }, "level \(level), seed \(seed)")
    }
  }
}
