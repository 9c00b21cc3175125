import LedeCodecs
import LedeIndexing
import LedeModel
import TestSupport
import Testing

/// What was read from where survives commits, rollbacks and merges.
@Suite struct LedgerTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func input(_ size: UInt64, isComplete: Bool = true) -> LedgerInput {
    LedgerInput(
      size: size, modificationTime: Int64(size) + 10, isSettled: true, isComplete: isComplete,
      contentHash: size + 20, rules: 7, articleCount: 1, refusedCount: 2)
  }

  @Test func rootsAndInputsAreRemembered() throws {
    do {
      let writer = try IndexWriter(directory: folder.path)
      let root = writer.record(root: "archive", at: "/data/archive", kind: .directory)
      #expect(writer.record(root: "-", at: "-", kind: .standardInput) != root)
      for (key, size) in [("b", 11), ("a/é", 10), ("a/e", 9)] as [(String, UInt64)] {
        _ = writer.beginInput(key, in: root)
        writer.record(input(size), of: key, in: root)
      }
      try writer.commit()
      writer.record(input(99), of: "b", in: root)
      writer.rollback()
    }
    let writer = try IndexWriter(directory: folder.path)
    let root = writer.record(root: "./archive", at: "/data/archive", kind: .directory)
    #expect(writer.knownInputs(in: root) == ["b": input(11), "a/é": input(10), "a/e": input(9)])
    #expect(writer.knownInput("b", in: root) == input(11))
    #expect(writer.knownInput("c", in: root) == nil)
    writer.recordUnchanged("b", in: root, modificationTime: 5, isSettled: false)
    #expect(writer.knownInput("b", in: root)?.isSettled == false)
    try writer.commit()
    let ledger = try DecodedIndex(folder.path).ledger
    #expect(ledger.roots.map(\.path) == ["./archive", "-"])
    #expect(ledger.roots[0].inputs.map(\.key) == ["a/e", "a/é", "b"])
    #expect(ledger.roots[0].inputs.map(\.number) == [3, 2, 1] && ledger.nextInput == 4)
    try expectVerified(folder.path, "with a ledger")
  }

  @Test func nothingNewWritesNothing() throws {
    let writer = try IndexWriter(directory: folder.path)
    let root = writer.record(root: "a", at: "/a", kind: .file)
    _ = writer.beginInput("a", in: root)
    writer.record(input(1), of: "a", in: root)
    let generation = try writer.commit().generation
    #expect(writer.record(root: "a", at: "/a", kind: .file) == root)
    writer.recordUnchanged("a", in: root, modificationTime: 11, isSettled: true)
    #expect(try writer.commit().generation == generation)
  }

  /// Which input a document came from is found again after flushes, merges and reorderings.
  @Test(arguments: [1, 64 << 20]) func documentsKnowTheirInput(memoryBudget: Int) throws {
    var options = IndexWriterOptions(memoryBudget: memoryBudget)
    options.mergesSegments = false
    let writer = try IndexWriter(directory: folder.path, options: options)
    let root = writer.record(root: "archive", at: "/archive", kind: .directory)
    let first = writer.beginInput("first.jsonl", in: root)
    let second = writer.beginInput("second.jsonl", in: root)
    var expected: [String: UInt64] = [:]
    for number in 0..<60 {
      let key = "k\(number)"
      let input = number % 7 == 0 ? nil : number % 3 == 0 ? second : first
      expected[key] = input == nil ? 0 : input == first ? 1 : 2
      try writer.add(Article(key: key, body: "text of \(key) \(number % 5)"), from: input)
    }
    for number in [3, 8, 14, 50] {
      try writer.delete(key: "k\(number)")
      expected["k\(number)"] = nil
    }
    try writer.commit()
    #expect(try inputs() == expected)
    try writer.optimize(reordering: true)
    #expect(try inputs() == expected)
    try expectVerified(folder.path, "after reordering")
  }

  @Test func takingTheKeyOfAnotherInputIsSaid() throws {
    let writer = try IndexWriter(directory: folder.path, options: .init(memoryBudget: 1))
    let root = writer.record(root: "archive/", at: "/archive", kind: .directory)
    let first = writer.beginInput("first", in: root)
    #expect(try writer.add(Article(key: "k", body: "one"), from: first) == .added)
    #expect(try writer.add(Article(key: "k", body: "two"), from: first) == .replaced)
    let second = writer.beginInput("second", in: root)
    #expect(try writer.add(Article(key: "k", body: "three"), from: second) == .overtook(first))
    #expect(try writer.add(Article(key: "k", body: "four")) == .overtook(second))
    #expect(try writer.add(Article(key: "k", body: "five"), from: first) == .replaced)
    #expect(writer.path(of: first) == "archive/first")
    try writer.commit()
    let inputs = try DecodedIndex(folder.path).ledger.roots[0].inputs
    #expect(inputs.map { $0.state.contains(.overtaken) } == [true, true])
    _ = writer.beginInput("first", in: root)
    try writer.commit()
    let again = try DecodedIndex(folder.path).ledger.roots[0].inputs
    #expect(again.map { $0.state.contains(.overtaken) } == [false, true])
  }

  private func inputs() throws -> [String: UInt64] {
    var found: [String: UInt64] = [:]
    for segment in try DecodedIndex(folder.path).segments {
      for doc in 0..<UInt32(segment.docCount) where segment.isLive(doc) {
        found[try segment.keys.key(of: doc)] = segment.input(of: doc)
      }
    }
    return found
  }
}
