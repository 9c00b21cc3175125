import CLedeKernels
import TestSupport
import Testing

/// The kernels that find phrases, at every level, against sets.
@Suite(.serialized) struct PhraseKernelTests {
  @Test(arguments: testSeeds(71, 72))
  func targetsAreLocated(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let kernels = ForcedKernels()
    defer { kernels.end() }
    for round in 0..<2000 {
      let span = 1 + generator.below(round % 2 == 0 ? 300 : 5000)
      let docs = PlainPostings.sample(min(128, span), below: span, using: &generator)
      let targets = PlainPostings.sample(
        min(generator.below(200), span + 5), below: span + 5, using: &generator)
      let from = generator.below(docs.count + 1)
      let expected = targets.indices.compactMap { index in
        docs[from...].firstIndex(of: targets[index]).map { [UInt32(index), UInt32($0)] }
      }
      let next =
        targets.last.map { last in docs[from...].firstIndex { $0 >= last } ?? docs.count } ?? from
      for level in ForcedKernels.levels {
        kernels.use(level)
        var hits = [UInt32](repeating: 0, count: targets.count + 1)
        var places = hits
        var end = 0
        let found = lede_locate(
          docs, docs.count, from, targets, targets.count, &hits, &places, &end)
        let got = (0..<found).map { [hits[$0], places[$0]] }
        #expect(got == expected, "seed \(seed), round \(round), level \(level)")
        #expect(end == next, "seed \(seed), round \(round), level \(level)")
      }
    }
  }

  /// A field of random texts, and surfaces with their ordinals in each of them.
  private struct Texts {
    var lengths: [UInt32] = []
    var titles: [UInt32] = []
    var ordinals: [[[UInt32]]] = []
    var slots: [UInt32] = []
    var offsets: [UInt32] = []

    init(_ generator: inout SplitMix64) {
      let docCount = 1 + generator.below(60)
      for _ in 0..<docCount {
        let limit = generator.chance(0.1) ? 70_000 : generator.chance(0.1) ? 2000 : 40
        let length = 1 + generator.below(limit)
        lengths.append(UInt32(length))
        titles.append(UInt32(generator.chance(0.5) ? 0 : generator.below(min(length, 9) + 1)))
      }
      for slot in 0..<(1 + generator.below(5)) {
        let offset = UInt32(slot + (generator.chance(0.1) ? 101 : 0))
        for _ in 0..<(generator.chance(0.8) ? 1 : 3) {
          slots.append(UInt32(slot))
          offsets.append(offset)
          ordinals.append(
            lengths.map { length in
              let limit = generator.chance(0.1) ? 700 : 30
              let most = min(Int(length), generator.chance(0.5) ? 1 : 1 + generator.below(limit))
              return PlainPostings.sample(most, below: Int(length), using: &generator)
            })
        }
      }
      // A document has each token once, and one document in ten lacks a surface.
      for doc in lengths.indices {
        for surface in slots.indices {
          if generator.chance(0.1) { ordinals[surface][doc] = [] }
          for other in 0..<surface where slots[other] == slots[surface] {
            let taken = ordinals[other][doc]
            ordinals[surface][doc].removeAll { taken.contains($0) }
          }
        }
      }
    }

    func frequency(_ doc: Int, hasTitles: Bool) -> UInt32 {
      var starts: Set<Int>?
      for slot in 0...(slots.last ?? 0) {
        var here: Set<Int> = []
        for surface in slots.indices where slots[surface] == slot {
          for ordinal in ordinals[surface][doc] {
            let isBehind = hasTitles && titles[doc] > 0 && ordinal >= titles[doc]
            let start = Int(ordinal) + (isBehind ? 100 : 0) - Int(offsets[surface])
            if start >= 0 { here.insert(start) }
          }
        }
        starts = starts.map { $0.intersection(here) } ?? here
      }
      return UInt32(starts?.count ?? 0)
    }
  }

