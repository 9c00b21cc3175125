import CLedeKernels
import LedeModel
import LedeStorage

/// The lengths of one field, by docID; the grammar stands at ``LengthsWriter``.
///
/// A plain view, valid while its ``SegmentReader`` lives.
// Sendable: read-only bytes of the mapping.
package struct LengthsReader: @unchecked Sendable {
  /// The column: ``escape`` stands for any length from 65,535 on.
  package let base: UnsafePointer<UInt16>
  private let escapes: UnsafePointer<UInt32>
  private let escapeCount: Int
  package let docCount: Int

  /// The value in the column that sends the reader to the table of escapes.
  package static let escape: UInt16 = .max

  /// The length of a document in positions.
  ///
  /// - Complexity: O(1); O(log escapes) for 65,535 and more.
  @inline(__always)
  package func value(_ doc: UInt32) -> UInt32 {
    precondition(doc < docCount, "a docID is below the segment's docCount")
    let short = base[Int(doc)]
    return short == Self.escape ? escapedValue(doc) : UInt32(short)
  }

  /// The same column as the kernels take it.
  package var column: lede_lengths {
    lede_lengths(column: base, escapes: escapes, escape_count: escapeCount)
  }

  private func escapedValue(_ doc: UInt32) -> UInt32 {
    var low = 0
    var high = escapeCount
    while low < high {
      let middle = (low + high) / 2
      if escapes[2 * middle] < doc { low = middle + 1 } else { high = middle }
    }
    // An escape that is missing is found by verification; here the column is the best answer.
    guard low < escapeCount, escapes[2 * low] == doc else { return UInt32(Self.escape) }
    return escapes[2 * low + 1]
  }

  /// Reads the frame of the section: one reader per field, and what must live as long as they do.
  package static func readers(
    _ region: FileRegion, docCount: Int
  ) throws(FormatError) -> (readers: [LengthsReader], zeros: ZeroMemory?) {
    let fieldCount = Int(try region.loadUInt32(at: 4))
    guard try region.loadUInt32(at: 0) == docCount, fieldCount == Field.allCases.count else {
      throw region.corrupt(at: 0, "it is not made for \(docCount) documents of 2 fields")
    }
    var offset = 8 + 8 * fieldCount
    var zeros: ZeroMemory?
    var columns: [UnsafePointer<UInt16>] = []
    for index in 0..<fieldCount {
      let width = try region.loadUInt32(at: 12 + 8 * index)
      switch width {
      case 0:
        let memory: ZeroMemory
        if let made = zeros {
          memory = made
        } else {
          memory = try zeroMemory(count: 2 * docCount, region)
        }
        zeros = memory
        // Safe: a page's start is aligned, and the zeros reach as far as documents do.
        columns.append(memory.base.assumingMemoryBound(to: UInt16.self))
      case 2: columns.append(try region.column(of: UInt16.self, count: docCount, at: &offset))
      default: throw region.corrupt(at: 12 + 8 * index, "lengths of \(width) bytes are unknown")
      }
    }
    var readers: [LengthsReader] = []
    for (index, column) in columns.enumerated() {
      let escapeCount = Int(try region.loadUInt32(at: 8 + 8 * index))
      let escapes = try region.column(of: UInt32.self, count: 2 * escapeCount, at: &offset)
      readers.append(
        LengthsReader(
          base: column, escapes: escapes, escapeCount: escapeCount, docCount: docCount))
    }
    guard offset == region.count else {
      throw region.corrupt(at: offset, "bytes are left over")
    }
    return (readers, zeros)
  }

  private static func zeroMemory(
    count: Int, _ region: FileRegion
  ) throws(FormatError) -> ZeroMemory {
    try FormatError.wrapping { () throws(StorageError) in
      try ZeroMemory(count: count, for: region.file.path)
    }
  }

  /// Checks that exactly the longest documents have an escape; returns what is wrong, or nil.
  func flaw() -> String? {
    var next = 0
    for doc in 0..<docCount where base[doc] == Self.escape {
      guard next < escapeCount, escapes[2 * next] == doc,
        escapes[2 * next + 1] >= UInt32(Self.escape)
      else { return "the full length of document \(doc) is missing" }
      next += 1
    }
    return next == escapeCount ? nil : "\(escapeCount - next) full lengths belong to no document"
  }
}
