import DiskSimulation
import Foundation
import LedeStorage
import TestSupport
import Testing

/// Signals and short writes stay below the file layer; calls that fail there leave a commit.
@Suite struct UnreliableKernelTests {
  private typealias Kernel = UnreliableKernel

  /// Takes every step of the scenario over a kernel; returns the files that it leaves.
  private static func files(_ kernel: Kernel) throws -> [String: [UInt8]] {
    let folder = try TemporaryDirectory()
    let directory = folder.file("index")
    let run = ScenarioRun(PosixFileSystem(calls: kernel.calls), directory: directory)
    for step in Scenario.steps { try run.take(step) }
    run.close()
    try demand(try contents(of: PosixFileSystem(), directory) == run.committed, "another commit")
    return Dictionary(
      uniqueKeysWithValues: try folder.list("index").map { ($0, try folder.read("index/" + $0)) })
  }

  /// Each call is interrupted twice before it works, and what then works of a write is a half.
  @Test func signalsAndShortWritesGoUnnoticed() throws {
    let expected = try Self.files(Kernel())
    let kernel = Kernel { call, number in
      // A close is not made again.
      if call == .close { return number % 2 == 0 ? .error(EINTR) : nil }
      return number % 3 < 2 ? .error(EINTR) : call == .write ? .short : nil
    }
    #expect(try Self.files(kernel) == expected)
    print("SIGNALS \(kernel.faultCount) calls interrupted or cut short")
    #expect(kernel.faultCount > 1000)
  }

  @Test(arguments: UnreliableKernel.Call.allCases)
  func oneInterruptedCallGoesUnnoticed(call: UnreliableKernel.Call) throws {
    let sound = Kernel()
    let expected = try Self.files(sound)
    let calls = sound.count(of: call)
    #expect(calls > 0)
    for point in stride(from: 0, to: calls, by: max(1, calls / 6)) {
      let kernel = Kernel { $0 == call && $1 == point ? .error(EINTR) : nil }
      try demand(try Self.files(kernel) == expected, "\(call) \(point) of \(calls)")
      try demand(kernel.faultCount == 1, "\(call) \(point) of \(calls) was not made")
    }
  }

  /// From the n-th call of a kind on all fail, a write after it has taken a half.
  @Test(arguments: UnreliableKernel.Call.allCases)
  func failingCallsLeaveACommit(call: UnreliableKernel.Call) throws {
    let sound = Kernel()
    _ = try Self.files(sound)
    let calls = sound.count(of: call)
    var errors = 0
    for point in stride(from: 0, to: calls, by: max(1, calls / 6)) {
      let folder = try TemporaryDirectory()
      let kernel = Kernel {
        if $0 != call || $1 < point { return nil }
        return call == .write && $1 == point ? .short : .error(call == .write ? ENOSPC : EIO)
      }
      errors += try FaultMatrixTests.survive(
        PosixFileSystem(calls: kernel.calls), over: PosixFileSystem(),
        directory: folder.file("index"), heal: kernel.heal, "\(call) \(point) of \(calls)")
      #expect(try FaultMatrixTests.openFiles(below: folder.path) == [], "\(call) \(point)")
    }
    print("CALLS \(call): \(calls) in the scenario, \(errors) errors thrown")
    // A file that cannot be removed is left to the next writer.
    #expect(errors > 0 || call == .unlink)
  }

  /// A write that takes nothing is an error, not an endless loop.
  @Test func aWriteThatTakesNothingFails() throws {
    let folder = try TemporaryDirectory()
    var calls = SystemCalls()
    calls.write = { _, _ in 0 }
    let files = PosixFileSystem(calls: calls)
    let file = try files.create(folder.file("data"))
    #expect(throws: StorageError.io(operation: "write", path: file.path, errno: EIO)) {
      try [1, 2, 3].withUnsafeBytes { try files.write($0, to: file) }
    }
    try files.close(file)
  }

  /// A child between fork and exec has the lock's file open as well.
  @Test func aLockGoesThoughItsFileIsStillOpen() throws {
    let folder = try TemporaryDirectory()
    let copy = Copy()
    var calls = SystemCalls()
    calls.open = { path, flags in
      let descriptor = SystemCalls().open(path, flags)
      copy.descriptor = dup(Int32(descriptor))
      return descriptor
    }
    var first: FileLock? = try PosixFileSystem(calls: calls).lock(folder.file("lock"))
    defer { close(copy.descriptor) }
    #expect(throws: StorageError.locked(path: folder.file("lock"))) {
      try PosixFileSystem().lock(folder.file("lock"))
    }
    withExtendedLifetime(first) {}
    first = nil
    #expect(throws: Never.self) { try PosixFileSystem().lock(folder.file("lock")) }
  }

  private final class Copy: @unchecked Sendable { var descriptor: Int32 = -1 }
}
