#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file mapped read-only into memory; unmapped with the last reference.
///
/// The engine's files are immutable (written aside and renamed), so the mapping never shrinks under
/// a reader; a file cut short by others is out of its hands and ends in SIGBUS, as for any mapping.
// Sendable: the bytes are read-only and the object has no other state.
package final class MappedFile: @unchecked Sendable {
  package let path: String
  /// The whole file, valid while this object lives; empty for an empty one.
  package let bytes: UnsafeRawBufferPointer
  private let release: (UnsafeRawBufferPointer) -> Void

  /// Takes over `bytes`, which `release` will free.
  package init(
    path: String, bytes: UnsafeRawBufferPointer,
    release: @escaping (UnsafeRawBufferPointer) -> Void
  ) {
    self.path = path
    self.bytes = bytes
    self.release = release
  }

  deinit { release(bytes) }

  /// A file that exists in memory only, for tests and for file systems that are not on a disk.
  package static func copying(_ content: [UInt8], path: String) -> MappedFile {
    // Aligned as a page is, since readers rely on the alignment of a mapping.
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: content.count, alignment: 4096)
    copy.copyBytes(from: content)
    return MappedFile(path: path, bytes: UnsafeRawBufferPointer(copy)) { $0.deallocate() }
  }
}

extension PosixFileSystem {
  package func map(_ path: String) throws(StorageError) -> MappedFile {
    let file = try open("open", path, O_RDONLY | O_CLOEXEC)
    // The mapping outlives the descriptor.
    defer { try? close(file) }
    var status = stat()
    guard fstat(file.descriptor, &status) == 0 else {
      throw .io(operation: "stat", path: path, errno: errno)
    }
    // A folder or a pipe cannot be mapped: EISDIR and EINVAL say so better than mmap's ENODEV.
    if status.st_mode & S_IFMT == S_IFDIR { throw .io(operation: "map", path: path, errno: EISDIR) }
    if status.st_mode & S_IFMT != S_IFREG { throw .io(operation: "map", path: path, errno: EINVAL) }
    guard status.st_size > 0 else {
      return MappedFile(path: path, bytes: UnsafeRawBufferPointer(start: nil, count: 0)) { _ in }
    }
    guard
      let base = mmap(nil, Int(status.st_size), PROT_READ, MAP_SHARED, file.descriptor, 0),
      base != MAP_FAILED
    else { throw .io(operation: "map", path: path, errno: errno) }
    let bytes = UnsafeRawBufferPointer(start: base, count: Int(status.st_size))
    return MappedFile(path: path, bytes: bytes) {
      munmap(UnsafeMutableRawPointer(mutating: $0.baseAddress), $0.count)
    }
  }
}
