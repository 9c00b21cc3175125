import LedeCodecs
import LedeModel
import LedeStorage
import TestSupport
import Testing

@Suite struct StoredArticlesTests {
  @Test(arguments: testSeeds(31, 32))
  func articlesComeBackWhole(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    for count in [0, 1, 7, 300] {
      let articles = (0..<count).map { random($0, using: &generator) }
      let reader = try reader(articles)
      let cursor = StoredArticlesCursor(reader.stored)
      #expect(reader.stored.hasText)
      for doc in (0..<UInt32(count)).shuffled(using: &generator) {
        let comment: Comment = "seed \(seed), document \(doc) of \(count)"
        #expect(try reader.stored.article(doc) == articles[Int(doc)], comment)
        #expect(try cursor.article(doc) == articles[Int(doc)], comment)
      }
    }
  }

  /// Bodies around the block size, far above it, and empty ones, each among short ones.
  @Test func articlesOfEverySize() throws {
    let sizes = [
      0, 1, 32_000, 32_700, 32_768, 32_769, 65_535, 65_536, 131_072, 1_000_000, 0, 5, 262_144, 3,
    ]
    let articles = sizes.enumerated().map { index, size in
      Article(key: "\(index)", title: "t", body: String(repeating: "abc déf ", count: size / 9))
    }
    let reader = try reader(articles)
    for doc in articles.indices {
      #expect(try reader.stored.article(UInt32(doc)) == articles[doc])
    }
  }

  @Test func withoutTextsTheRestIsKept() throws {
    let (index, _) = try SmallIndex.sample(storesText: false)
    let reader = try #require(try index.readers().first)
    #expect(!reader.stored.hasText)
    for (doc, article) in SmallIndex.sampleArticles.enumerated() {
      var expected = article
      expected.body = ""
      expected.provenance = Provenance(path: article.provenance.path)
      #expect(try reader.stored.article(UInt32(doc)) == expected)
    }
  }

  /// What hardly says anything takes hardly any room, and comes back all the same.
  @Test func recordsWithoutTextTakeAFractionOfAByte() throws {
    var index = SmallIndex(fileSystem: MemoryFileSystem(), storesText: false)
    let path = "a/folder/with/a/name/corpus.jsonl"
    let articles = (0..<20_000).map {
      Article(
        key: "\($0)", body: "gone",
        provenance: Provenance(path: path, offset: UInt64($0) * 100, contentHash: UInt64($0)))
    }
    try index.addWithoutTerms(articles)
    let reader = try #require(try index.readers().first)
    let stored = try #require(reader.sections.first { $0.kind == .stored }).length
    #expect(stored < 1_500, "\(stored) bytes")
    let cursor = StoredArticlesCursor(reader.stored)
    for doc in [0, 1, 18_000, 19_999] as [UInt32] {
      let expected = Article(key: "\(doc)", provenance: Provenance(path: path))
      #expect(try reader.stored.article(doc) == expected)
      #expect(try cursor.article(doc) == expected)
    }
  }

  /// Records that stand for all of their block, beside blocks of others, copied and taken apart by merges.
  @Test(arguments: [0, Int.max])
  func repeatedRecordsMove(smallestCopy: Int) throws {
    var generator = SplitMix64(seed: 36)
    var source = SmallIndex(fileSystem: MemoryFileSystem(), storesText: false)
    let articles = (0..<9000).map { number in
      // Of the last third, one in a hundred is another.
      let isOther = number > 6000 && generator.chance(0.01)
      return Article(
        key: "\(number)", title: isOther ? "other" : "",
        provenance: Provenance(path: "a/folder/corpus.jsonl"))
    }
    try source.addWithoutTerms(articles)
    let old = try #require(try source.readers().first)
    for deadShare in [0, 0.001] {
      var index = SmallIndex(fileSystem: MemoryFileSystem(), storesText: false)
      let docs = (0..<UInt32(old.docCount)).filter { _ in !generator.chance(deadShare) }
      try index.addWithoutTerms { writer, columns, keys, envelope in
        try writer.append(docs, of: old.stored, to: envelope, smallestCopy: smallestCopy)
        for doc in docs {
          try columns.add(doc, of: old.columns)
          try keys.add(try old.keys.bytes(of: doc))
        }
      }
      let moved = try #require(try index.readers().first)
      let cursor = StoredArticlesCursor(moved.stored)
      for (new, doc) in docs.enumerated() {
        let article = try cursor.article(UInt32(new))
        #expect(article == articles[Int(doc)], "\(doc), \(deadShare) dead")
      }
      #expect(try moved.stored.article(7000) == articles[Int(docs[7000])])
    }
  }

