import CLedeKernels
import LedeCodecs
import TestSupport
import Testing

/// The code of one entry of positions, and its sizes.
@Suite struct PositionsTests {
  /// Lengths around every power of two, around the escape, and large ones.
  static let lengths: [UInt32] = {
    var lengths: [UInt32] = [1, 2, 3, 90, 1_000_000, 3_000_000_000, .max]
    for power in 2..<20 { lengths += [(1 << power) - 1, 1 << power, (1 << power) + 1] }
    return lengths + [65_534, 65_535, 65_536]
  }()

  @Test(arguments: lengths)
  func entriesComeBack(length: UInt32) {
    var generator = SplitMix64(seed: UInt64(length))
    let most = min(Int(length), 3000)
    for termFreq in Set([1, 2, 3, 4, 5, 8, 9, most / 2, most - 1, most]) where 1...most ~= termFreq
    {
      for _ in 0..<20 {
        var values = PlainPostings.sample(termFreq, below: Int(length), using: &generator)
        if generator.chance(0.1) { values = (0..<UInt32(termFreq)).map { $0 } }
        if generator.chance(0.1) {
          values = (0..<UInt32(termFreq)).map { length - 1 - $0 }.sorted()
        }
        expectRoundTrip(values, length: length, bit: UInt64(generator.below(40)))
      }
    }
  }

  @Test func allPairsAndTriplesOfShortTexts() {
    for length in UInt32(1)...13 {
      for subset in 1..<(1 << length) {
        let values = (0..<length).filter { subset >> $0 & 1 == 1 }
        expectRoundTrip(values, length: length, bit: UInt64(subset % 8))
      }
    }
  }

  /// A run is its entries one behind the other, whatever they are.
  @Test(arguments: testSeeds(8)) func runsAreTheirEntries(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    for round in 0..<2000 {
      let docCount = 1 + generator.below(200)
      let lengths = (0..<docCount).map { _ in Self.lengths[generator.below(Self.lengths.count)] }
      let docs = (0..<UInt32(docCount)).filter { _ in generator.chance(0.7) }
      let entries = docs.map { doc in
        let most = min(Int(lengths[Int(doc)]), generator.chance(0.1) ? 300 : 3)
        return PlainPostings.sample(
          1 + generator.below(most), below: Int(lengths[Int(doc)]), using: &generator)
      }
      let values = entries.flatMap { $0 }
      let freqs = entries.map { UInt32($0.count) }
      var expected = [UInt8](repeating: 0, count: lede_positions_run_room(values.count))
      var bit: UInt64 = 0
      for (doc, entry) in zip(docs, entries) {
        bit = lede_positions_encode(
          entry, UInt32(entry.count), lengths[Int(doc)], &expected, bit)
      }
      var encoded = [UInt8](repeating: 0xff, count: lede_positions_run_room(values.count))
      let size = lede_positions_encode_run(
        values, values.count, docs, freqs, docs.count, lengths, &encoded)
      let comment: Comment = "seed \(seed), round \(round)"
      #expect(size == Int(bit + 7) / 8, comment)
      #expect(encoded.prefix(size) == expected.prefix(size), comment)
      guard let last = values.last, let doc = docs.last else { continue }
      // An occurrence too many, too few, or behind the document's end.
      for flawed in [values + [last], values.dropLast(), values.dropLast() + [lengths[Int(doc)]]] {
        let flawed = Array(flawed)
        let size = lede_positions_encode_run(
          flawed, flawed.count, docs, freqs, docs.count, lengths, &encoded)
        // SIZE_MAX is -1 here.
        #expect(size == -1, comment)
      }
    }
  }

