import Lede
import LedeCodecs
import LedeStorage
import TestSupport
import Testing

/// Frequent words in an index of a language, whose classes have postings of their own or not.
@Suite struct ShortcutsOfClassesTests {
  /// What verification says, and what words match, of segments fresh and merged.
  @Test func wordsAreFoundByTheirClass() throws {
    let folder = try TemporaryDirectory()
    let writer = try IndexWriter(
      directory: folder.path, options: IndexWriterOptions(memoryBudget: 64 << 20))
    for part in 0..<2 {
      for number in 0..<400 {
        // A class of two surfaces, one of a surface alone, and one that stands for another surface.
        let body = number % 2 == 0 ? "market griffith" : "markets griffith running"
        try writer.add(
          Article(key: "\(part)-\(number)", title: "Markets and market \(number)", body: body))
      }
      try writer.commit()
    }
    try expectFound(folder)
    try writer.optimize()
    try expectFound(folder)
  }

  private func expectFound(_ folder: TemporaryDirectory) throws {
    try expectVerified(folder.path, "as written")
    let fileSystem = PosixFileSystem()
    let snapshot = try IndexSnapshot.open(
      fileSystem: fileSystem, directory: folder.path,
      manifest: try Manifest.read(fileSystem: fileSystem, directory: folder.path))
    for segment in snapshot.segments { #expect(segment.terms.shortcutCount > 4) }
    let searcher = try Searcher.open(directory: folder.path)
    for (query, count) in [
      ("market", 800), ("markets", 800), ("griffith", 800), ("run", 400), ("running", 400),
      ("title:market", 800), ("\"markets griffith\"", 400), ("absent", 0),
    ] {
      #expect(try searcher.count(QueryParser.parse(query)) == count, "\(query)")
    }
  }
}
