import LedeStorage
import Synchronization
import TestSupport
import Testing

@Suite struct FileSystemTests {
  private let files = PosixFileSystem()
  private let scratch: TemporaryDirectory

  init() throws { scratch = try TemporaryDirectory("lede-storage") }

  @Test func whatIsAppendedCanBeMapped() throws {
    let path = scratch.file("data")
    var file = try AppendFile(fileSystem: files, path: path)
    var expected: [UInt8] = []
    // Below, at and above what is written at once, and a file of more than one page.
    for size in [0, 1, 4095, 262_145, 2_097_151, 2_097_152, 2_097_153, 600_000, 5_000_000, 3] {
      let chunk = (0..<size).map { UInt8(truncatingIfNeeded: $0 &+ size) }
      try chunk.withUnsafeBytes { try file.append($0) }
      expected += chunk
      #expect(file.offset == UInt64(expected.count))
    }
    try file.sync()
    try file.close()
    let mapped = try files.map(path)
    #expect(Array(mapped.bytes) == expected)
  }

  /// The kernel keeps what is written so in huge pages, where it can, and maps them whole.
  @Test func writesAreWholeHugePages() throws {
    let sizes = Mutex<[Int]>([])
    var calls = SystemCalls()
    let write = calls.write
    calls.write = { descriptor, bytes in
      sizes.withLock { $0.append(bytes.count) }
      return write(descriptor, bytes)
    }
    var file = try AppendFile(
      fileSystem: PosixFileSystem(calls: calls), path: scratch.file("huge"))
    let chunk = [UInt8](repeating: 7, count: 7_000_001)
    for size in [100, 2_000_000, 300_000, 7_000_001, 1, 50_000] {
      try chunk.withUnsafeBytes { try file.append(UnsafeRawBufferPointer(rebasing: $0[..<size])) }
    }
    try file.close()
    let written = sizes.withLock { $0 }
    #expect(written.reduce(0, +) == 9_350_102)
    #expect(written.dropLast().allSatisfy { $0 % 2_097_152 == 0 }, "\(written)")
  }

  @Test func aMappingOutlivesTheName() throws {
    let path = try scratch.write([1, 2, 3], to: "short-lived")
    let mapped = try files.map(path)
    try files.remove(path)
    #expect(Array(mapped.bytes) == [1, 2, 3])
    #expect(throws: StorageError.self) { try files.map(path) }
  }

  @Test func emptyFilesMapToNothing() throws {
    #expect(try files.map(try scratch.write([], to: "empty")).bytes.isEmpty)
  }

  @Test func onlyRegularFilesAreMapped() throws {
    for path in [scratch.path, "/dev/null"] {
      #expect(throws: StorageError.self) { try files.map(path) }
    }
  }

  @Test func errorsNameTheFileAndTheRemedy() {
    let path = scratch.file("absent")
    do {
      _ = try files.map(path)
      Issue.record("a file that is not there was mapped")
    } catch {
      #expect(error.isMissingFile)
      #expect(error.description.contains(path))
      #expect(error.description.contains("check the path"))
    }
    #expect(throws: StorageError.self) { try files.create(path + "/below") }
    #expect(throws: StorageError.self) { try files.rename(path, to: path + "2") }
    #expect(throws: StorageError.self) { try files.remove(path) }
    #expect(throws: StorageError.self) { try files.list(path) }
    #expect(throws: StorageError.self) { try files.synchronizeDirectory(path) }
  }

  @Test func directoriesAreMadeAndListed() throws {
    let folder = scratch.file("a/b/c")
    try files.createDirectory(folder)
    try files.createDirectory(folder)
    for name in ["z", "ä", "B"] { try files.close(try files.create(folder + "/" + name)) }
    #expect(try files.list(folder) == ["B", "z", "ä"])
    try files.rename(folder + "/z", to: folder + "/B")
    try files.synchronizeDirectory(folder)
    #expect(try files.list(folder) == ["B", "ä"])
    #expect(throws: StorageError.self) { try files.createDirectory(folder + "/B") }
    #expect(throws: StorageError.self) { try files.createDirectory(folder + "/B/d") }
  }

  @Test func aLockExcludesUntilItGoes() throws {
    let path = scratch.file("lock")
    var first: FileLock? = try files.lock(path)
    #expect(throws: StorageError.locked(path: path)) { try files.lock(path) }
    withExtendedLifetime(first) {}
    first = nil
    #expect(throws: Never.self) { try files.lock(path) }
  }

  @Test func aWriterThatIsForgottenClosesItsFile() throws {
    let before = try openDescriptors()
    for number in 0..<200 {
      let file = try AppendFile(fileSystem: files, path: scratch.file("forgotten\(number)"))
      #expect(file.offset == 0)
    }
    #expect(try openDescriptors() < before + 100)
  }

  private func openDescriptors() throws -> Int { try files.list("/proc/self/fd").count }
}
