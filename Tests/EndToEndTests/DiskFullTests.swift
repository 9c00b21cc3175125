import Foundation
import Lede
import TestSupport
import Testing

/// A disk that is full, or a file that may not grow, leaves the last commit and says so.
@Suite struct DiskFullTests {
  /// Files may not grow past a limit, which cuts a write short and then fails it.
  @Test func aFileThatMayNotGrowLeavesTheLastCommit() throws {
    let scratch = try TemporaryDirectory()
    let index = try Archives.index(12, in: scratch)
    let more = try scratch.write(Archives.jsonLines(900, prefix: "b"), to: "more.jsonl")
    var refusals = 0
    for blocks in [0, 1, 2, 4, 8, 16, 24, 32] {
      // Units of 512 bytes in sh. Ignored, the signal becomes EFBIG.
      let script = "trap '' XFSZ; ulimit -f \(blocks); exec \"$0\" index \"$1\" --index \"$2\" -q"
      let result = try Subprocess.run("/bin/sh", ["-c", script, LedeBinary.path, more, index])
      guard result.status != 0 else { continue }
      refusals += 1
      try expectLastCommit(index)
    }
    #expect(refusals >= 4)
    // Without the limit the same index goes on.
    #expect(try LedeBinary.run("index", more, "--index", index, "--quiet").status == 0)
    #expect(try LedeBinary.run("verify", "--index", index).status == 0)
  }

  /// A real file system that fills up, where this process may mount one.
  @Test func aFullDiskLeavesTheLastCommit() throws {
    let scratch = try TemporaryDirectory()
    let disk = scratch.file("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
    let size = ["-t", "tmpfs", "-o", "size=256k", "tmpfs", disk]
    guard try Subprocess.run("/usr/bin/env", ["mount"] + size).status == 0 else {
      print("a full disk is not tried: mounting needs root")
      return
    }
    defer { _ = try? Subprocess.run("/usr/bin/env", ["umount", disk]) }
    let index = disk + "/index"
    let file = try scratch.write(Archives.jsonLines(12), to: "articles.jsonl")
    #expect(try LedeBinary.run("index", file, "--index", index, "--quiet").status == 0)
    let more = try scratch.write(Archives.jsonLines(9_000, prefix: "b"), to: "more.jsonl")
    let result = try LedeBinary.run("index", more, "--index", index, "--quiet")
    #expect(result.status == 2)
    #expect(result.errorText.contains("No space left"), "\(result.errorText)")
    try expectLastCommit(index)
    // The next writer clears away what was left, and a small archive fits again.
    let few = try scratch.write(Archives.jsonLines(3, prefix: "c"), to: "few.jsonl")
    #expect(try LedeBinary.run("index", few, "--index", index, "--quiet").status == 0)
    #expect(try Searcher.open(directory: index).statistics.documents == 15)
  }

  private func expectLastCommit(_ index: String) throws {
    #expect(try Searcher.open(directory: index).statistics.documents == 12)
    var faults: [String] = []
    _ = try IndexVerifier.verify(directory: index) {
      if $0.isFault { faults.append($0.description) }
    }
    #expect(faults == [])
  }

  private func holdsLock(_ process: Int32) throws -> Bool {
    try String(contentsOfFile: "/proc/locks", encoding: .utf8).split(separator: "\n").contains {
      let fields = $0.split(separator: " ")
      return fields.contains("FLOCK") && fields.contains("\(process)")
    }
  }

  /// A process that waits for its input holds the lock; a second writer is refused.
  @Test func aSecondWriterIsRefused() throws {
    let scratch = try TemporaryDirectory()
    let index = try Archives.index(3, in: scratch)
    let first = Process()
    first.executableURL = URL(fileURLWithPath: LedeBinary.path)
    first.arguments = ["index", "-", "--index", index, "--quiet"]
    let input = Pipe()
    first.standardInput = input
    first.standardError = FileHandle.nullDevice
    try first.run()
    let line = #"{"id":"z","title":"from the pipe","body":"text"}"# + "\n"
    try input.fileHandleForWriting.write(contentsOf: Data(line.utf8))
    let file = try scratch.write(Archives.jsonLines(2, prefix: "d"), to: "d.jsonl")
    // Asked of the kernel: a second writer that came too early would itself lock the first one out.
    for _ in 0..<3000 where try !holdsLock(first.processIdentifier) { usleep(10_000) }
    #expect(try holdsLock(first.processIdentifier), "the first writer never took the lock")
    let second = try LedeBinary.run("optimize", "--index", index)
    #expect(second.status == 2)
    #expect(second.errorText.contains("locked"), "\(second.errorText)")
    #expect(try LedeBinary.run("index", file, "--index", index, "--quiet").status == 2)
    try input.fileHandleForWriting.close()
    first.waitUntilExit()
    #expect(first.terminationStatus == 0)
    #expect(try LedeBinary.run("index", file, "--index", index, "--quiet").status == 0)
    #expect(try Searcher.open(directory: index).statistics.documents == 6)
  }
}
