import CLedeKernels

/// Checksums of bytes on disk.
package enum Checksum {
  /// CRC-32C (Castagnoli, RFC 3720) of `bytes`, going on from the CRC of what stands before them.
  ///
  /// Chosen for its guarantees on short errors (any flip of up to five bits in 2 KiB is seen) and
  /// because processors compute it: 13 to 20 GB/s here, against 1.5 to 2 by tables.
  package static func crc32c(
    _ bytes: UnsafeRawBufferPointer, continuing crc: UInt32 = 0
  ) -> UInt32 {
    lede_crc32c(crc, bytes.baseAddress, bytes.count)
  }

  package static func crc32c(_ bytes: [UInt8], continuing crc: UInt32 = 0) -> UInt32 {
    bytes.withUnsafeBytes { crc32c($0, continuing: crc) }
  }
}
