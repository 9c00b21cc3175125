import Foundation
import LedeArticles
import TestSupport
import Testing

/// Inputs that were read before are passed over while they are unchanged.
@Suite struct KnownInputTests {
  private static let long = Date(timeIntervalSince1970: 1_600_000_000)

  /// Two files, last modified long ago, as a first reading finds them.
  private func archive(_ folder: TemporaryDirectory) throws -> Reading {
    try folder.write("A title\n\nBody text.\n", to: "a.txt")
    try folder.write(#"{"id":"x","title":"t"}"# + "\n" + #"{"title":"u"}"# + "\n", to: "b.jsonl")
    for name in ["a.txt", "b.jsonl"] { try age(folder.file(name), Self.long) }
    return Reading(folder.path)
  }

  private func age(_ path: String, _ date: Date) throws {
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
  }

  /// What a ledger would remember of a reading.
  private func known(_ reading: Reading) -> KnownInputs {
    var roots: [String: [String: KnownInput]] = [:]
    for input in reading.inputs where input.outcome == .read || input.outcome == .unchanged {
      roots[input.place.root, default: [:]][input.key] = KnownInput(
        size: input.fileSize, modificationTime: input.isSettled ? input.modificationTime : nil,
        contentHash: input.contentHash)
    }
    return KnownInputs(roots)
  }

  @Test func unchangedFilesAreNotOpened() throws {
    try withFolder { folder in
      let first = try archive(folder)
      #expect(first.articles.count == 3 && first.inputs.allSatisfy { $0.isSettled })
      #expect(first.begun == first.inputs.map(\.place))
      // Readable by nobody: opening one would be a problem. Root reads them all the same.
      for name in ["a.txt", "b.jsonl"] {
        try FileManager.default.setAttributes(
          [.posixPermissions: 0], ofItemAtPath: folder.file(name))
      }
      let second = Reading([folder.path], known: known(first))
      #expect(second.inputs.map(\.outcome) == [.unchanged, .unchanged])
      #expect(second.articles.isEmpty && second.begun.isEmpty && second.problems.isEmpty)
      #expect(second.report.inputs.unchanged == 2 && second.isConsistent)
      #expect(second.report.bytesRead == 0)
      #expect(ArchiveReader.measure(paths: [folder.path], known: known(first)) == (2, 0))
    }
  }

  @Test func aTouchedFileIsComparedAndAChangedOneIsRead() throws {
    try withFolder { folder in
      let first = try archive(folder)
      try age(folder.file("a.txt"), Self.long + 10)
      // Of the same size.
      try folder.write(#"{"id":"y","title":"t"}"# + "\n" + #"{"title":"u"}"# + "\n", to: "b.jsonl")
      try age(folder.file("b.jsonl"), Self.long + 20)
      let second = Reading([folder.path], known: known(first))
      #expect(second.inputs.map(\.outcome) == [.unchanged, .read])
      #expect(second.keys == ["y", "b.jsonl#2"])
      #expect(second.inputs[0].modificationTime == 1_600_000_010_000_000_000)
      #expect(second.inputs[0].isSettled)
      #expect(second.report.bytesRead > 0)
      let third = Reading([folder.path], known: known(second))
      #expect(third.inputs.map(\.outcome) == [.unchanged, .unchanged])
      #expect(third.report.bytesRead == 0)
    }
  }

  /// The clock of a file system is coarse: a second change right after the first may not show.
  @Test func aFileModifiedJustBeforeIsNotTrusted() throws {
    try withFolder { folder in
      _ = try archive(folder)
      let now = Date()
      for date in [now, now + 3600] {
        try age(folder.file("a.txt"), date)
        let first = Reading(folder.path)
        #expect(first.inputs.map(\.isSettled) == [false, true])
        // Changed within the same tick, size and all.
        try folder.write("A title\n\nBody tExt.\n", to: "a.txt")
        try age(folder.file("a.txt"), date)
        let second = Reading([folder.path], known: known(first))
        #expect(second.inputs.map(\.outcome) == [.read, .unchanged])
        #expect(second.bodies == ["Body tExt."])
        try folder.write("A title\n\nBody text.\n", to: "a.txt")
      }
    }
  }

  /// A reading that ended at any checkpoint goes on behind it, and only if those records are the same.
  @Test func anInterruptedReadingGoesOn() throws {
    try withFolder { folder in
      let lines = (0..<2500).map { #"{"id":"k\#($0)","title":"t"}"# + "\n" }
      let path = try folder.write(lines.joined(), to: "a.jsonl")
      try age(path, Self.long)
      let whole = Reading(path)
      #expect(whole.checkpoints.map(\.recordCount) == [1000, 2000] && whole.isConsistent)
      for point in whole.checkpoints {
        var known = KnownInput(
          size: point.fileSize, modificationTime: point.modificationTime,
          contentHash: point.contentHash, recordsSoFar: point.recordCount)
        let place = point.place
        let rest = Reading([path], known: KnownInputs([place.root: [place.key: known]]))
        #expect(rest.keys == Array(whole.keys[point.recordCount...]))
        #expect(rest.begun.isEmpty && rest.resumed == [place])
        #expect(rest.inputs.first?.contentHash == whole.inputs.first?.contentHash)
        #expect(rest.inputs.first?.articleCount == 2500)
        known.contentHash += 1
        let other = Reading([path], known: KnownInputs([place.root: [place.key: known]]))
        #expect(other.keys == whole.keys && other.resumed.isEmpty && other.isConsistent)
        known.recordsSoFar = 3000
        let short = Reading([path], known: KnownInputs([place.root: [place.key: known]]))
        #expect(short.keys == whole.keys && short.isConsistent)
      }
    }
  }

  @Test func whatIsNotAFileAnyMoreIsReported() throws {
    try withFolder { folder in
      let first = try archive(folder)
      try FileManager.default.removeItem(atPath: folder.file("a.txt"))
      try FileManager.default.createSymbolicLink(
        atPath: folder.file("a.txt"), withDestinationPath: folder.file("b.jsonl"))
      let second = Reading([folder.path], known: known(first))
      #expect(second.inputs.map(\.outcome) == [.skipped(.symbolicLink), .unchanged])
    }
  }

  @Test func optionsThatMakeOtherArticlesHaveOtherRules() throws {
    let plain = ArticleReaderOptions()
    var text = plain
    text.format = .text
    var mapped = plain
    try mapped.fields.map("title=headline2")
    var folders = plain
    folders.excludedDirectories = ["Index"]
    #expect(Set([plain.rules, text.rules, mapped.rules]).count == 3)
    #expect(folders.rules == plain.rules)
    #expect(ArticleReaderOptions().rules == plain.rules)
  }
}
