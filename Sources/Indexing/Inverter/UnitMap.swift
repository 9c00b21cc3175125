import CLedeKernels

/// Turns numbers of units into documents and ordinals.
///
/// A coarse table names the document of every 2^n-th unit, with two to four entries per document;
/// from there it is mostly one step or none.
// Sendable: read-only once made.
final class UnitMap: @unchecked Sendable {
  private let starts: UnsafeMutablePointer<UInt32>
  private let coarse: UnsafeMutablePointer<UInt32>
  private let shift: UInt32
  let docCount: Int

  init(_ streams: UnitStreams) {
    let (documents, unitCount) = (streams.documents, streams.unitCount)
    docCount = documents.count
    starts = BulkMemory.allocate(UInt32.self, capacity: docCount + 1)
    for (index, document) in documents.enumerated() { starts[index] = document.firstUnit }
    starts[docCount] = UInt32(truncatingIfNeeded: unitCount)
    var shift = 0
    while unitCount >> (shift + 1) > 2 * docCount { shift += 1 }
    let entries = unitCount >> shift + 1
    coarse = BulkMemory.allocate(UInt32.self, capacity: entries)
    var document = 0
    for entry in 0..<entries {
      let unit = entry << shift
      while document + 1 < docCount, Int(starts[document + 1]) <= unit { document += 1 }
      coarse[entry] = UInt32(truncatingIfNeeded: document)
    }
    self.shift = UInt32(shift)
  }

  deinit {
    starts.deallocate()
    coarse.deallocate()
  }

  /// Splits ascending units into documents and termFreqs, for which there is room; writes the ordinal
  /// of each to `ordinals`, unless nil. Returns the number of documents.
  @inline(__always)
  func split(
    _ units: UnsafeBufferPointer<UInt32>, docs: UnsafeMutablePointer<UInt32>,
    freqs: UnsafeMutablePointer<UInt32>, ordinals: UnsafeMutablePointer<UInt32>?
  ) -> Int {
    // Safe: units are below the last start, and the coarse table covers all of them.
    lede_split_units(
      lede_unit_map(starts: starts, coarse: coarse, shift: shift), units.baseAddress, units.count,
      docs, freqs, ordinals)
  }
}
