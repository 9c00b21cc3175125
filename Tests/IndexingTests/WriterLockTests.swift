import LedeAnalysis
import LedeIndexing
import LedeModel
import LedeStorage
import TestSupport
import Testing

@Suite struct WriterLockTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  @Test func oneWriterAtATime() throws {
    do {
      let first = try IndexWriter(directory: folder.path)
      do {
        _ = try IndexWriter(directory: folder.path)
        Issue.record("two writers hold one index")
      } catch {
        #expect(error == .locked(path: folder.file("lock")))
      }
      try first.add(Article(key: "a", body: "one"))
      try first.commit()
    }
    #expect(try IndexWriter(directory: folder.path).documentCount == 1)
  }

  @Test func aDeadHolderLocksNobodyOut() throws {
    // A process that takes the lock as the writer does, says so and is killed.
    try folder.write("", to: "lock")
    let script =
      "exec 9>>'\(folder.file("lock"))'; flock -n 9 || exit 3; kill -9 $$"
    let result = try Subprocess.run("/bin/sh", ["-c", script])
    #expect(result.status == 128 + 9)
    #expect(try IndexWriter(directory: folder.path).documentCount == 0)
  }

  @Test func anotherProcessIsLockedOut() throws {
    let script = "exec 9>>'\(folder.file("lock"))'; flock -n 9"
    do {
      let writer = try IndexWriter(directory: folder.path)
      #expect(try Subprocess.run("/bin/sh", ["-c", script]).status != 0)
      #expect(writer.documentCount == 0)
    }
    #expect(try Subprocess.run("/bin/sh", ["-c", script]).status == 0)
  }

  @Test func anotherAnalyzerIsRefused() throws {
    do {
      let writer = try IndexWriter(directory: folder.path)
      try writer.add(Article(key: "a", body: "running"))
      try writer.commit()
    }
    let names = try folder.list()
    do {
      _ = try IndexWriter(
        directory: folder.path, options: IndexWriterOptions(language: .none))
      Issue.record("an index of two analyzers")
    } catch {
      guard case .analyzerMismatch(_, let index, let writer) = error else { throw error }
      #expect(index?.language == .english)
      #expect(writer.language == .none)
      #expect(error.description.contains(folder.path))
    }
    do {
      _ = try IndexWriter(
        directory: folder.path, options: IndexWriterOptions(storesText: false))
      Issue.record("an index with and without texts")
    } catch {
      #expect(error == .storedTextMismatch(directory: folder.path, indexStoresText: true))
    }
    #expect(try folder.list() == names)
  }
}