  /// What a block of one record for all claims of its size is no more believed than of others.
  @Test func sizesOfRepeatedRecordsAreNotBelieved() throws {
    for claim in [0, 1, 36, 37, 38, 500 * 37, 1 << 28, UInt32.max] as [UInt32] {
      let fileSystem = MemoryFileSystem()
      var index = SmallIndex(fileSystem: fileSystem, storesText: false)
      try index.addWithoutTerms(
        (0..<500).map {
          Article(key: "\($0)", provenance: Provenance(path: String(repeating: "p", count: 34)))
        })
      try index.commit()
      let path = "index/" + IndexFileName.segment(id: 1).string
      var stated: UInt32 = 0
      try forge(fileSystem, path, kind: .segment, section: .stored) { bytes in
        let offset = Int(bytes[bytes.count - 16]) | Int(bytes[bytes.count - 15]) << 8
        stated = UInt32(bytes[offset + 16]) | UInt32(bytes[offset + 17]) << 8
        bytes.store(claim, at: offset + 16)
      }
      #expect(stated == 37, "flags, no title, and the path")
      let reader = try #require(try index.readers().first)
      for doc in [0, 1, 499] as [UInt32] where claim != stated {
        expectCorrupt("", "claims \(claim)") {
          try StoredArticlesCursor(reader.stored).article(doc)
        }
      }
    }
  }

  @Test func repetitionAcrossBlocksIsCompressed() throws {
    var generator = SplitMix64(seed: 33)
    let boilerplate = (0..<400).map { _ in String(generator.next(), radix: 36) }
      .joined(separator: " ")
    let articles = (0..<400).map { Article(key: "\($0)", title: "n", body: boilerplate) }
    let reader = try reader(articles)
    let stored = try #require(reader.sections.first { $0.kind == .stored }).length
    // 2 MB of text; the dictionary spares each block its first copy.
    #expect(stored < 120_000, "\(stored) bytes")
    #expect(try reader.stored.article(399) == articles[399])
  }

  /// Two segments into one, with blocks copied, records copied, and either after the other.
  @Test(arguments: testSeeds(34, 35))
  func articlesMoveToAnotherSegment(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    for (smallestCopy, deadShare) in [(0, 0.0), (0, 0.002), (0, 0.3), (.max, 0.1), (20_000, 0.01)] {
      let comment: Comment = "seed \(seed), copied from \(smallestCopy) on, \(deadShare) dead"
      let sources = try [300, 40, 0, 300].map { count in
        try reader((0..<count).map { random($0, using: &generator) })
      }
      var expected: [Article] = []
      var index = SmallIndex(fileSystem: MemoryFileSystem())
      try index.addWithoutTerms { writer, columns, keys, envelope in
        for source in sources {
          let docs = (0..<UInt32(source.docCount)).filter { _ in !generator.chance(deadShare) }
          try writer.append(docs, of: source.stored, to: envelope, smallestCopy: smallestCopy)
          for doc in docs {
            let article = try source.stored.article(doc)
            expected.append(article)
            try columns.add(doc, of: source.columns)
            try keys.add(try source.keys.bytes(of: doc))
          }
        }
      }
      let moved = try #require(try index.readers().first)
      #expect(moved.docCount == expected.count, comment)
      let cursor = StoredArticlesCursor(moved.stored)
      for doc in expected.indices {
        #expect(try cursor.article(UInt32(doc)) == expected[doc], comment)
      }
      for doc in expected.indices.shuffled(using: &generator).prefix(50) {
        #expect(try moved.stored.article(UInt32(doc)) == expected[doc], comment)
      }
    }
  }

