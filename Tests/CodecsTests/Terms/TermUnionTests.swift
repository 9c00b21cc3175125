import CLedeKernels
import LedeCodecs
import LedeStorage
import TestSupport
import Testing

/// The union of dictionaries against sorting, and its second walk against the first.
@Suite struct TermUnionTests {
  /// A key, and the dictionaries that have it.
  private struct Step: Equatable {
    var key: [UInt8]
    var sources: [Int]
    var docs: [UInt32]
  }

  @Test(arguments: testSeeds(81, 82, 83))
  func keysComeInOrderWithAllWhoHaveThem(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    for count in [0, 1, 2, 3, 7, 8, 9, 33] {
      let sets = (0..<count).map { _ in randomKeys(generator.below(300), using: &generator) }
      let dictionaries = try sets.enumerated().map { try dictionary($1, doc: UInt32($0)) }
      var union = try TermUnion(dictionaries, .textSurface)
      var steps: [Step] = []
      while try union.advance() {
        steps.append(
          Step(
            key: Array(union.key), sources: union.members.map { Int($0.source) },
            docs: union.members.map(\.term.doc)))
        let next = union.key + [0]
        next.withUnsafeBytes { #expect(union.precedes($0) && !union.isKey($0)) }
        #expect(union.isKey(union.key) && !union.precedes(union.key))
      }
      #expect(steps == expected(sets), "seed \(seed), \(count) dictionaries")
      #expect(try !union.advance(), "it stays behind the last key")
    }
  }

  @Test(arguments: testSeeds(91, 92))
  func theSecondWalkIsTheFirst(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let sets = (0..<70).map { _ in randomKeys(generator.below(200), using: &generator) }
    let dictionaries = try sets.enumerated().map { try dictionary($1, doc: UInt32($0)) }
    var union = try TermUnion(dictionaries, .textSurface)
    let trail = TermTrail()
    while try union.advance() { trail.append(union.members) }
    var walk = TermRewalk(dictionaries, .textSurface, trail)
    var before: [UInt8] = []
    for step in expected(sets) {
      #expect(try walk.advance(), "seed \(seed)")
      #expect(Array(walk.members) == step.sources, "seed \(seed)")
      for (key, order) in [(before, 1), (step.key, 0), (step.key + [0], -1)] {
        let found = key.withUnsafeBytes { walk.compare(lede_key_of($0.baseAddress, $0.count)) }
        #expect(Int(found.signum()) == order, "seed \(seed), \(key) beside \(step.key)")
      }
      // Values that are not wanted are passed.
      for source in step.sources where generator.chance(0.3) {
        #expect(try walk.value(source).entry.docFreq == 1, "seed \(seed)")
      }
      before = step.key
    }
    #expect(try !walk.advance())
  }

  /// Whatever the bytes, keys ascend and are not empty, and what is wrong is said.
  @Test(arguments: testSeeds(101, 102))
  func damageNeitherTrapsNorBreaksTheOrder(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let sets = (0..<3).map { _ in randomKeys(100, using: &generator) }
    var faults = 0
    for _ in 0..<300 {
      let number = generator.below(sets.count)
      do throws(FormatError) {
        let dictionaries = try sets.enumerated().map { (source, keys) throws(FormatError) in
          try dictionary(keys, doc: UInt32(source)) { bytes in
            guard source == number else { return }
            bytes[generator.below(bytes.count)] = UInt8(generator.below(256))
          }
        }
        var union = try TermUnion(dictionaries, .textSurface)
        var last: [UInt8] = []
        while try union.advance() {
          let key = Array(union.key)
          #expect(last.lexicographicallyPrecedes(key), "seed \(seed)")
          last = key
        }
      } catch { faults += 1 }
    }
    #expect(faults > 50, "most changes of keys are seen: seed \(seed)")
  }

  // MARK: Support

  private func expected(_ sets: [[[UInt8]]]) -> [Step] {
    var steps: [[UInt8]: Step] = [:]
    for (source, keys) in sets.enumerated() {
      for key in keys {
        steps[key, default: Step(key: key, sources: [], docs: [])].sources.append(source)
        steps[key]?.docs.append(UInt32(source))
      }
    }
    return steps.values.sorted { $0.key.lexicographicallyPrecedes($1.key) }
  }

  /// Sorted distinct keys of few different bytes, so that many begin with the same twelve.
  private func randomKeys(_ count: Int, using generator: inout SplitMix64) -> [[UInt8]] {
    var keys: Set<[UInt8]> = []
    for _ in 0..<count {
      let stem = [UInt8](repeating: [0, 97, 255][generator.below(3)], count: generator.below(18))
      let length = 1 + generator.below(generator.chance(0.02) ? 400 : 4)
      keys.insert(stem + (0..<length).map { _ in UInt8(generator.below(4) * 85) })
    }
    return keys.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// A dictionary of these keys, each in the one document, after `change` of its bytes.
  private func dictionary(
    _ keys: [[UInt8]], doc: UInt32, _ change: (inout [UInt8]) -> Void = { _ in }
  ) throws(FormatError) -> TermDictionary {
    let lengths = [UInt32](repeating: 4, count: Int(doc) + 1)
    var postings = PostingsWriter()
    var writer = TermDictionaryWriter(docCount: lengths.count)
    writer.begin(.textSurface)
    let one = PlainPostings(docs: [doc], freqs: [1], ordinals: [[0]])
    for key in keys {
      let location = postings.add(one, withPositions: true, lengths: lengths)
      _ = key.withUnsafeBufferPointer { writer.add(key: $0, location) }
    }
    let fileSystem = MemoryFileSystem()
    let envelope = try EnvelopeWriter(fileSystem: fileSystem, path: "t", kind: .segment, id: 1)
    try envelope.begin(.terms)
    try writer.finish(into: envelope)
    try envelope.end()
    try envelope.finish()
    do {
      try forge(fileSystem, "t", kind: .segment, section: .terms, change)
    } catch let error as FormatError { throw error } catch { Issue.record(error) }
    let file = try EnvelopeFile.open(fileSystem: fileSystem, path: "t", kind: .segment)
    guard let section = file.section(.terms) else { preconditionFailure("it was written") }
    return try TermDictionary(section)
  }
}
