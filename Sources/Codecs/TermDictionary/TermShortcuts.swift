import CLedeKernels
import LedeStorage

/// What a dictionary says of its frequent terms, by their hash: most words of queries are among a few thousand.
///
///     shortcuts := entryCount: u32, bucketBits: u32, width: u8 * 7, zero: u8,
///                  start: u32 * (2^bucketBits + 1), entry*, zero: u64
///     entry     := length + 32 * namespace: u8, byte * length, ordinal, docFreq, more, postings,
///                  postingsLength, positions, positionsLength, padding
///
/// FNV-1a 64 of an entry's first byte and its term, mixed as that of keys, chooses the bucket by its top
/// bits; `start` counts bytes from the first entry on. The parts of an entry are as many bits wide as `width` says,
/// in that order, lowest bits first, padded to a byte: what the term's block says of it. A look-up
/// there takes half a microsecond, a quarter of a query of several words.
// Sendable: read-only bytes of the mapping.
struct TermShortcuts: @unchecked Sendable {
  static let headSize = 16
  /// Zeros behind the entries, for reads of eight bytes.
  static let padding = 8
  /// Entries that the section states.
  let count: Int
  private let kernel: lede_shortcuts

  /// - Throws: ``FormatError/corrupt`` when the frame does not fit the section.
  init(_ region: FileRegion) throws(FormatError) {
    count = Int(try region.loadUInt32(at: 0))
    let bucketBits = try region.loadUInt32(at: 4)
    let widths = try region.loadUInt64(at: 8)
    guard bucketBits < 32, let base = region.bytes.baseAddress,
      (0..<lede_shortcut.partCount).allSatisfy({ widths >> (8 * $0) & 0xff <= 56 })
    else { throw region.corrupt(at: 4, "shortcuts have numbers that are too wide") }
    let entries = Self.headSize + 4 * ((1 << Int(bucketBits)) + 1)
    guard entries + Self.padding <= region.count else {
      throw region.corrupt(at: 4, "the buckets of shortcuts do not fit the section")
    }
    let bytes = base.assumingMemoryBound(to: UInt8.self)
    var kernel = lede_shortcuts()
    kernel.starts = bytes + Self.headSize
    kernel.entries = bytes + entries
    kernel.size = region.count - entries
    kernel.bucket_bits = bucketBits
    withUnsafeMutableBytes(of: &kernel.widths) {
      $0.copyBytes(from: region.bytes[8..<8 + $0.count])
    }
    self.kernel = kernel
  }

  /// What the dictionary says of a term; nil where it has no shortcut.
  @inline(__always)
  func find(_ namespace: TermNamespace, _ key: UnsafeRawBufferPointer) -> lede_shortcut? {
    var found = lede_shortcut()
    let isFound = withUnsafePointer(to: kernel) {
      lede_find_shortcut(
        $0, UInt32(namespace.rawValue), key.baseAddress?.assumingMemoryBound(to: UInt8.self),
        key.count, &found) != 0
    }
    return isFound ? found : nil
  }

  /// Starts loading what a look-up reads.
  @inline(__always)
  func prefetch(_ namespace: TermNamespace, _ key: UnsafeRawBufferPointer) {
    withUnsafePointer(to: kernel) {
      lede_prefetch_shortcut(
        $0, UInt32(namespace.rawValue), key.baseAddress?.assumingMemoryBound(to: UInt8.self),
        key.count)
    }
  }
}

extension lede_shortcut {
  static var partCount: Int { LEDE_SHORTCUT_PARTS }

  /// A part by its number.
  @inline(__always)
  subscript(part: Int) -> UInt64 {
    withUnsafeBytes(of: parts) { $0.loadUnaligned(fromByteOffset: 8 * part, as: UInt64.self) }
  }

  init(_ term: lede_term, ordinal: UInt32) {
    self.init()
    parts = (
      UInt64(ordinal), UInt64(term.doc_freq), term.more, term.postings, term.postings_size,
      term.positions, term.positions_size
    )
  }

  /// What it says; nil where that makes no sense.
  @inline(__always)
  func entry(_ namespace: TermNamespace) -> TermEntry? {
    guard let ordinal = UInt32(exactly: parts.0), let docFreq = UInt32(exactly: parts.1),
      docFreq > 1
    else { return nil }
    return TermEntry(
      ordinal: ordinal, namespace: namespace,
      location: PostingsLocation(
        docFreq: docFreq, totalTermFreq: parts.2 &+ parts.1,
        storage: .list(
          offset: parts.3, length: parts.4, positionsOffset: parts.5, positionsLength: parts.6)))
  }
}
