import Foundation
import LedeArticles
import LedeModel
import TestSupport
import Testing

@Suite struct ArchiveReaderTests {
  private let article = "A title\n\nBody text.\n"

  @Test func byteOrderOfPaths() throws {
    try withFolder { folder in
      let names = [
        "a.txt", "a/b.txt", "a-b.txt", "a/b/c.txt", "a0.txt", "Z.txt", "é.txt", "a/b.jsonl",
        "10.txt", "9.txt",
      ]
      for name in names {
        try folder.write(name.hasSuffix("l") ? #"{"title":"t"}"# : article, to: name)
      }
      let reading = Reading(folder.path)
      let sorted = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      #expect(reading.inputs.map(\.key) == sorted)
      #expect(reading.keys == sorted.map { $0.hasSuffix("l") ? $0 + "#1" : $0 })
      #expect(reading.isConsistent)
    }
  }

  /// Against a plain sort of everything that the system's own listing finds.
  @Test(arguments: testSeeds(51, 52)) func byteOrderOfRandomTrees(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    try withFolder { folder in
      let alphabet = ["a", "b", "-", "0", "~", "é", " ", "+"]
      for _ in 0..<150 {
        let parts = (0...random.below(3)).map { _ in
          (0...random.below(2)).map { _ in alphabet[random.below(alphabet.count)] }.joined()
        }
        // Folders end in d, so that no file has the name of a folder.
        let path = parts.dropLast().map { $0 + "d/" }.joined() + (parts.last ?? "") + ".txt"
        try folder.write(article, to: path)
      }
      let found = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        .filter { $0.hasSuffix(".txt") }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      let reading = Reading(folder.path)
      #expect(reading.keys == found, "seed \(seed)")
    }
  }

  @Test func rootsInByteOrderAndOnce() throws {
    try withFolder { folder in
      let a = try folder.write(article, to: "a.txt")
      let b = try folder.write(article, to: "b.txt")
      let reading = Reading([b, a, b])
      #expect(reading.inputs.map(\.path) == [a, b])
      #expect(reading.keys == [a, b])
    }
  }

  @Test func whatIsSkippedIsCounted() throws {
    try withFolder { folder in
      for name in ["README.md", "photo.jpg", ".hidden.txt", ".git/a.txt", "index.lede", "x.tar.gz"]
      {
        try folder.write(article, to: name)
      }
      try folder.write([0, 1, 2, 3], to: "binary-without-extension")
      try folder.write(article, to: "no-extension")
      try folder.write(article, to: "a.txt")
      let reading = Reading(folder.path)
      #expect(reading.keys == ["a.txt", "no-extension"])
      #expect(reading.problems.isEmpty)
      #expect(reading.report.skipped == [.notAnArticleFormat: 5, .hidden: 2])
      #expect(reading.report.inputs.seen == 9)
      #expect(reading.isConsistent)
    }
  }

  @Test func linksAreNotFollowed() throws {
    try withFolder { outside in
      try outside.write(article, to: "secret.txt")
      try withFolder { folder in
        try folder.write(article, to: "real/a.txt")
        let manager = FileManager.default
        func link(_ name: String, _ target: String) throws {
          try manager.createSymbolicLink(atPath: folder.file(name), withDestinationPath: target)
        }
        try link("out.txt", outside.file("secret.txt"))
        try link("out", outside.path)
        try link("dotdot", "../" + (outside.path as NSString).lastPathComponent)
        try link("in.txt", "real/a.txt")
        try link("loop", ".")
        try link("dead.txt", "nowhere")
        let reading = Reading(folder.path)
        #expect(reading.keys == ["real/a.txt"])
        #expect(reading.report.skipped == [.linkOutOfRoot: 4, .symbolicLink: 2])
        #expect(reading.problems.isEmpty)
        #expect(reading.isConsistent)
        // What the user names is followed.
        #expect(Reading(folder.file("in.txt")).articles.count == 1)
        #expect(Reading(folder.file("out")).keys == ["secret.txt"])
      }
    }
  }

  @Test func pipesDoNotBlock() throws {
    try withFolder { folder in
      try folder.write(article, to: "a.txt")
      #expect(mkfifo(folder.file("pipe.txt"), 0o600) == 0)
      let reading = Reading(folder.path)
      #expect(reading.keys == ["a.txt"])
      #expect(reading.report.skipped == [.notRegular: 1])
      let named = Reading(folder.file("pipe.txt"))
      #expect(named.kinds == [.notRegular])
      #expect(named.isConsistent)
    }
  }

  @Test func missingPaths() throws {
    try withFolder { folder in
      let good = try folder.write(article, to: "z.txt")
      let reading = Reading([folder.file("nowhere"), good, good + "/below"])
      #expect(reading.articles.count == 1)
      #expect(reading.kinds == [.notFound, .notFound])
      #expect(reading.problems.allSatisfy { $0.severity == .error && !$0.remedy.isEmpty })
      #expect(reading.report.inputs.failed == 2)
      #expect(reading.isConsistent)
    }
  }

  @Test(.enabled(if: getuid() != 0, "root may read everything")) func unreadableFiles() throws {
    try withFolder { folder in
      let path = try folder.write(article, to: "a.txt")
      try folder.write(article, to: "b.txt")
      try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
      let reading = Reading(folder.path)
      #expect(reading.keys == ["b.txt"])
      #expect(reading.kinds == [.unreadable])
      #expect(reading.problems.first?.path == path)
      #expect(reading.isConsistent)
    }
  }

  /// A file that opens and then cannot be read, as on a failing disk.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/mem")))
  func filesThatBreakWhileRead() throws {
    try withFolder { folder in
      let good = try folder.write(article, to: "a.txt")
      let reading = Reading([good, "/proc/self/mem"])
      #expect(reading.articles.count == 1)
      #expect(reading.kinds == [.unreadable])
      #expect(reading.problems.first?.severity == .error)
      #expect(reading.report.inputs.failed == 1)
      #expect(reading.isConsistent)
    }
  }

  @Test func emptyInputs() throws {
    try withFolder { folder in
      try folder.write("", to: "a.txt")
      try folder.write(" \n\r\n\t", to: "b.txt")
      try folder.write("\n\n", to: "c.jsonl")
      try folder.write([0xEF, 0xBB, 0xBF], to: "d.txt")
      try folder.write(gzipped([]), to: "e.txt.gz")
      let reading = Reading(folder.path)
      #expect(reading.articles.isEmpty)
      #expect(reading.kinds == Array(repeating: .empty, count: 5))
      #expect(reading.problems.allSatisfy { $0.severity == .warning })
      #expect(reading.report.skipped == [.empty: 5])
      #expect(reading.isConsistent)
    }
  }

  @Test func anEmptyFolderIsNoProblem() throws {
    try withFolder { folder in
      let reading = Reading(folder.path)
      #expect(reading.inputs.isEmpty && reading.problems.isEmpty && reading.isConsistent)
    }
  }

  @Test func binaryFiles() throws {
    try withFolder { folder in
      try folder.write(Array("Looks like text".utf8) + [0, 1, 2], to: "a.txt")
      try folder.write([0x7F, 0x45, 0x4C, 0x46, 1, 2, 3], to: "b.txt")
      try folder.write((0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7) }, to: "c.jsonl")
      try folder.write(
        Array((article + String(repeating: "x\n", count: 9000)).utf8) + [0], to: "d.txt")
      try folder.write(article, to: "e.txt")
      let reading = Reading(folder.path)
      #expect(reading.keys == ["e.txt"])
      #expect(reading.kinds == [.binary, .binary, .binary, .binary])
      #expect(reading.problems.first?.offset == 15)
      #expect(reading.report.inputs.failed == 4)
      #expect(reading.isConsistent)
    }
  }

