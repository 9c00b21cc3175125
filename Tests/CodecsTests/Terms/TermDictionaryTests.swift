import LedeCodecs
import LedeStorage
import TestSupport
import Testing

@Suite struct TermDictionaryTests {
  @Test(arguments: testSeeds(21, 22, 23))
  func findsWhatWasWrittenAndNothingElse(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let keys = randomKeys(2000, using: &generator)
    try withDictionary(keys) { dictionary, ordinals in
      #expect(dictionary.count(.textSurface) == keys.count)
      for (index, key) in keys.enumerated() {
        let entry = try #require(
          try key.withUnsafeBytes { try dictionary.find(.textSurface, $0) }, "seed \(seed)")
        #expect(entry.ordinal == ordinals[index], "seed \(seed)")
        #expect(entry.docFreq == 1)
        #expect(try dictionary.term(ordinal: entry.ordinal) == key, "seed \(seed)")
        #expect(dictionary.namespace(ofOrdinal: entry.ordinal) == .textSurface)
      }
      let present = Set(keys)
      for key in keys {
        for other in neighbours(of: key, using: &generator) where !present.contains(other) {
          #expect(
            try other.withUnsafeBytes { try dictionary.find(.textSurface, $0) } == nil,
            "seed \(seed), \(other)")
        }
      }
    }
  }

  @Test func enumeratesInOrder() throws {
    var generator = SplitMix64(seed: 31)
    let keys = randomKeys(333, using: &generator)
    try withDictionary(keys) { dictionary, ordinals in
      var seen: [[UInt8]] = []
      var seenOrdinals: [UInt32] = []
      try dictionary.enumerate(.textSurface) { key, entry in
        seen.append(Array(key))
        seenOrdinals.append(entry.ordinal)
      }
      #expect(seen == keys)
      #expect(seenOrdinals == ordinals)
    }
  }

  @Test func aliasesAndFoldsLeadToSurfaces() throws {
    let directory = try TemporaryDirectory("lede-terms")
    let path = directory.file("terms.lede")
    var postings = PostingsWriter()
    var writer = TermDictionaryWriter()
    let one = PlainPostings(docs: [3], freqs: [2], ordinals: [[1, 5]])
    let lengths = [UInt32](repeating: 10, count: 8)
    writer.begin(.textSurface)
    let generalite = writer.add(
      "generalite", postings.add(one, withPositions: true, lengths: lengths))
    let accented = writer.add(
      "généralité", postings.add(one, withPositions: true, lengths: lengths))
    writer.begin(.textClass)
    Array("general".utf8).withUnsafeBufferPointer { writer.addAlias(key: $0, ordinal: accented) }
    let merged = writer.add(
      "generalit",
      postings.add(
        PlainPostings(docs: [3, 4], freqs: [4, 1], ordinals: []), withPositions: false,
        lengths: lengths))
    writer.begin(.textFold)
    Array("generalite".utf8).withUnsafeBufferPointer {
      writer.addFold(key: $0, ordinals: [generalite, accented])
    }
    let fileSystem = PosixFileSystem()
    let envelope = try EnvelopeWriter(fileSystem: fileSystem, path: path, kind: .segment, id: 1)
    try writeTermSections(&postings, &writer, to: envelope)
    try writeLengths(lengths, to: envelope)
    try envelope.finish()
    let fixture = try openPostings(path, docCount: 8, fileSystem: fileSystem)
    let dictionary = fixture.dictionary

    #expect(try dictionary.find(.textClass, "general")?.ordinal == accented)
    let mergedEntry = try #require(try dictionary.find(.textClass, "generalit"))
    #expect(mergedEntry.ordinal == merged)
    #expect(mergedEntry.docFreq == 2)
    #expect(mergedEntry.totalTermFreq == 5)
    let surfaces = try Array("generalite".utf8).withUnsafeBytes {
      try dictionary.surfaces(foldingTo: $0, .textFold)
    }
    #expect(surfaces == [Array("generalite".utf8), Array("généralité".utf8)])
    #expect(try dictionary.find(.titleSurface, "generalite") == nil)
    #expect(dictionary.namespace(ofOrdinal: accented) == .textSurface)
    #expect(dictionary.namespace(ofOrdinal: merged) == .textClass)
    #expect(dictionary.namespace(ofOrdinal: 31) == .textSurface)
    #expect(dictionary.namespace(ofOrdinal: dictionary.ordinalLimit) == nil)
  }

  @Test func anEmptyDictionaryFindsNothing() throws {
    try withDictionary([]) { (dictionary: TermDictionary, _) throws in
      #expect(try dictionary.find(.textSurface, "a") == nil)
      #expect(try dictionary.find(.titleClass, "") == nil)
      #expect(dictionary.ordinalLimit == 0)
    }
  }

  // MARK: Support

  /// Sorted distinct keys with long shared prefixes, zero bytes and the empty key among them.
  private func randomKeys(_ count: Int, using generator: inout SplitMix64) -> [[UInt8]] {
    var keys: Set<[UInt8]> = [[], [0], [0, 0], Array(repeating: 7, count: 255)]
    var stems: [[UInt8]] = [[]]
    while keys.count < count {
      let stem = stems[generator.below(stems.count)]
      let key = stem + (0..<(1 + generator.below(9))).map { _ in UInt8(generator.below(4) * 85) }
      if key.count < 200, generator.chance(0.3) { stems.append(key) }
      keys.insert(key)
    }
    return keys.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// Keys that differ little from a given one.
  private func neighbours(of key: [UInt8], using generator: inout SplitMix64) -> [[UInt8]] {
    var changed = key
    if !changed.isEmpty { changed[generator.below(changed.count)] &+= 1 }
    return [changed, key + [0], key + [255], Array(key.dropLast())]
  }

  private func withDictionary(
    _ keys: [[UInt8]], _ body: (TermDictionary, [UInt32]) throws -> Void
  ) throws {
    let directory = try TemporaryDirectory("lede-terms")
    let path = directory.file("terms.lede")
    var postings = PostingsWriter()
    var writer = TermDictionaryWriter()
    let one = PlainPostings(docs: [0], freqs: [1], ordinals: [[0]])
    writer.begin(.textSurface)
    let ordinals = keys.map { key in
      let location = postings.add(one, withPositions: true, lengths: [4])
      return key.withUnsafeBufferPointer { writer.add(key: $0, location) }
    }
    let fileSystem = PosixFileSystem()
    let envelope = try EnvelopeWriter(fileSystem: fileSystem, path: path, kind: .segment, id: 1)
    try writeTermSections(&postings, &writer, to: envelope)
    try writeLengths([4], to: envelope)
    try envelope.finish()
    try body(try openPostings(path, docCount: 1, fileSystem: fileSystem).dictionary, ordinals)
  }
}
