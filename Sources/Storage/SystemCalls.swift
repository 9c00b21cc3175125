#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The calls by which a `PosixFileSystem` opens and changes files; a test may stand in for the kernel.
///
/// Each gives what the kernel gives, or `-errno`: by the time a thread's `errno` is looked at, other
/// calls may have changed it.
package struct SystemCalls: Sendable {
  package var open: @Sendable (_ path: String, _ flags: Int32) -> Int = Kernel.opened
  package var write: @Sendable (_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int =
    Kernel.written
  package var fsync: @Sendable (_ descriptor: Int32) -> Int = Kernel.synchronized
  package var close: @Sendable (_ descriptor: Int32) -> Int = Kernel.closed
  package var rename: @Sendable (_ path: String, _ newPath: String) -> Int = Kernel.renamed
  package var unlink: @Sendable (_ path: String) -> Int = Kernel.unlinked
  package var mkdir: @Sendable (_ path: String) -> Int = Kernel.madeDirectory
  package var flock: @Sendable (_ descriptor: Int32, _ operation: Int32) -> Int = Kernel.locked

  /// The kernel's own.
  package init() {}
}

/// The kernel, under names that hide none of its own.
private enum Kernel {
  @Sendable static func opened(_ path: String, _ flags: Int32) -> Int {
    outcome(open(path, flags, 0o644))
  }

  @Sendable static func written(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    outcome(write(descriptor, bytes.baseAddress, bytes.count))
  }

  @Sendable static func synchronized(_ descriptor: Int32) -> Int { outcome(fsync(descriptor)) }
  @Sendable static func closed(_ descriptor: Int32) -> Int { outcome(close(descriptor)) }
  @Sendable static func unlinked(_ path: String) -> Int { outcome(unlink(path)) }
  @Sendable static func madeDirectory(_ path: String) -> Int { outcome(mkdir(path, 0o755)) }

  @Sendable static func renamed(_ path: String, _ newPath: String) -> Int {
    outcome(rename(path, newPath))
  }

  @Sendable static func locked(_ descriptor: Int32, _ operation: Int32) -> Int {
    outcome(flock(descriptor, operation))
  }

  private static func outcome(_ result: some BinaryInteger) -> Int {
    result < 0 ? -Int(errno) : Int(result)
  }
}
