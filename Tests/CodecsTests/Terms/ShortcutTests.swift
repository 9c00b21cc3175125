import LedeCodecs
import LedeModel
import LedeStorage
import TestSupport
import Testing

/// Frequent terms that are found by their hash.
@Suite struct ShortcutTests {
  private static let path = "terms.lede"
  private static let docCount = 60_000

  /// Terms of each namespace with any docFreq, some of them long; every name is there in several.
  private struct Vocabulary {
    let names: [[UInt8]]
    let docFreqs: [TermNamespace: [Int]]
    static let namespaces: [TermNamespace] = [.textSurface, .textClass, .titleSurface, .titleClass]

    init(_ count: Int = 600, using generator: inout SplitMix64) {
      var names: Set<[UInt8]> = [[0], [255], Array(repeating: 7, count: 31)]
      while names.count < count {
        let length = 1 + generator.below(generator.chance(0.1) ? 60 : 9)
        names.insert((0..<length).map { _ in UInt8(generator.below(3)) })
      }
      self.names = names.sorted { $0.lexicographicallyPrecedes($1) }
      var docFreqs: [TermNamespace: [Int]] = [:]
      for namespace in Self.namespaces {
        // 156 is one document in 384.
        docFreqs[namespace] = names.map { _ in
          [1, 2, 127, 128, 155, 156, 157, 1000][generator.below(8)]
        }
      }
      self.docFreqs = docFreqs
    }

    /// How many should have a shortcut.
    var frequent: Int {
      docFreqs.values.reduce(0) { sum, docFreqs in
        sum + zip(names, docFreqs).count { $0.count <= 31 && $1 >= 156 }
      }
    }
  }

  private func write(
    _ vocabulary: Vocabulary, _ fileSystem: MemoryFileSystem, spillingTo space: SpillSpace? = nil
  ) throws {
    var postings = PostingsWriter()
    var writer = TermDictionaryWriter(docCount: Self.docCount, spillingTo: space)
    let lengths = [UInt32](repeating: 3, count: Self.docCount)
    // Lists of each size are the same, in places of their own.
    var plain: [Int: PlainPostings] = [:]
    for docFreq in Set(vocabulary.docFreqs.values.joined()) {
      let step = Self.docCount / docFreq
      plain[docFreq] = PlainPostings(
        docs: (0..<docFreq).map { UInt32($0 * step) },
        freqs: [UInt32](repeating: 1, count: docFreq),
        ordinals: [[UInt32]](repeating: [2], count: docFreq))
    }
    for namespace in Vocabulary.namespaces {
      writer.begin(namespace)
      for (name, docFreq) in zip(vocabulary.names, vocabulary.docFreqs[namespace] ?? []) {
        guard let list = plain[docFreq] else { continue }
        let hasPositions = namespace == .textSurface || namespace == .titleSurface
        let location = postings.add(list, withPositions: hasPositions, lengths: lengths)
        _ = name.withUnsafeBufferPointer { writer.add(key: $0, location) }
        try writer.spillIfLarge()
      }
    }
    let envelope = try EnvelopeWriter(
      fileSystem: fileSystem, path: Self.path, kind: .segment, id: 1)
    try writeTermSections(&postings, &writer, to: envelope)
    try envelope.finish()
  }

  private func dictionary(
    _ fileSystem: MemoryFileSystem, usesShortcuts: Bool = true
  ) throws -> TermDictionary {
    let file = try EnvelopeFile.open(fileSystem: fileSystem, path: Self.path, kind: .segment)
    return try TermDictionary(
      try file.requiredSection(.terms),
      shortcuts: usesShortcuts ? try file.requiredSection(.shortcuts) : nil)
  }

  /// Terms with one are found as they are without, absent ones are not, wherever blocks waited.
  @Test(arguments: testSeeds(41, 42))
  func termsAreFoundAsWithout(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let vocabulary = Vocabulary(using: &generator)
    var bytes: [[UInt8]] = []
    for limit in [nil, 2000] as [Int?] {
      let fileSystem = MemoryFileSystem()
      let space = limit.map {
        SpillSpace(fileSystem: fileSystem, directory: "spills", segment: 1, limit: $0)
      }
      try write(vocabulary, fileSystem, spillingTo: space)
      let quick = try dictionary(fileSystem)
      let plain = try dictionary(fileSystem, usesShortcuts: false)
      #expect(quick.shortcutCount == vocabulary.frequent, "seed \(seed)")
      #expect(plain.shortcutCount == 0)
      for namespace in Vocabulary.namespaces {
        for (name, docFreq) in zip(vocabulary.names, vocabulary.docFreqs[namespace] ?? []) {
          for key in [name, name + [9]] {
            let found = try key.withUnsafeBytes { try quick.find(namespace, $0) }
            let expected = try key.withUnsafeBytes { try plain.find(namespace, $0) }
            #expect(found == expected, "seed \(seed), \(key)")
            #expect(found?.docFreq == (key == name ? UInt32(docFreq) : nil), "seed \(seed), \(key)")
          }
        }
      }
      #expect(try UnsafeRawBufferPointer(start: nil, count: 0).isAbsent(from: quick))
      let file = try EnvelopeFile.open(fileSystem: fileSystem, path: Self.path, kind: .segment)
      bytes.append(Array(try file.requiredSection(.shortcuts).bytes))
    }
    #expect(bytes[0] == bytes[1], "seed \(seed): the same bytes, wherever blocks waited")
  }

