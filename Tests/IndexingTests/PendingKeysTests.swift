import LedeIndexing
import LedeModel
import TestSupport
import Testing

/// Which document of the segment being built has a key: keys that ascend take a path without a table.
@Suite struct PendingKeysTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private static func article(_ key: String, _ version: Int) -> Article {
    Article(key: key, body: "version \(version) of \(key)")
  }

  /// Numbers, paths with numbers, and dates ascend; the last key once more, or a lower one, ends that.
  @Test(
    arguments: [
      ["1", "9", "10", "99", "100"],
      ["a.jsonl#1", "a.jsonl#2", "a.jsonl#10"],
      ["2020-01-01", "2020-01-02", "2020-02-01"],
      ["b", "aa", "ab", "aaa"],
    ], [0, 1, 2])
  func aKeyThatComesAgainReplaces(keys: [String], place: Int) throws {
    let writer = try IndexWriter(directory: folder.path)
    var model = try ModelIndex(.english)
    let again = [keys[keys.count - 1], keys[0], keys[keys.count / 2]][place]
    for key in keys + [again, again + "0", keys[0]] {
      let article = Self.article(key, model.order.count)
      let outcome = try writer.add(article)
      #expect((outcome == .added) == !model.add(article), "\(key)")
    }
    try writer.commit()
    try expect(folder.path, equals: model, "\(keys), again \(again)")
  }

  @Test func keysAreFoundAndDeletedBeforeTheCommit() throws {
    let writer = try IndexWriter(directory: folder.path)
    var model = try ModelIndex(.english)
    for key in ["1", "2", "10", "20"] {
      try writer.add(Self.article(key, 0))
      model.add(Self.article(key, 0))
    }
    for key in ["0", "3", "30", "100"] {
      #expect(try !writer.contains(key: key))
      #expect(try !writer.delete(key: key))
    }
    for key in ["20", "2"] {
      #expect(try writer.contains(key: key))
      #expect(try writer.delete(key: key) == model.delete(key))
      #expect(try !writer.contains(key: key))
    }
    try writer.add(Self.article("2", 1))
    model.add(Self.article("2", 1))
    try writer.commit()
    try expect(folder.path, equals: model, "deleted and added again")
  }
}
