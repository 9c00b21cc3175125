import LedeStorage

/// A section's bytes in the mapping, and where they lie in the file, for error messages.
///
/// Keeps the mapping alive. The first byte lies at a multiple of eight.
// Sendable: the bytes are read-only and live as long as `file`.
package struct FileRegion: @unchecked Sendable {
  /// Valid while this region, a copy of it or its file lives.
  package let bytes: UnsafeRawBufferPointer
  /// Offset of the first byte in the file.
  package let fileOffset: UInt64
  /// What the section holds: not its name, since regions are copied where terms are looked up.
  let kind: SectionKind
  package let file: EnvelopeFile

  package var count: Int { bytes.count }
  /// The section's name.
  package var name: String { kind.name }

  /// The error that says what is wrong at `offset` of the region.
  package func corrupt(at offset: Int, _ reason: String) -> FormatError {
    .corrupt(
      path: file.path, offset: fileOffset &+ UInt64(clamping: offset), section: name,
      reason: reason)
  }

  /// A little-endian number at any offset; throws `corrupt` when it runs past the end.
  package func loadUInt32(at offset: Int) throws(FormatError) -> UInt32 {
    try load(at: offset, as: UInt32.self)
  }

  /// A little-endian number at any offset; throws `corrupt` when it runs past the end.
  package func loadUInt64(at offset: Int) throws(FormatError) -> UInt64 {
    try load(at: offset, as: UInt64.self)
  }

  private func load<Number: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as _: Number.Type
  ) throws(FormatError) -> Number {
    guard offset >= 0, offset <= bytes.count - MemoryLayout<Number>.size else {
      throw corrupt(at: offset, "a number runs past the end of the section")
    }
    return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
  }

  /// `count` numbers in place, from a multiple of their size on; moves `offset` past them and their
  /// padding to a multiple of eight.
  ///
  /// The pointer is valid while the region's file lives.
  func column<Number: FixedWidthInteger & BitwiseCopyable>(
    of _: Number.Type, count: Int, at offset: inout Int
  ) throws(FormatError) -> UnsafePointer<Number> {
    let size = MemoryLayout<Number>.size
    let (length, overflow) = count.multipliedReportingOverflow(by: size)
    guard !overflow, count >= 0, offset >= 0, offset % size == 0, offset <= bytes.count,
      length <= bytes.count - offset, let base = bytes.baseAddress
    else { throw corrupt(at: offset, "\(count) values do not fit the section") }
    let start = base.advanced(by: offset)
    offset = min(offset + (length + 7) & ~7, bytes.count)
    // Safe: in bounds and aligned, as checked above and by the alignment of sections.
    return start.assumingMemoryBound(to: Number.self)
  }

  /// The bytes of a part; throws when it is not inside the region.
  func part(from start: Int, count: Int) throws(FormatError) -> UnsafeRawBufferPointer {
    guard start >= 0, count >= 0, start <= bytes.count, count <= bytes.count - start else {
      throw corrupt(at: start, "\(count) bytes do not fit the section")
    }
    return UnsafeRawBufferPointer(rebasing: bytes[start..<start + count])
  }
}

/// A section's bytes without a hold on its file, which must live as long as the view is used.
///
/// For what is copied at every look-up: copies cost no reference counts.
// Sendable: the bytes are read-only.
package struct SectionView: @unchecked Sendable {
  package let bytes: UnsafeRawBufferPointer
  private let fileOffset: UInt64
  private let kind: SectionKind
  private unowned(unsafe) let file: EnvelopeFile

  package init(_ region: FileRegion) {
    bytes = region.bytes
    fileOffset = region.fileOffset
    kind = region.kind
    file = region.file
  }

  /// The error that says what is wrong at `offset` of the section.
  package func corrupt(at offset: Int, _ reason: String) -> FormatError {
    .corrupt(
      path: file.path, offset: fileOffset &+ UInt64(clamping: offset), section: kind.name,
      reason: reason)
  }
}
