import DiskSimulation
import LedeAnalysis
import LedeIndexing
import LedeStorage
import Testing

// A manifest that is lost.
extension RepairTests {
  /// The language is found from the texts; segments that were merged away do not count twice.
  @Test(arguments: [
    ("en", words), ("de", "Freundlichkeiten Häuser Kinder"), ("none", words),
  ])
  func aLostManifestIsMadeAnew(code: String, words: String) throws {
    let language = try #require(Language(code))
    let disk = try Self.index(language: language, words: words)
    let before = try contents(of: disk, Self.directory)
    let leftovers = disk.files.filter { $0.key.hasSuffix(".lede") }
    do {
      let writer = try IndexWriter(
        directory: Self.directory, options: IndexWriterOptions(language: language),
        fileSystem: disk)
      try writer.optimize()
    }
    // As if the process had died before it removed them.
    for (path, bytes) in leftovers { disk[path] = bytes }
    disk[Self.directory + "/manifest"] = nil
    let report = try Self.repair(disk)
    #expect(report.manifestDamage != nil && report.language == language)
    var after = try contents(of: disk, Self.directory)
    // Deleted in a live file that is gone.
    after["key 14"] = nil
    #expect(after == before)
    #expect(try findings(in: disk, Self.directory, faultsOnly: true) == [])
    var differences = 0
    _ = try DeepVerifier.verify(directory: Self.directory, fileSystem: disk) { _ in
      differences += 1
    }
    #expect(differences == 0)
    // A writer of the same language goes on.
    let writer = try IndexWriter(
      directory: Self.directory, options: IndexWriterOptions(language: language),
      fileSystem: disk)
    try writer.add(Self.article(99, version: 0))
    #expect(try writer.commit().documentCount == report.documentCount + 1)
  }

  /// German and Danish cut these words alike: taking one for the other would go unnoticed until
  /// words come that they do not.
  @Test func languagesThatFitAlikeAreAskedFor() throws {
    let german = try #require(Language("de"))
    let disk = try Self.index(language: german)
    disk[Self.directory + "/manifest"] = nil
    let files = disk.files
    let error = #expect(throws: IndexingError.self) { try Self.repair(disk) }
    guard case .unknownLanguage(_, let fitting) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(fitting.contains("de") && fitting.contains("da"))
    #expect(disk.files == files)
    #expect(try Self.repair(disk) { $0.language = german }.language == german)
    #expect(try findings(in: disk, Self.directory, faultsOnly: true) == [])
  }
}
