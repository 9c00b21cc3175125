import LedeIndexing
import LedeModel
import LedeStorage
import TestSupport

/// A short life of an index, with everything that changes files in it.
struct Scenario {
  enum Step {
    case open
    /// Adds or replaces the articles of some numbers.
    case add(Range<Int>)
    case delete([Int])
    case commit
    case optimize
    case rollback
  }

  static let directory = "index"

  /// Index, commit, update, delete, commits that merge, optimize, rollback, reopen.
  static let steps: [Step] = [
    .open, .add(0..<5), .commit,
    .add(3..<8), .delete([0, 6]), .commit,
    .open, .add(8..<10), .rollback, .add(2..<4), .commit,
    .optimize,
    .open, .delete([1]), .commit, .add(10..<12), .commit, .add(12..<13), .delete([12]), .commit,
    .optimize, .open,
  ]

  static let options = {
    // A segment holds two or three articles, so that a commit has several.
    var options = IndexWriterOptions(memoryBudget: 40_000)
    options.mergesSegments = true
    return options
  }()

  /// An article that differs each time it is written.
  static func article(_ number: Int, version: Int) -> Article {
    Article(
      key: "key \(number)", title: "title \(number)",
      body: "version \(version) of the article \(number), with words of its own: w\(number)")
  }
}

/// A writer at work on a scenario, and what it should have written.
final class ScenarioRun {
  let fileSystem: any FileSystem
  let directory: String
  private(set) var writer: IndexWriter?
  /// Articles of the last commit that was seen to succeed, or was found on the disk.
  private(set) var committed: Contents = [:]
  /// The same with what was done since.
  private(set) var pending: Contents = [:]
  private var version = 0
  /// Called before a step with all states that the disk may hold until the next call, and after it.
  var onStates: ([Contents]) -> Void = { _ in }

  init(_ fileSystem: any FileSystem, directory: String = Scenario.directory) {
    self.fileSystem = fileSystem
    self.directory = directory
  }

  /// Takes a step; afterwards the disk holds `committed`. What it throws is the writer's error.
  func take(_ step: Scenario.Step) throws {
    switch step {
    case .open:
      // The lock goes first.
      writer = nil
      pending = committed
      writer = try IndexWriter(
        directory: directory, options: Scenario.options, fileSystem: fileSystem)
    case .add(let numbers):
      for number in numbers {
        version += 1
        let article = Scenario.article(number, version: version)
        try writer?.add(article)
        pending[article.key] = article.body
      }
    case .delete(let numbers):
      for number in numbers {
        let key = "key \(number)"
        try writer?.delete(key: key)
        pending[key] = nil
      }
    case .commit, .optimize:
      onStates([committed, pending])
      if case .optimize = step { try writer?.optimize() } else { try writer?.commit() }
      committed = pending
      onStates([committed])
    case .rollback:
      writer?.rollback()
      pending = committed
    }
  }

  /// What a step throws as the writer's error; nil when it succeeds.
  func failure(of step: Scenario.Step) throws -> IndexingError? {
    do {
      try take(step)
      return nil
    } catch let error as IndexingError { return error }
  }

  /// Goes back to the last commit after an error, which the disk shows to be `found`.
  func recover(finding found: Contents) throws {
    committed = found
    pending = found
    if let writer {
      writer.rollback()
    } else {
      try take(.open)
    }
  }

  func close() { writer = nil }
}