  @Test func withoutFrequentTermsThereIsNoSection() throws {
    var index = SmallIndex(fileSystem: MemoryFileSystem())
    try index.add(
      (0..<127).map {
        .init(article: Article(key: "\($0)", body: "word"), sequence: UInt64($0))
      })
    let reader = try #require(try index.readers().first)
    #expect(!reader.sections.contains { $0.kind == .shortcuts })
    #expect(try #require(try reader.terms.find(.textSurface, "word")).docFreq == 127)
  }

  /// Whatever byte is wrong: what is found is an entry or none, or an error, and a list of it opens or throws.
  @Test func damageIsSurvived() throws {
    var generator = SplitMix64(seed: 43)
    let fileSystem = MemoryFileSystem()
    let vocabulary = Vocabulary(40, using: &generator)
    try write(vocabulary, fileSystem)
    let file = try EnvelopeFile.open(fileSystem: fileSystem, path: Self.path, kind: .segment)
    let size = try file.requiredSection(.shortcuts).count
    let places = Array(0..<150) + (0..<150).map { _ in generator.below(size) }
    var (refused, failed, differing) = (0, 0, 0)
    let plain = try dictionary(fileSystem, usesShortcuts: false)
    for place in places {
      let mask = UInt8(1 << generator.below(8))
      try forge(fileSystem, Self.path, kind: .segment, section: .shortcuts) { $0[place] ^= mask }
      if let damaged = try? dictionary(fileSystem) {
        for name in vocabulary.names {
          do {
            let found = try name.withUnsafeBytes { try damaged.find(.textSurface, $0) }
            let expected = try name.withUnsafeBytes { try plain.find(.textSurface, $0) }
            if found != expected { differing += 1 }
          } catch { failed += 1 }
        }
      } else {
        refused += 1
      }
      try forge(fileSystem, Self.path, kind: .segment, section: .shortcuts) { $0[place] ^= mask }
    }
    #expect(refused > 0 && differing > 0, "\(refused), \(failed), \(differing)")
  }

  /// A section that is cut short is refused, or read no further.
  @Test func aSectionThatIsCutShortIsSurvived() throws {
    var generator = SplitMix64(seed: 44)
    let vocabulary = Vocabulary(40, using: &generator)
    for length in [0, 1, 8, 15, 16, 20, 100, 3000] {
      let fileSystem = MemoryFileSystem()
      try write(vocabulary, fileSystem)
      try forge(fileSystem, Self.path, kind: .segment, section: .shortcuts) {
        $0.removeLast($0.count - min($0.count, length))
      }
      guard let damaged = try? dictionary(fileSystem) else { continue }
      for name in vocabulary.names {
        _ = try? name.withUnsafeBytes { try damaged.find(.textSurface, $0) }
      }
    }
  }

  /// No byte but padding can change without verification noticing.
  @Test func verificationComparesThem() throws {
    try forEachByte(of: .shortcuts) {
      Article(key: "\($0)", body: $0 % 3 == 0 ? "one word" : "two words")
    } _: { place, size, findings in
      guard place < size - 8, place != 15 else { return }
      let seen = findings ?? ["it does not open"]
      #expect(!seen.isEmpty, "byte \(place) of \(size)")
    }
  }

  /// Terms that cannot be read say nothing about shortcuts.
  @Test func otherDamageIsNotTheirs() throws {
    var seen = 0
    try forEachByte(of: .terms) {
      Article(key: "\($0)", title: "both words", body: "one word")
    } _: { place, _, findings in
      guard let findings else { return }
      seen += findings.count
      let isBlamed = findings.contains { $0.contains("terms have one, not") }
      let isWhole = !findings.contains { $0.contains("(terms)") }
      #expect(!isBlamed || isWhole, "byte \(place): \(findings)")
    }
    #expect(seen > 0)
  }

  /// Hands out what verification says of an index of 400 articles with each byte of a section changed, nil where it
  /// does not open.
  private func forEachByte(
    of section: SectionKind, _ article: (Int) -> Article,
    _ body: (_ place: Int, _ size: Int, _ findings: [String]?) -> Void
  ) throws {
    let fileSystem = MemoryFileSystem()
    var index = SmallIndex(fileSystem: fileSystem)
    try index.add((0..<400).map { .init(article: article($0), sequence: UInt64($0)) })
    try index.commit()
    #expect(try verificationFindings(fileSystem).isEmpty)
    let reader = try #require(try index.readers().first)
    let size = try #require(reader.sections.first { $0.kind == section }).length
    for place in 0..<size {
      let copy = fileSystem.copy()
      try forge(
        copy, "index/" + IndexFileName.segment(id: 1).string, kind: .segment, section: section
      ) { $0[place] ^= 0xff }
      body(place, size, try? verificationFindings(copy))
    }
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func isAbsent(from dictionary: TermDictionary) throws -> Bool {
    try dictionary.find(.textSurface, self) == nil
  }
}
