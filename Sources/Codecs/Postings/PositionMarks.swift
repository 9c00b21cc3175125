import CLedeKernels

/// What the positions of some documents of a range take: from the nearest mark on, an entry is found by adding up
/// the sizes of a few others, not of all that stand before it in its range.
///
///     marks := (mark: u16 * 2) * R | (mark: u32 * 2) * R
///
/// The marks of a range are how many bits the entries of its first 192 documents take, and of its first 384, those
/// that lack the term taking none. Lists that hold most documents have them: of hundreds of entries in a range, a
/// phrase wants one or two.
struct PositionMarks {
  /// Documents of a range up to its first mark, and from there to the next.
  static let spacing = UInt32(LEDE_MARK_EVERY)
  static let perRange = Int(LEDE_RANGE_MARKS)

  let base: UnsafeRawPointer
  /// Bytes of a mark: 2 or 4.
  let width: Int

  /// Whether a list is given marks: of a term in fewer documents, entries are soon added up, and the four bytes that
  /// a range's marks mostly take are not worth it.
  @inline(__always)
  static func areWanted(docFreq: Int, docCount: Int) -> Bool { 8 * docFreq >= 5 * docCount }

  /// Bytes that those of some ranges take.
  static func size(rangeCount: Int, width: Int) -> Int { perRange * width * rangeCount }

  /// Those of a range.
  func marks(of range: Int) -> [UInt64] {
    (0..<Self.perRange).map { number in
      let offset = (Self.perRange * range + number) * width
      return width == 2
        ? UInt64(UInt16(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
        : UInt64(UInt32(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
  }

  /// Those of a range, given its documents, their termFreqs, which fit, and a document's length.
  static func marks(
    _ docs: UnsafeBufferPointer<UInt32>, _ freqs: UnsafeBufferPointer<UInt32>,
    length: (UInt32) -> UInt32
  ) -> [UInt64] {
    var marks = [UInt64](repeating: 0, count: perRange)
    for (doc, freq) in zip(docs, freqs) {
      let local = doc % UInt32(LEDE_RANGE_SIZE)
      let bits = lede_position_bits(freq, length(doc))
      for number in marks.indices where local < spacing * UInt32(number + 1) {
        marks[number] &+= bits
      }
    }
    return marks
  }
}

extension PositionMarks {
  /// The bytes of a mark that suffice for all of them; 0 where four do not, or there are none.
  static func width(_ marks: [UInt64]) -> Int {
    guard let most = marks.max(), most <= UInt64(UInt32.max) else { return 0 }
    return most <= UInt64(UInt16.max) ? 2 : 4
  }

  /// Appends them in as many bytes.
  static func write(_ marks: [UInt64], width: Int, to buffer: EncodingBuffer) {
    for mark in marks where width == 2 {
      buffer.append(littleEndian: UInt16(truncatingIfNeeded: mark))
    }
    guard width == 4 else { return }
    marks.map { UInt32(truncatingIfNeeded: $0) }.withUnsafeBufferPointer {
      buffer.append(littleEndian: $0)
    }
  }
}

extension PostingsList {
  /// Whether the marks of a range, if it has any, are what its entries take, whose termFreqs fit their documents.
  func areMarksRight(
    block: Int, docs: UnsafePointer<UInt32>, freqs: UnsafePointer<UInt32>
  ) -> Bool {
    guard case .ranged(let ranged, _) = layout, let marks = ranged.positionStarts?.marks else {
      return true
    }
    let count = count(ofBlock: block)
    return marks.marks(of: block)
      == PositionMarks.marks(
        UnsafeBufferPointer(start: docs, count: count),
        UnsafeBufferPointer(start: freqs, count: count)
      ) { places.lengths.value($0) }
  }
}
