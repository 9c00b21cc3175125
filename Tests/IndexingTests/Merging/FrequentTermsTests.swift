import LedeAnalysis
import LedeCodecs
import LedeIndexing
import LedeModel
import LedeStorage
import TestSupport
import Testing

/// Terms frequent enough for ranged lists, in segments whose ranges lie elsewhere than those of what
/// they are merged to.
@Suite struct FrequentTermsTests {
  /// Of a few words, so that most have ranged lists.
  private static func articles(_ random: inout SplitMix64) -> [Article] {
    let count = 1500 + random.below(3000)
    return (0..<count).map { number in
      var words = ["common"]
      for (word, chance) in [("half", 0.5), ("tenth", 0.1), ("twentieth", 0.05), ("rare", 0.01)]
      where random.chance(chance) {
        words += Array(repeating: word, count: random.chance(0.1) ? 1 + random.below(40) : 1)
      }
      // The first and last ranges hold none of it.
      if 600..<1400 ~= number { words.append("middle") }
      return Article(
        key: "\(number)", title: number % 3 == 0 ? "common title" : "",
        body: words.shuffled(using: &random).joined(separator: " "))
    }
  }

  @Test(arguments: testSeeds(21, 22, 23))
  func mergedListsAreThoseBuiltAtOnce(seed: UInt64) throws {
    let folder = try TemporaryDirectory()
    var random = SplitMix64(seed: seed)
    let articles = Self.articles(&random)
    var options = IndexWriterOptions(language: .none, memoryBudget: 1 << 30)
    options.mergesSegments = false
    let (merged, fresh) = (folder.file("merged"), folder.file("fresh"))
    let writer = try IndexWriter(directory: merged, options: options)
    for (number, article) in articles.enumerated() {
      try writer.add(article)
      if random.chance(0.001) || number == 700 { try writer.commit() }
    }
    let isLive = articles.map { _ in random.chance(0.9) }
    for (article, isLive) in zip(articles, isLive) where !isLive {
      try writer.delete(key: article.key)
    }
    try writer.commit()
    try expectSound(merged, seed)
    #expect(try writer.optimize().segmentsAfter == 1, "seed \(seed)")
    try expectSound(merged, seed)
    let other = try IndexWriter(directory: fresh, options: options)
    for (article, isLive) in zip(articles, isLive) where isLive { try other.add(article) }
    try other.commit()
    #expect(
      try SegmentSections(merged).differences(from: SegmentSections(fresh)) == [], "seed \(seed)")
    #expect(try rangedLists(fresh) >= 4, "seed \(seed)")
  }

  private func expectSound(_ directory: String, _ seed: UInt64) throws {
    var findings: [String] = []
    _ = try IndexVerifier.verify(directory: directory) { findings.append($0.description) }
    #expect(findings == [], "seed \(seed)")
  }

  private func rangedLists(_ directory: String) throws -> Int {
    let fileSystem = PosixFileSystem()
    let manifest = try Manifest.read(fileSystem: fileSystem, directory: directory)
    var count = 0
    for entry in manifest.segments {
      let segment = try SegmentReader.open(
        fileSystem: fileSystem, directory: directory, entry: entry)
      try segment.terms.enumerate(.textSurface) { _, term in
        if try segment.postings(term).isRanged { count += 1 }
      }
    }
    return count
  }
}
