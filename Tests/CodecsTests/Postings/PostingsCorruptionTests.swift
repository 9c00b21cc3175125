import LedeCodecs
import LedeStorage
import TestSupport
import Testing

/// Damaged terms, postings and positions are reported or decode to something harmless: documents
/// still ascend below docCount, and nothing traps or allocates without bound.
@Suite struct PostingsCorruptionTests {
  /// Of the lists of 128 and more the first segment has ranged ones only, the second all but one long.
  @Test(arguments: [3000, 60_000], testSeeds(41, 42, 43, 44))
  func flippedBytesNeverTrap(docCount: Int, seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let lengths = (0..<docCount).map { _ in UInt32(1 + generator.below(500)) }
    let terms = [1, 2, 40, 130, 700, 2900].map {
      PlainPostings.random(count: $0, lengths: lengths, maxFreq: 200, using: &generator)
    }
    let directory = try TemporaryDirectory("lede-flips")
    let path = directory.file("postings.lede")
    try write(terms, lengths: lengths, to: path)
    let good = try directory.read("postings.lede")
    var reported = 0
    for _ in 0..<400 {
      var bad = good
      // Lengths make up most of the larger segment, and stand behind the rest.
      let size = min(bad.count - 64, 20_000)
      for _ in 0...generator.below(3) {
        bad[64 + generator.below(size)] = UInt8(truncatingIfNeeded: generator.next())
      }
      try directory.write(bad, to: "flipped.lede")
      do {
        try decodeEverything(directory.file("flipped.lede"), docCount: docCount, terms: terms.count)
      } catch is FormatError {
        reported += 1
      }
    }
    #expect(reported > 0, "seed \(seed): no damage was ever noticed")
  }

  @Test func termFreqsOfZeroAreDamage() throws {
    let plain = PlainPostings(docs: [1, 2], freqs: [1, 1], ordinals: [[3], [4]])
    try withSegment(
      docCount: 3, lengths: [0, 5, 5], [plain], keepPositions: true
    ) { fixture in
      let list = try fixture.list(
        try #require(try fixture.dictionary.find(.textSurface, "t00000")))
      var positions: [UInt32] = []
      // What 2^32 occurrences would wrap to.
      for index in 0...1 {
        #expect(throws: FormatError.self) {
          try list.decodePositions(
            block: 0, docs: [1, 2], freqs: [0, 0], index: index, into: &positions)
        }
      }
    }
  }

  private func write(_ terms: [PlainPostings], lengths: [UInt32], to path: String) throws {
    var postings = PostingsWriter()
    var dictionary = TermDictionaryWriter(docCount: lengths.count)
    dictionary.begin(.textSurface)
    for (number, plain) in terms.enumerated() {
      _ = dictionary.add(key(number), postings.add(plain, withPositions: true, lengths: lengths))
    }
    let envelope = try EnvelopeWriter(
      fileSystem: PosixFileSystem(), path: path, kind: .segment, id: 1)
    try writeTermSections(&postings, &dictionary, to: envelope)
    try writeLengths(lengths, to: envelope)
    try envelope.finish()
  }

  private func decodeEverything(_ path: String, docCount: Int, terms: Int) throws {
    let fixture = try openPostings(path, docCount: docCount, fileSystem: PosixFileSystem())
    var docs = [UInt32](repeating: 0, count: PostingsList.blockSize)
    var freqs = [UInt32](repeating: 0, count: PostingsList.blockSize)
    var positions: [UInt32] = []
    for number in 0..<terms {
      guard let entry = try fixture.dictionary.find(.textSurface, key(number)) else { continue }
      let list = try fixture.list(entry)
      _ = list.firstBlock(reaching: 1500, from: 0)
      // Damage that these do not notice gives wrong bits, but none outside the window.
      try? joinEverything(list, docCount: docCount)
      try expectSoundHead(list, docCount: docCount)
      var previous: UInt32?
      for block in 0..<list.blockCount {
        let count = try list.decodeDocs(block: block, into: &docs)
        for doc in docs[..<count] {
          #expect(previous.map { $0 < doc } ?? true)
          #expect(doc < UInt32(docCount))
          previous = doc
        }
        try list.decodeFreqs(block: block, into: &freqs)
        for index in 0..<count {
          try list.decodePositions(
            block: block, docs: &docs, freqs: &freqs, index: index, into: &positions)
          #expect(positions.count == Int(freqs[index]))
        }
      }
    }
  }

  private func expectSoundHead(_ list: PostingsList, docCount: Int) throws {
    if let bounds = list.rangeBounds {
      // All of them lie in the mapping, whatever they say.
      _ = (0..<list.rangeCount).reduce(0) { $0 + Int(bounds[$1]) }
    }
    var docs = [UInt32](repeating: 0, count: PostingsList.headSize)
    var freqs = docs
    let count = try list.decodeHead(docs: &docs, freqs: &freqs)
    #expect(count == (list.hasHead ? PostingsList.headSize : 0))
    #expect(zip(docs[..<count], docs[..<count].dropFirst()).allSatisfy { $0 < $1 })
    #expect(docs[..<count].allSatisfy { $0 < UInt32(docCount) })
    #expect(freqs[..<count].allSatisfy { $0 > 0 })
  }

  private func joinEverything(_ list: PostingsList, docCount: Int) throws {
    var walk = BlockWalk(docs: .allocate(capacity: PostingsList.blockSize))
    let guardWord: UInt64 = 0x5a5a_5a5a_5a5a_5a5a
    var words = [UInt64](repeating: guardWord, count: 1024 / 64 + DocWindow.slack + 1)
    for marking: PostingsList.Marking? in [nil, .set, .cleared] {
      for low in stride(from: 0, to: docCount, by: 1024) {
        try words.withUnsafeMutableBufferPointer { words in
          guard let base = words.baseAddress else { return }
          let window = DocWindow(
            low: UInt32(low), high: UInt32(min(docCount, low + 1024)), words: base)
          if let marking {
            try list.mark(window, marking, &walk)
          } else {
            try list.fill(window, &walk)
          }
        }
        #expect(words[words.count - 1] == guardWord)
      }
      walk = BlockWalk(docs: .allocate(capacity: PostingsList.blockSize))
    }
    var docs = (0..<UInt32(docCount)).filter { $0 % 3 == 1 }
    let count = try list.filter(&docs, docs.count, isHeld: true, &walk)
    #expect(count <= docs.count)
  }
}