  private func expectRoundTrip(_ values: [UInt32], length: UInt32, bit: UInt64) {
    let size = bit + lede_position_bits(UInt32(values.count), length)
    let bytes = Int(size + 7) / 8
    var encoded = [UInt8](repeating: 0, count: bytes + 9)
    let end = lede_positions_encode(values, UInt32(values.count), length, &encoded, bit)
    let comment: Comment = "\(values.prefix(20)) below \(length) from bit \(bit)"
    #expect(end == size, comment)
    #expect(encoded[bytes...].allSatisfy { $0 == 0 }, comment)
    // What stands behind the entry makes no difference.
    for tail in [UInt8(0), 0xff] {
      var dirty = encoded
      for at in end..<UInt64(8 * dirty.count) where tail != 0 {
        dirty[Int(at / 8)] |= 1 << (at % 8)
      }
      var decoded = [UInt32](repeating: 0, count: values.count)
      for available in [bytes, dirty.count] {
        #expect(
          lede_positions_decode(
            dirty, available, bit, UInt32(values.count), length, &decoded) == 1, comment)
        #expect(decoded == values, comment)
      }
    }
    var decoded = [UInt32](repeating: 0, count: values.count)
    if bytes > 0, size > UInt64(8 * (bytes - 1)) {
      #expect(
        lede_positions_decode(
          encoded, bytes - 1, bit, UInt32(values.count), length, &decoded) == 0,
        "cut off: \(comment)")
    }
  }

  @Test(arguments: testSeeds(51, 52))
  func anyBytesGiveAscendingOrdinalsOrNothing(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    var accepted = 0
    for _ in 0..<20_000 {
      let bytes = (0..<generator.below(40)).map { _ in
        generator.chance(0.5) ? 0 : UInt8(truncatingIfNeeded: generator.next())
      }
      let length = UInt32(truncatingIfNeeded: generator.next()) >> UInt32(generator.below(32))
      let freq = UInt32(generator.below(20))
      var decoded = [UInt32](repeating: 0, count: 20)
      let bit = UInt64(generator.below(400))
      guard lede_positions_decode(bytes, bytes.count, bit, freq, length, &decoded) == 1 else {
        continue
      }
      accepted += 1
      #expect(freq >= 1)
      #expect(decoded[Int(freq) - 1] < length, "seed \(seed)")
      for index in 1..<max(1, Int(freq)) { #expect(decoded[index - 1] < decoded[index]) }
    }
    #expect(accepted > 0, "seed \(seed)")
  }

  @Test(arguments: testSeeds(61, 62, 63))
  func spansAddUpAtEveryLevel(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let kernels = ForcedKernels()
    defer { kernels.end() }
    for round in 0..<300 {
      let hasEscapes = round % 3 == 0
      let lengths = (0..<1000).map { _ in
        UInt32(generator.below(hasEscapes ? 90_000 : generator.chance(0.2) ? 65_535 : 300))
      }
      let column = lengths.map { UInt16(clamping: $0) }
      let escapes = lengths.enumerated().filter { $0.element >= 65_535 }
        .flatMap { [UInt32($0.offset), $0.element] }
      let count = generator.below(129)
      let docs = (0..<count).map { _ in UInt32(generator.below(1000)) }
      // Damage too: termFreqs of 0 and above the length, lengths of 0.
      let freqs = (0..<count).map { _ in
        UInt32(truncatingIfNeeded: generator.next()) >> UInt32(generator.below(32))
      }
      var expected: UInt64 = 0
      for (doc, freq) in zip(docs, freqs) {
        let length = max(1, lengths[Int(doc)])
        expected += lede_position_bits(max(1, min(freq, length)), length)
      }
      let sums = ForcedKernels.levels.map { level in
        kernels.use(level)
        return column.withUnsafeBufferPointer { column in
          escapes.withUnsafeBufferPointer { escapes in
            lede_positions_span(
              lede_lengths(
                column: column.baseAddress, escapes: escapes.baseAddress,
                escape_count: escapes.count / 2), docs, freqs, count)
          }
        }
      }
      #expect(sums == [expected, expected, expected], "seed \(seed), round \(round)")
    }
  }
}
