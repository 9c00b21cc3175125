import DiskSimulation
import Foundation
import LedeIndexing
import LedeStorage
import TestSupport
import Testing

/// Every call of every kind fails once, with several errors: the index stays the last commit or the
/// one before, and the writer goes on after a rollback.
@Suite struct FaultMatrixTests {
  private static let errors: [FileOperation: [Int32]] = [
    .create: [ENOSPC, EMFILE, EACCES], .write: [ENOSPC, EIO, EFBIG], .synchronize: [EIO, ENOSPC],
    .close: [EIO, ENOSPC], .map: [EIO, EMFILE, ENOMEM], .rename: [EIO, ENOSPC, EACCES],
    .remove: [EIO, EACCES], .createDirectory: [EACCES, ENOSPC], .list: [EIO, EMFILE],
    .synchronizeDirectory: [EIO, ENOSPC], .lock: [EACCES, ENOSPC],
  ]

  /// Calls of a kind that the whole scenario makes.
  private static func callCount(_ operations: Set<FileOperation>) throws -> Int {
    let disk = FaultyFileSystem(SimulatedDisk())
    disk.operations = operations
    let run = ScenarioRun(disk)
    for step in Scenario.steps { try run.take(step) }
    return disk.count
  }

  @Test(arguments: FileOperation.allCases, [true, false])
  func oneFailureLeavesACommit(operation: FileOperation, keepsFailing: Bool) throws {
    let calls = try Self.callCount([operation])
    #expect(calls > 0, "the scenario has no \(operation)")
    var runs = 0
    var failures = 0
    for point in 0..<calls {
      for error in Self.errors[operation] ?? [EIO] {
        let disk = SimulatedDisk()
        let faulty = FaultyFileSystem(disk)
        faulty.operations = [operation]
        faulty.keepsFailing = keepsFailing
        faulty.error = error
        faulty.remaining = point
        runs += 1
        failures += try Self.survive(
          faulty, over: disk, heal: { faulty.remaining = nil },
          "\(operation) \(point) of \(calls) fails with errno \(error), for ever: \(keepsFailing)")
      }
    }
    print("FAULTS \(operation) for ever \(keepsFailing): \(runs) runs, \(failures) errors thrown")
    #expect(runs >= calls)
  }

  /// Runs the scenario to its end, recovering from each error; returns how many there were.
  ///
  /// - Parameter heal: makes `faulty` work again.
  static func survive(
    _ faulty: any FileSystem, over disk: any FileSystem, directory: String = Scenario.directory,
    heal: () -> Void, _ comment: Comment
  ) throws -> Int {
    let run = ScenarioRun(faulty, directory: directory)
    var errors = 0
    for step in Scenario.steps {
      guard let error = try run.failure(of: step) else { continue }
      errors += 1
      try recover(run, over: disk, directory, heal, "\(comment): \(error)")
    }
    let errorCount = errors
    #expect(errorCount < 5, comment)
    heal()
    #expect(try contents(of: disk, directory) == run.committed, comment)
    // A writer that was opened on a disk that works leaves nothing behind but the index.
    try run.take(.open)
    run.close()
    #expect(try findings(in: disk, directory, faultsOnly: false) == [], comment)
    return errorCount
  }

  private static func recover(
    _ run: ScenarioRun, over disk: any FileSystem, _ directory: String, _ heal: () -> Void,
    _ comment: Comment
  ) throws {
    let found = try contents(of: disk, directory)
    #expect([run.committed, run.pending].contains(found), comment)
    #expect(try findings(in: disk, directory, faultsOnly: true) == [], comment)
    heal()
    try run.recover(finding: found)
    #expect(run.writer?.documentCount == found.count, comment)
  }

  /// The same on a real disk, for fewer points: nothing that was opened stays open.
  @Test(arguments: FileOperation.allCases)
  func noDescriptorLeaks(operation: FileOperation) throws {
    let calls = try Self.callCount([operation])
    for point in stride(from: 0, to: calls, by: max(1, calls / 6)) {
      let folder = try TemporaryDirectory()
      let disk = PosixFileSystem()
      let faulty = FaultyFileSystem(disk)
      faulty.operations = [operation]
      faulty.remaining = point
      _ = try Self.survive(
        faulty, over: disk, directory: folder.file("index"), heal: { faulty.remaining = nil },
        "\(operation) \(point) on a disk")
      let open = try Self.openFiles(below: folder.path)
      #expect(open == [], "\(operation) \(point)")
    }
  }

  /// Paths below a folder that this process has open or mapped.
  static func openFiles(below folder: String) throws -> [String] {
    var open: [String] = []
    for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
      let target = try? FileManager.default.destinationOfSymbolicLink(
        atPath: "/proc/self/fd/" + name)
      if let target, target.hasPrefix(folder) { open.append(target) }
    }
    let maps = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
    open += maps.split(separator: "\n").filter { $0.contains(folder) }.map(String.init)
    return open
  }
}
