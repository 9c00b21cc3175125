import LedeCodecs
import LedeModel
import LedeStorage
import TestSupport
import Testing

/// Keys in an order of their own: with ranks of their own, and with sequence numbers for ranks.
@Suite struct RankedKeysTests {
  /// Documents whose keys ascend with their sequence numbers, or have ranks of their own.
  private func values(_ count: Int, areSequences: Bool, _ generator: inout SplitMix64)
    -> SegmentValues
  {
    let numbers = (0..<count).map { $0 }.shuffled(using: &generator)
    var values = SegmentValues(keys: numbers.map { "article \($0)" })
    if areSequences { values.sequences = numbers.map { 1_000 + UInt64($0) } }
    return values
  }

  @Test(arguments: [2, 3, 31, 32, 33, 64, 65, 511, 512, 513, 3000], testSeeds(1))
  func keysAreFoundBothWays(count: Int, seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    var sizes: [Int] = []
    for areSequences in [false, true] {
      let values = values(count, areSequences: areSequences, &generator)
      let reader = try values.write()
      for (doc, article) in values.articles.enumerated() {
        #expect(try reader.keys.key(of: UInt32(doc)) == article.key)
        #expect(try reader.keys.find(article.key) == UInt32(doc), "\(count), \(areSequences)")
      }
      for absent in ["", "article", "article \(count)", "b"] {
        #expect(try reader.keys.find(absent) == nil)
      }
      sizes.append(try #require(reader.sections.first { $0.kind == .keys }).length)
    }
    // Sequence numbers that are the ranks are not written twice.
    if count > 100 { #expect(sizes[1] + count < sizes[0]) }
  }

  /// Sequence numbers that are no ranks, of any width, make errors or wrong keys.
  @Test(arguments: [1, 40, 1200], testSeeds(4))
  func sequencesThatAreNoRanks(count: Int, seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    var values = values(count, areSequences: true, &generator)
    for width in [0, 1, 20, 63, 64] as [UInt64] {
      let limit = width == 64 ? UInt64.max : (1 << width) - 1
      values.forgedSequences = (0..<count).map {
        $0 == 0 ? 0 : $0 == 1 ? limit : generator.next() & limit
      }
      // Fewer bits than ranks have do not fit.
      guard let reader = try? values.write() else { continue }
      for (doc, article) in values.articles.enumerated() {
        _ = try? reader.keys.key(of: UInt32(doc))
        _ = try? reader.keys.bytes(of: UInt32(doc))
        _ = try? reader.keys.find(article.key)
      }
    }
    values.forgedSequences = nil
    #expect(try values.write().keys.find(values.articles[0].key) == 0)
  }

  /// What a damaged file says of a key is what was written, or nothing.
  @Test(arguments: [false, true], testSeeds(2))
  func damagedKeysAreSureOrNone(areSequences: Bool, seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let count = 1200
    let values = values(count, areSequences: areSequences, &generator)
    let fileSystem = MemoryFileSystem()
    _ = try values.write(to: fileSystem)
    let file = try EnvelopeFile.open(
      fileSystem: fileSystem, path: SegmentValues.path, kind: .segment)
    var (sure, lost) = (0, 0)
    for _ in 0..<200 {
      let kind: SectionKind = areSequences && generator.chance(0.5) ? .sequences : .keys
      let section = try #require(file.section(kind))
      let copy = fileSystem.copy()
      var bytes = try #require(copy[SegmentValues.path])
      let start = generator.below(section.count)
      let end = min(start + 1 + generator.below(40), section.count)
      for place in Int(section.fileOffset) + start..<Int(section.fileOffset) + end {
        bytes[place] = UInt8(generator.below(256))
      }
      copy[SegmentValues.path] = bytes
      guard
        let salvaged = try? SalvagedSegment(
          fileSystem: copy, path: SegmentValues.path, id: 3, docCount: count)
      else { continue }
      for (doc, article) in values.articles.enumerated() {
        guard let key = salvaged.key(of: UInt32(doc)) else {
          lost += 1
          continue
        }
        sure += 1
        #expect(key == Array(article.key.utf8), "seed \(seed), \(kind) from \(start)")
        _ = try? salvaged.keys.find(key)
      }
    }
    #expect(sure > 200 * count / 2 && lost > count, "\(sure), \(lost)")
  }
}