  /// A block's length before compression is data: a lie must cost neither memory nor a trap.
  @Test func declaredSizesAreNotBelieved() throws {
    for claim in [0, 1, 200, 100_000, 1 << 28, (1 << 28) + 1, UInt32.max] as [UInt32] {
      let (index, fileSystem) = try SmallIndex.sample()
      let path = "index/" + IndexFileName.segment(id: 1).string
      try forge(fileSystem, path, kind: .segment, section: .stored) { bytes in
        let tables = bytes.count - 32 - 8
        let offset = Int(bytes[bytes.count - 16]) | Int(bytes[bytes.count - 15]) << 8
        #expect(offset < tables)
        // One block: two offsets of eight bytes, then the length.
        bytes.store(claim, at: offset + 16)
      }
      let reader = try #require(try index.readers().first)
      for doc in 0..<UInt32(reader.docCount) {
        expectCorrupt("", "claims \(claim)") {
          try StoredArticlesCursor(reader.stored).article(doc)
        }
      }
    }
  }

  @Test func anArticleTooLargeIsRefusedAndNothingLost() throws {
    let fileSystem = MemoryFileSystem()
    let envelope = try EnvelopeWriter(
      fileSystem: fileSystem, path: "x", kind: .segment, id: 1)
    try envelope.begin(.stored)
    let writer = StoredArticlesWriter(recordLimit: 10_000, storesText: true)
    try writer.add(Article(key: "a", body: "small"), to: envelope)
    let huge = String(repeating: "x", count: 10_000)
    #expect {
      try writer.add(Article(key: "b", body: huge), to: envelope)
    } throws: {
      guard case .tooLarge(key: "b", _, _)? = $0 as? FormatError else { return false }
      return true
    }
    #expect(writer.docCount == 1)
  }

  // MARK: Support

  private func reader(_ articles: [Article]) throws -> SegmentReader {
    var index = SmallIndex(fileSystem: MemoryFileSystem())
    try index.addWithoutTerms(articles)
    return try #require(try index.readers().first)
  }

  private func random(_ number: Int, using generator: inout SplitMix64) -> Article {
    let words = ["alumina", "ore", "中国", "é", "\n", "🙂", "cluster", "the", "\u{0}"]
    func text(_ limit: Int) -> String {
      (0..<generator.below(limit)).map { _ in words[generator.below(words.count)] }
        .joined(separator: " ")
    }
    var article = Article(key: "\(number)", title: text(10), body: text(2000))
    if generator.chance(0.5) { article.url = text(5) }
    if generator.chance(0.3) { article.author = text(3) }
    if generator.chance(0.5) { article.source = text(2) }
    article.provenance = Provenance(
      path: text(4), offset: generator.next(), contentHash: generator.next())
    return article
  }
}

extension SmallIndex {
  /// Adds a segment of articles whose texts are not inverted and whose lengths are 0.
  mutating func addWithoutTerms(_ articles: [Article]) throws {
    try addWithoutTerms { stored, columns, keys, envelope in
      for article in articles {
        try stored.add(article, to: envelope)
        columns.add(article)
        try keys.add(article.key)
      }
    }
  }

  /// Adds such a segment of whatever `write` hands to the writers.
  mutating func addWithoutTerms(
    _ write: (
      StoredArticlesWriter, inout ColumnsWriter, inout KeysWriter, EnvelopeWriter
    ) throws -> Void
  ) throws {
    let id = manifest.nextSegmentID
    let envelope = try EnvelopeWriter(
      fileSystem: fileSystem, path: Self.directory + "/" + IndexFileName.segment(id: id).string,
      kind: .segment, id: id)
    let stored = StoredArticlesWriter(storesText: storesText)
    var (columns, keys) = (ColumnsWriter(), KeysWriter())
    var (sequences, lengths) = (SequencesWriter(), LengthsWriter())
    try envelope.begin(.stored)
    try write(stored, &columns, &keys, envelope)
    let count = UInt32(keys.docCount)
    for number in 0..<UInt64(count) {
      sequences.add(number)
      lengths.add(text: 0, title: 0)
    }
    try stored.finish(to: envelope)
    try envelope.end()
    var postings = PostingsWriter()
    var dictionary = TermDictionaryWriter(docCount: keys.docCount)
    try writeTermSections(&postings, &dictionary, to: envelope)
    try lengths.write(to: envelope)
    try columns.write(to: envelope)
    try keys.write(to: envelope)
    try sequences.write(to: envelope)
    try SegmentMeta(docCount: count, storesText: storesText, sumLengths: lengths.sums)
      .write(to: envelope)
    try envelope.finish()
    manifest.segments.append(ManifestSegment(id: id, docCount: count, liveCount: count))
    manifest.nextSegmentID += 1
    manifest.nextSequence += UInt64(count)
  }
}
