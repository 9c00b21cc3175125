#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Read-only zeros that take address space and no memory: a column of which every value is 0.
// Sendable: the bytes are read-only and the object has no other state.
package final class ZeroMemory: @unchecked Sendable {
  /// Valid while this object lives; begins at a page.
  package let base: UnsafeRawPointer
  private let size: Int

  /// - Parameters:
  ///   - count: bytes.
  ///   - path: the file whose reader needs them, for the error.
  /// - Throws: when the system has no address space left.
  package init(count: Int, for path: String) throws(StorageError) {
    // A reader may load whole vectors at the last value.
    size = max(count, 0) + 64
    // Nothing is reserved for pages that can not be written.
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    guard let base = mmap(nil, size, PROT_READ, flags, -1, 0), base != MAP_FAILED else {
      throw .io(operation: "map zeros for", path: path, errno: errno)
    }
    self.base = UnsafeRawPointer(base)
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: base), size) }
}
