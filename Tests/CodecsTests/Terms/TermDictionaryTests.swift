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
    var writer = TermDictionaryWriter(docCount: 8)
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

  /// Values of every kind and size, each found on its own and in a walk.
  @Test(arguments: testSeeds(61, 62, 63))
  func everyValueComesBack(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let docCount = [1, 2, 3000][generator.below(3)]
    let lengths = (0..<docCount).map { _ in UInt32(1 + generator.below(5000)) }
    let terms = (0..<700).map { _ in
      PlainPostings.random(
        count: generator.chance(0.5) ? 1 : 1 + generator.below(docCount), lengths: lengths,
        maxFreq: generator.chance(0.5) ? 3 : 400, using: &generator)
    }
    for keepPositions in [true, false] {
      try withSegment(docCount: docCount, lengths: lengths, terms, keepPositions: keepPositions) {
        fixture in
        let namespace = keepPositions ? TermNamespace.textSurface : .textClass
        var (walked, positions): ([TermEntry], [UInt32]) = ([], [])
        var docs = [UInt32](repeating: 0, count: PostingsList.blockSize)
        var freqs = docs
        try fixture.dictionary.enumerate(namespace) { walked.append($1) }
        #expect(walked.count == terms.count)
        for (number, plain) in terms.enumerated() {
          let name = "t\(String(100_000 + number).dropFirst())"
          let entry = try #require(try fixture.dictionary.find(namespace, name))
          #expect(entry == walked[number], "seed \(seed), \(name)")
          #expect(entry.docFreq == UInt32(plain.docs.count), "seed \(seed), \(name)")
          #expect(
            entry.totalTermFreq == plain.freqs.reduce(0) { $0 + UInt64($1) },
            "seed \(seed), \(name)")
          // The places: wrong ones give other documents and positions, or none.
          let list = try fixture.list(entry)
          let count = try list.decodeDocs(block: 0, into: &docs)
          #expect(docs[..<count].elementsEqual(plain.docs[..<count]), "seed \(seed), \(name)")
          guard keepPositions else { continue }
          try list.decodeFreqs(block: 0, into: &freqs)
          try list.decodePositions(
            block: 0, docs: docs, freqs: freqs, index: count - 1, into: &positions)
          #expect(positions == plain.ordinals[count - 1], "seed \(seed), \(name)")
        }
      }
    }
  }

  /// Many aliases and folds whose surfaces go up and down.
  @Test(arguments: testSeeds(71, 72))
  func aliasesAndFoldsOfEverySize(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let directory = try TemporaryDirectory("lede-terms")
    let path = directory.file("terms.lede")
    var postings = PostingsWriter()
    var writer = TermDictionaryWriter(docCount: 1)
    let one = PlainPostings(docs: [0], freqs: [1], ordinals: [[0]])
    let names = (0..<3000).map { String(10_000 + $0) }
    writer.begin(.textSurface)
    let surfaces = names.map {
      writer.add($0, postings.add(one, withPositions: true, lengths: [4]))
    }
    writer.begin(.textClass)
    let aliases = names.map { _ in surfaces[generator.below(surfaces.count)] }
    for (name, alias) in zip(names, aliases) {
      Array(name.utf8).withUnsafeBufferPointer { writer.addAlias(key: $0, ordinal: alias) }
    }
    writer.begin(.textFold)
    let folds = names.map { _ in
      PlainPostings.sample(
        1 + generator.below(generator.chance(0.1) ? 200 : 4), below: surfaces.count,
        using: &generator
      ).map { surfaces[Int($0)] }
    }
    for (name, fold) in zip(names, folds) {
      Array(name.utf8).withUnsafeBufferPointer { writer.addFold(key: $0, ordinals: fold) }
    }
    let fileSystem = PosixFileSystem()
    let envelope = try EnvelopeWriter(fileSystem: fileSystem, path: path, kind: .segment, id: 1)
    try writeTermSections(&postings, &writer, to: envelope)
    try writeLengths([4], to: envelope)
    try envelope.finish()
    let dictionary = try openPostings(path, docCount: 1, fileSystem: fileSystem).dictionary
    for (index, name) in names.enumerated() {
      #expect(try dictionary.find(.textClass, name)?.ordinal == aliases[index], "seed \(seed)")
      let found = try Array(name.utf8).withUnsafeBytes {
        try dictionary.surfaces(foldingTo: $0, .textFold)
      }
      #expect(try found == folds[index].map { try dictionary.term(ordinal: $0) }, "seed \(seed)")
    }
  }

  /// Whatever byte of the terms is wrong: a walk that finds nothing amiss says of the middle of a block
  /// what a look-up says.
  @Test func aWrongMiddleIsSeenByAWalk() throws {
    var generator = SplitMix64(seed: 81)
    let (fileSystem, path) = (MemoryFileSystem(), "terms.lede")
    let lengths = [UInt32](repeating: 40, count: 9)
    var postings = PostingsWriter()
    var writer = TermDictionaryWriter(docCount: 9)
    writer.begin(.textSurface)
    for number in 0..<30 {
      let plain = PlainPostings.random(
        count: 2 + number % 7, lengths: lengths, maxFreq: 9, using: &generator)
      _ = writer.add(
        String(100 + number), postings.add(plain, withPositions: true, lengths: lengths))
    }
    let envelope = try EnvelopeWriter(fileSystem: fileSystem, path: path, kind: .segment, id: 1)
    try writeTermSections(&postings, &writer, to: envelope)
    try writeLengths(lengths, to: envelope)
    try envelope.finish()
    let file = try EnvelopeFile.open(fileSystem: fileSystem, path: path, kind: .segment)
    let size = try #require(file.section(.terms)).count
    var (walks, faults) = (0, 0)
    for place in 8..<size {
      for bit in 0..<8 {
        try forge(fileSystem, path, kind: .segment, section: .terms) { $0[place] ^= 1 << bit }
        defer {
          _ = try? forge(fileSystem, path, kind: .segment, section: .terms) {
            $0[place] ^= 1 << bit
          }
        }
        let fixture = try? openPostings(path, docCount: 9, fileSystem: fileSystem)
        if let dictionary = fixture?.dictionary {
          var entries: [([UInt8], TermEntry)] = []
          let isWhole: Void? = try? dictionary.enumerate(.textSurface) { key, entry in
            entries.append((Array(key), entry))
          }
          walks += isWhole == nil ? 0 : 1
          faults += isWhole == nil ? 1 : 0
          // Keys may have been changed, so that others are found.
          let keys = entries.map { String(decoding: $0.0, as: UTF8.self) }
          guard isWhole != nil, keys == (0..<30).map({ String(100 + $0) }) else { continue }
          for (key, entry) in entries {
            let found = try? key.withUnsafeBytes { try dictionary.find(.textSurface, $0) }
            // A block whose stated prefix is another is not looked into.
            #expect(found == nil || found == entry, "bit \(bit) of byte \(place)")
          }
        }
      }
    }
    #expect(walks > 0 && faults > 0)
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
    var writer = TermDictionaryWriter(docCount: 1)
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