  @Test func contentDecidesWhereNamesSayNothing() throws {
    try withFolder { folder in
      try folder.write(#"{"id":"1","title":"t"}"#, to: "lines")
      try folder.write(#"{"id":"2","title":"t"}"# + "\n", to: "lines.txt")
      try folder.write(
        "broken\n" + String(repeating: #"{"id":"3","title":"t"}"# + "\n", count: 5),
        to: "stream")
      try folder.write("[Photo] A title\n\nBody.", to: "photo")
      let reading = Reading(folder.path)
      #expect(reading.keys == ["1", "2", "photo", "3", "3", "3", "3", "3"])
      #expect(reading.kinds == [.invalidJSON])
    }
  }

  @Test func formatsByOption() throws {
    var options = ArticleReaderOptions()
    try withFolder { folder in
      let path = try folder.write("[1]\n" + #"{"title":"t"}"#, to: "page.md")
      options.format = .jsonLines
      #expect(Reading(path, options).articles.map(\.title) == ["t"])
      options.format = .text
      #expect(Reading(path, options).articles.map(\.title) == ["[1]"])
      #expect(Reading(folder.path, options).articles.count == 1)
    }
  }

  @Test func excludedFolders() throws {
    try withFolder { folder in
      try folder.write(article, to: "Index/a.txt")
      try folder.write(article, to: "b.txt")
      var options = ArticleReaderOptions()
      options.excludedDirectories = [folder.path + "/./Index"]
      let reading = Reading(folder.path, options)
      #expect(reading.keys == ["b.txt"])
      #expect(reading.report.skipped == [.excluded: 1])
    }
  }

  @Test func measuring() throws {
    try withFolder { folder in
      try folder.write(article, to: "a.txt")
      try folder.write(article, to: "b/c.txt")
      try folder.write(article, to: "b/photo.jpg")
      let (inputs, bytes) = ArchiveReader.measure(paths: [folder.path, "-"])
      #expect(inputs == 4)
      #expect(bytes == UInt64(2 * article.utf8.count))
    }
  }

  @Test func namesThatAreNotUTF8() throws {
    try withFolder { folder in
      let name = Array(folder.path.utf8) + Array("/caf".utf8) + [0xE9] + Array(".txt".utf8) + [0]
      let descriptor = name.withUnsafeBytes {
        open($0.baseAddress!.assumingMemoryBound(to: CChar.self), O_CREAT | O_WRONLY, 0o600)
      }
      try #require(descriptor >= 0)
      #expect(article.withCString { write(descriptor, $0, article.utf8.count) } > 0)
      close(descriptor)
      let reading = Reading(folder.path)
      #expect(reading.keys == [#"caf\xe9.txt"#])
      #expect(reading.isConsistent)
    }
  }

  @Test func problemsSayWhereWhatAndWhatToDo() {
    let problem = Problem(
      .error, .invalidJSON, path: "a.jsonl", line: 3, offset: 120, reason: "no JSON",
      remedy: "repair it")
    #expect(problem.description == "a.jsonl:3 (byte 120): no JSON; repair it")
    #expect(
      Problem(.warning, .empty, path: "a", reason: "no text", remedy: "").description
        == "a: no text")
    #expect(Problem.Severity.warning < .error)
    #expect(!(Problem.Severity.error < .warning))
  }

  @Test func provenanceAndStatus() throws {
    try withFolder { folder in
      let path = try folder.write(article, to: "a.txt")
      let reading = Reading(path)
      let input = try #require(reading.inputs.first)
      #expect(input.size == UInt64(article.utf8.count))
      let now = Int64(Date().timeIntervalSince1970 * 1e9)
      #expect((now - 600_000_000_000...now + 1_000_000_000).contains(input.modificationTime))
      let hash = Array(article.utf8).withUnsafeBytes { FowlerNollVo.hash($0) }
      #expect(
        reading.articles.first?.provenance
          == Provenance(path: path, offset: 0, contentHash: hash))
    }
  }
}
