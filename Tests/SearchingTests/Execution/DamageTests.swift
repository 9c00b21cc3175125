import Foundation
import LedeAnalysis
import LedeModel
import LedeSearching
import TestSupport
import Testing

/// A damaged index gives errors or other answers, never a trap.
@Suite struct DamageTests {
  private static let queries = [
    "market", "the price", "+the +price", "\"the market\"", "中国经济", "cafe -bank", "title:the",
    "\"国际经济 trade\" rate", "+banking the",
  ]

  @Test(arguments: testSeeds(1, 2))
  func flippedBytesNeverTrap(seed: UInt64) throws {
    var archive = RandomArchive(seed: seed)
    let index = try TestIndex(
      archive.segments(documents: 700, segments: 2, deleted: 0.1, shuffled: true))
    let names = try index.folder.list().filter { $0.hasPrefix("seg-") }
    let originals = try names.map { try index.folder.read($0) }
    let queries = try Self.queries.map { try QueryParser.parse($0) }
    for _ in 0..<120 {
      let file = archive.below(names.count)
      var bytes = originals[file]
      for _ in 0..<(1 + archive.below(3)) {
        bytes[archive.below(bytes.count)] = UInt8(archive.below(256))
      }
      try index.folder.write(bytes, to: names[file])
      searchAll(index.directory, queries)
      try index.folder.write(originals[file], to: names[file])
    }
    _ = try Searcher.open(directory: index.directory)
  }

  /// Errors are fine; whatever is answered must be so without a trap.
  private func searchAll(_ directory: String, _ queries: [Query]) {
    guard let searcher = try? Searcher.open(directory: directory) else { return }
    for query in queries {
      _ = try? searcher.search(query, options: SearchOptions(limit: 20))
      _ = try? searcher.rank(query, options: SearchOptions(limit: 3, countsExactly: true))
      _ = try? searcher.rank(query, options: SearchOptions(strategy: .exhaustive))
    }
  }

  @Test func truncatedFilesAreErrors() throws {
    let small = try SmallIndex(["alpha beta", "gamma"])
    let name = try #require(try small.index.folder.list().first { $0.hasPrefix("seg-") })
    let bytes = try small.index.folder.read(name)
    for length in [0, 1, 16, bytes.count / 2, bytes.count - 1] {
      try small.index.folder.write(bytes.prefix(length), to: name)
      #expect(throws: SearchError.self) { try Searcher.open(directory: small.index.directory) }
    }
  }
}
