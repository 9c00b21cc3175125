import CLedeKernels

/// The lengths of one field in memory, by docID, as kernels take them: what ``LengthsReader`` is for
/// a segment on the disk.
package final class LengthColumn {
  private let column: UnsafeMutablePointer<UInt16>
  private let escapes: UnsafeMutablePointer<UInt32>
  /// Valid while this object lives.
  let kernel: lede_lengths

  /// - Complexity: O(documents).
  package init(_ lengths: UnsafeBufferPointer<UInt32>) {
    let escape = UInt32(LengthsReader.escape)
    let escapeCount = lengths.count { $0 >= escape }
    // Kernels read two bytes behind the last length.
    column = .allocate(capacity: lengths.count + 1)
    column[lengths.count] = 0
    escapes = .allocate(capacity: 2 * escapeCount)
    var next = 0
    for (doc, length) in lengths.enumerated() {
      column[doc] = UInt16(truncatingIfNeeded: min(length, escape))
      guard length >= escape else { continue }
      escapes[next] = UInt32(truncatingIfNeeded: doc)
      escapes[next + 1] = length
      next += 2
    }
    kernel = lede_lengths(column: column, escapes: escapes, escape_count: escapeCount)
  }

  deinit {
    column.deallocate()
    escapes.deallocate()
  }
}
