import Foundation
import LedeIndexing
import LedeModel
import LedeSearching
import TestSupport
import Testing

/// Readers that open and search while a writer replaces, deletes, commits and merges see one commit
/// each, whole.
@Suite struct ReadersAndWritersTests {
  private static let count = 30

  /// The writer goes on until each reader has seen enough, however busy the machine is.
  @Test func readersSeeOneCommit() throws {
    let folder = try TemporaryDirectory()
    let directory = folder.file("index")
    try Self.write(directory, version: 0)
    let readers = (0..<2).map { _ in Reader { try Self.read(directory) } }
    defer { for reader in readers { reader.stop() } }
    var version = 1
    while version < 25 || readers.contains(where: { $0.isReading && $0.opened < 10 }) {
      try Self.write(directory, version: version)
      version += 1
    }
    for reader in readers {
      reader.stop()
      #expect(reader.failure == nil)
      #expect(reader.opened >= 10)
    }
  }

  private static func write(_ directory: String, version: Int) throws {
    let writer = try IndexWriter(
      directory: directory, options: IndexWriterOptions(memoryBudget: 60_000))
    for number in 0..<count {
      let text = "common version\(version) body of article \(number)"
      try writer.add(Article(key: "key \(number)", title: "title", body: text))
    }
    try writer.delete(key: "key \(version % count)")
    if version % 3 == 0 { try writer.optimize() } else { try writer.commit() }
  }

  /// Every article of a snapshot has the version of its commit, and one is deleted.
  private static func read(_ directory: String) throws {
    let searcher = try Searcher.open(directory: directory)
    let results = try searcher.search(
      QueryParser.parse("common"), options: SearchOptions(limit: 100, countsExactly: true))
    try demand(results.total == count - 1, "\(results.total) of \(count - 1) articles")
    var versions: Set<String> = []
    for hit in results.hits {
      let body = try searcher.article(key: hit.key)?.body ?? ""
      versions.formUnion(
        body.split(separator: " ").filter { $0.hasPrefix("version") }.map(String.init))
    }
    try demand(versions.count == 1, "one snapshot holds \(versions)")
    if let version = versions.first {
      let found = try searcher.count(QueryParser.parse(version))
      try demand(found == count - 1, "\(version) is found \(found) times")
    }
  }

  /// A thread of its own, since those of tasks are shared with other tests, which may hold all.
  private final class Reader: @unchecked Sendable {
    // Guards what follows.
    private let state = NSCondition()
    private var count = 0
    private var mayRead = true
    private var hasEnded = false
    private var error: String?

    init(_ read: @escaping @Sendable () throws -> Void) {
      Thread.detachNewThread { [self] in
        while state.withLock({ mayRead }) {
          do {
            try read()
            state.withLock { count += 1 }
          } catch {
            state.withLock {
              self.error = "\(error)"
              mayRead = false
            }
          }
        }
        state.withLock {
          hasEnded = true
          state.broadcast()
        }
      }
    }

    var opened: Int { state.withLock { count } }
    var isReading: Bool { state.withLock { mayRead } }
    var failure: String? { state.withLock { error } }

    /// Ends the thread and waits for it.
    func stop() {
      state.withLock {
        mayRead = false
        while !hasEnded { state.wait() }
      }
    }
  }
}