  @Test(arguments: testSeeds(81, 82, 83))
  func frequenciesAreThoseOfSets(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let kernels = ForcedKernels()
    defer { kernels.end() }
    var found = 0
    for round in 0..<150 {
      let texts = Texts(&generator)
      for hasTitles in [false, true] {
        let expected = texts.lengths.indices.map { texts.frequency($0, hasTitles: hasTitles) }
        found += expected.count { $0 > 0 }
        for level in ForcedKernels.levels {
          kernels.use(level)
          #expect(
            frequencies(texts, hasTitles: hasTitles) == expected,
            "seed \(seed), round \(round), level \(level)")
        }
      }
    }
    #expect(found > 100, "seed \(seed): phrases do occur")
  }

  /// Slot after slot, the same as at once.
  @Test(arguments: testSeeds(84, 85))
  func slotAfterSlotIsTheSame(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let kernels = ForcedKernels()
    defer { kernels.end() }
    for round in 0..<150 {
      let texts = Texts(&generator)
      for hasTitles in [false, true] {
        let expected = texts.lengths.indices.map { texts.frequency($0, hasTitles: hasTitles) }
        for level in ForcedKernels.levels {
          kernels.use(level)
          for begun in 1...2 {
            #expect(
              stepped(texts, hasTitles: hasTitles, begun: UInt32(begun)) == expected,
              "seed \(seed), round \(round), level \(level), \(begun) at first")
          }
        }
      }
    }
  }

  /// Damaged entries are told from others alike, and what they say is alike; under a sanitizer, nothing outside
  /// the bytes is read.
  @Test(arguments: testSeeds(87, 88))
  func damageIsTheSameAtEveryLevel(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let kernels = ForcedKernels()
    defer { kernels.end() }
    var (reported, survived) = (0, 0)
    for round in 0..<400 {
      let texts = Texts(&generator)
      let memory = Memory()
      var damaged = phrase(texts, hasTitles: generator.chance(0.3), memory)
      let surfaces = (0..<damaged.surface_count).map { surface in
        var one = damaged.surfaces[surface]
        let bytes = (0..<one.size).map { one.bytes[$0] }
        let kept = generator.chance(0.1) ? generator.below(bytes.count + 1) : bytes.count
        let changed = bytes.prefix(kept).map {
          generator.chance(0.01) ? $0 ^ UInt8(1 << generator.below(8)) : $0
        }
        one.bytes = UnsafePointer(memory.copy(changed))
        one.size = kept
        let docs = texts.lengths.indices
        let wild: [UInt64] = [0, .max, .max - 100, .max / 2, UInt64(8 * kept), 0xffff_ffff_ffff]
        one.starts = UnsafePointer(
          memory.copy(
            docs.map { generator.chance(0.02) ? wild[generator.below(6)] : one.starts[$0] }))
        one.freqs = UnsafePointer(
          memory.copy(
            docs.map { generator.chance(0.02) ? UInt32(generator.below(40)) : one.freqs[$0] }))
        return one
      }
      damaged.surfaces = UnsafePointer(memory.copy(surfaces))
      let candidates = texts.lengths.indices.map { UInt32($0) }
      var expected: [UInt32]?
      for level in ForcedKernels.levels {
        kernels.use(level)
        var result = [UInt32](repeating: 0, count: candidates.count)
        let done = lede_phrase_frequencies(&damaged, candidates, candidates.count, &result)
        let said = Array(result.prefix(done))
        #expect(expected == nil || expected == said, "seed \(seed), round \(round), level \(level)")
        expected = said
        if done < candidates.count { reported += 1 } else { survived += 1 }
      }
    }
    #expect(reported > 100 && survived > 100, "\(reported), \(survived)")
  }

  /// As damaged lists give them: behind a place that lies before others nothing is read.
  @Test(arguments: [false, true])
  func placesThatDoNotAscendReadNothing(hasLongDocument: Bool) {
    let kernels = ForcedKernels()
    defer { kernels.end() }
    let memory = Memory()
    let texts = (0..<64).map { UInt32(hasLongDocument && $0 == 5 ? 70_000 : 100 + $0) }
    let lengths = memory.lengths(texts)
    let docs = texts.indices.map { UInt32($0) }
    let freqs = docs.map { 1 + $0 % 5 }
    let places: [UInt32] = [7, 3, 40, 39, 0, 41]
    let before = { (place: UInt32) in
      (0..<Int(place)).reduce(11) { $0 + lede_position_bits(freqs[$1], texts[$1]) }
    }
    let expected = [7, 7, 40, 40, 40, 41].map(before)
    for level in ForcedKernels.levels {
      kernels.use(level)
      var starts = [UInt64](repeating: 0, count: places.count)
      lede_position_starts(lengths, docs, freqs, 0, 11, places, places.count, &starts)
      #expect(starts == expected, "level \(level)")
    }
  }

  private func frequencies(_ texts: Texts, hasTitles: Bool) -> [UInt32] {
    let memory = Memory()
    var phrase = phrase(texts, hasTitles: hasTitles, memory)
    let candidates = texts.lengths.indices.map { UInt32($0) }
    var result = [UInt32](repeating: 0, count: candidates.count)
    #expect(
      lede_phrase_frequencies(&phrase, candidates, candidates.count, &result) == candidates.count)
    return result
  }

  /// Starts are not written past their room.
  @Test(arguments: testSeeds(86))
  func beginningStopsWhereRoomEnds(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let kernels = ForcedKernels()
    defer { kernels.end() }
    for round in 0..<100 {
      let texts = Texts(&generator)
      let memory = Memory()
      var whole = phrase(texts, hasTitles: false, memory)
      let candidates = texts.lengths.indices.map { UInt32($0) }
      let frequencies = candidates.map { texts.frequency(Int($0), hasTitles: false) }
      let room = generator.below(4)
      var (sum, expected) = (0, 0)
      while expected < candidates.count, sum + Int(frequencies[expected]) <= room {
        sum += Int(frequencies[expected])
        expected += 1
      }
      for level in ForcedKernels.levels {
        kernels.use(level)
        let starts = memory.copy([UInt32](repeating: 0x5a5a_5a5a, count: room + 8))
        var left = lede_phrase_starts(
          starts: starts, room: room, used: 0,
          firsts: memory.copy([UInt32](repeating: 0, count: candidates.count)),
          counts: memory.copy([UInt32](repeating: 0, count: candidates.count)))
        let done = lede_phrase_begin(&whole, candidates, candidates.count, &left)
        let isUntouched = (room..<room + 8).allSatisfy { starts[$0] == 0x5a5a_5a5a }
        #expect(
          done == expected && left.used == sum && isUntouched,
          "seed \(seed), round \(round), level \(level)")
      }
    }
  }

  /// - Parameter begun: slots that are met at first.
  private func stepped(_ texts: Texts, hasTitles: Bool, begun: UInt32) -> [UInt32] {
    let memory = Memory()
    let whole = phrase(texts, hasTitles: hasTitles, memory)
    let candidates = texts.lengths.indices.map { UInt32($0) }
    let count = candidates.count
    let counts = memory.copy([UInt32](repeating: 0, count: count))
    let room = 70_000 * 4
    var left = lede_phrase_starts(
      starts: memory.copy([UInt32](repeating: 0, count: room)), room: room, used: 0,
      firsts: memory.copy([UInt32](repeating: 0, count: count)), counts: counts)
    var next = 0
    while next < texts.slots.count {
      let slots = next == 0 ? begun : 1
      let first = texts.slots[next]
      let end = texts.slots.firstIndex { $0 >= first + slots } ?? texts.slots.count
      var part = whole
      part.surfaces = whole.surfaces + next
      part.surface_count = end - next
      part.slot_count = Int(texts.slots[end - 1] - first) + 1
      let done =
        next == 0
        ? lede_phrase_begin(&part, candidates, count, &left)
        : lede_phrase_meet(&part, candidates, count, &left)
      #expect(done == count)
      next = end
    }
    return (0..<count).map { counts[$0] }
  }

  private func phrase(_ texts: Texts, hasTitles: Bool, _ memory: Memory) -> lede_phrase {
    let docCount = texts.lengths.count
    let surfaces = texts.slots.indices.map { surface in
      let all = texts.ordinals[surface]
      var bits: UInt64 = 0
      let starts = all.indices.map { doc in
        defer {
          if !all[doc].isEmpty {
            bits += lede_position_bits(UInt32(all[doc].count), texts.lengths[doc])
          }
        }
        return bits
      }
      let size = Int(bits + 7) / 8
      let bytes = memory.copy([UInt8](repeating: 0, count: size + 1))
      for doc in all.indices where !all[doc].isEmpty {
        _ = lede_positions_encode(
          all[doc], UInt32(all[doc].count), texts.lengths[doc], bytes, starts[doc])
      }
      return lede_phrase_surface(
        bytes: bytes, size: size, freqs: memory.copy(all.map { UInt32($0.count) }),
        starts: memory.copy(starts), offset: texts.offsets[surface], slot: texts.slots[surface])
    }
    let most = 70_000 * 3
    return lede_phrase(
      surfaces: memory.copy(surfaces), surface_count: surfaces.count,
      slot_count: Int(texts.slots.last ?? 0) + 1, lengths: memory.lengths(texts.lengths),
      titles: hasTitles ? memory.lengths(texts.titles) : lede_lengths(), gap: 100,
      docs: memory.copy((0..<docCount).map { UInt32($0) }),
      scratch: memory.copy([UInt32](repeating: 0, count: 2 * most)), room: most)
  }

  /// Copies of arrays that live as long as it does.
  private final class Memory {
    private var blocks: [UnsafeMutableRawPointer] = []

    deinit { for block in blocks { block.deallocate() } }

    func copy<Value: BitwiseCopyable>(_ values: [Value]) -> UnsafeMutablePointer<Value> {
      let place = UnsafeMutablePointer<Value>.allocate(capacity: values.count + 1)
      place.initialize(from: values, count: values.count)
      blocks.append(UnsafeMutableRawPointer(place))
      return place
    }

    func lengths(_ values: [UInt32]) -> lede_lengths {
      let escapes = values.enumerated().filter { $0.element >= 65_535 }
        .flatMap { [UInt32($0.offset), $0.element] }
      return lede_lengths(
        column: copy(values.map { UInt16(clamping: $0) }), escapes: copy(escapes),
        escape_count: escapes.count / 2)
    }
  }
}
