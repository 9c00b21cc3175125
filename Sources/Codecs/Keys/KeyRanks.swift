import LedeStorage

/// The ranks of keys that do not ascend with docIDs among each other, and the documents of ranks.
///
/// The ranks are a permutation, stored one way alone: the document of a rank is the one before it on its
/// cycle. Every 64th document of a long cycle has a pointer back to the one 64 steps before.
///
/// Source: Munro, Raman, Raman and Rao, "Succinct representations of permutations" (2003).
// Sendable: read-only bytes of the mapping.
struct KeyRanks: @unchecked Sendable {
  /// Steps between two documents of a cycle that have pointers.
  static let interval = 64
  /// Documents of which one number tells how many before them have pointers.
  static let group = 512

  private let docCount: Int
  /// The section's own, or sequence numbers above the least.
  let numbers: PackedNumbers
  /// By block of keys, its check.
  let blockChecks: UnsafePointer<UInt16>
  /// By group of documents, the check of their ranks.
  private let checks: UnsafePointer<UInt16>
  /// Whether the ranks are sequence numbers.
  let areSequences: Bool
  /// A bit for each document that has a pointer.
  private let marks: UnsafePointer<UInt64>
  /// By group, the pointers of the documents before it.
  private let counts: UnsafePointer<UInt32>
  private let pointers: PackedNumbers
  private let pointerCount: Int

  /// Bits of a docID.
  static func width(docCount: Int) -> Int {
    Int.bitWidth - max(0, docCount - 1).leadingZeroBitCount
  }

  /// - Parameter sequences: the section of sequence numbers, where they are the ranks; nil where those stand in the
  ///   region.
  init(
    _ region: FileRegion, docCount: Int, blockCount: Int, sequences: FileRegion?,
    at offset: inout Int
  ) throws(FormatError) {
    self.docCount = docCount
    blockChecks = try region.column(of: UInt16.self, count: blockCount, at: &offset)
    let width = Self.width(docCount: docCount)
    let wordCount = (docCount + 63) / 64
    let groupCount = (docCount + Self.group - 1) / Self.group
    areSequences = sequences != nil
    if let sequences {
      // Whatever their own head says: it may be damaged where they are not.
      var start = SequenceTable.headSize
      numbers = try PackedNumbers(sequences, count: docCount, width: width, at: &start)
    } else {
      numbers = try PackedNumbers(region, count: docCount, width: width, at: &offset)
    }
    checks = try region.column(of: UInt16.self, count: groupCount, at: &offset)
    marks = try region.column(of: UInt64.self, count: wordCount, at: &offset)
    counts = try region.column(of: UInt32.self, count: groupCount, at: &offset)
    var count = 0
    if groupCount > 0 {
      count = Int(UInt32(littleEndian: counts[groupCount - 1]))
      for word in (groupCount - 1) * (Self.group / 64)..<wordCount {
        count += UInt64(littleEndian: marks[word]).nonzeroBitCount
      }
    }
    guard count <= docCount else {
      throw region.corrupt(at: offset, "\(count) pointers are too many")
    }
    pointerCount = count
    pointers = try PackedNumbers(region, count: count, width: width, at: &offset)
  }

  /// The rank of a document's key: perhaps above all in a damaged file.
  @inline(__always)
  subscript(doc: UInt32) -> Int {
    Int(truncatingIfNeeded: numbers[Int(doc)])
  }

  /// Whether the rank of a document is as it was written.
  func isIntact(_ doc: UInt32) -> Bool {
    let group = Int(doc) / Self.group
    let check = numbers.words(of: Self.range(ofGroup: group, docCount)) { Checksum.short($0) }
    return check == UInt16(littleEndian: checks[group])
  }

  /// The documents of a group.
  static func range(ofGroup group: Int, _ docCount: Int) -> Range<Int> {
    group * Self.group..<min(docCount, (group + 1) * Self.group)
  }

  /// The document of a rank below the number of documents; nil where the ranks are no permutation.
  ///
  /// - Complexity: O(1), about as many steps as there are between pointers.
  func document(_ rank: Int) -> UInt32? {
    var doc = UInt32(truncatingIfNeeded: rank)
    var hasJumped = false
    for _ in 0...2 * Self.interval {
      if !hasJumped, let back = pointer(doc) {
        guard back < docCount else { return nil }
        doc = back
        hasJumped = true
      }
      let next = self[doc]
      if next == rank { return doc }
      guard (0..<docCount).contains(next) else { return nil }
      doc = UInt32(truncatingIfNeeded: next)
    }
    return nil
  }

  /// Where a document's pointer leads; nil where it has none.
  private func pointer(_ doc: UInt32) -> UInt32? {
    let (word, bit) = (Int(doc) / 64, UInt64(1) << UInt64(doc % 64))
    let own = UInt64(littleEndian: marks[word])
    guard own & bit != 0 else { return nil }
    let group = Int(doc) / Self.group
    var place = Int(UInt32(littleEndian: counts[group])) + (own & (bit - 1)).nonzeroBitCount
    for before in group * (Self.group / 64)..<word {
      place += UInt64(littleEndian: marks[before]).nonzeroBitCount
    }
    // A damaged count may lead anywhere.
    return place < pointerCount ? UInt32(truncatingIfNeeded: pointers[place]) : nil
  }
}
