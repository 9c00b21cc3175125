import CLedeKernels

/// The entries of a term's positions, one after the other, as a merge gathers them from segments.
///
/// An entry follows from termFreq, length and ordinals alone, so that it goes from one segment to
/// another as it is: what changes is where the runs begin, since blocks fall on other documents.
package struct PositionEntries: ~Copyable {
  private var bytes: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  package private(set) var bitCount: UInt64 = 0
  /// Documents whose entries were added.
  package private(set) var count = 0
  /// Where each entry begins, as far as they were added one by one.
  private var starts: [UInt64] = []

  package init() {
    capacity = 1 << 12
    bytes = .allocate(capacity: capacity)
  }

  deinit { bytes.deallocate() }

  /// Bytes of memory held.
  package var memoryUse: Int { capacity + 8 * starts.capacity }

  package mutating func removeAll() {
    bitCount = 0
    count = 0
    starts.removeAll(keepingCapacity: true)
  }

  /// Adds the entries of documents that follow each other in a run.
  ///
  /// - Parameter bit: where they begin in `source`, which holds all `size` bits.
  private mutating func add(
    _ source: UnsafePointer<UInt8>, bit: UInt64, size: UInt64, documents: Int
  ) {
    let needed = Int((bitCount + size + 7) / 8)
    if needed > capacity { grow(needed) }
    // Safe: there is room for all bits, and the caller has checked that `source` holds them.
    lede_copy_bits(source, bit, size, bytes, bitCount)
    bitCount += size
    count += documents
  }

  private mutating func grow(_ needed: Int) {
    capacity = max(needed, capacity * 3 / 2)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    larger.update(from: bytes, count: Int((bitCount + 7) / 8))
    bytes.deallocate()
    bytes = larger
  }

  /// The ordinals of the only document; nil when its entry makes no sense.
  package func onlyOrdinals(termFreq: UInt32, length: UInt32) -> [UInt32]? {
    guard termFreq > 0, termFreq <= length else { return nil }
    var ordinals = [UInt32](repeating: 0, count: Int(termFreq))
    let size = Int((bitCount + 7) / 8)
    return lede_positions_decode(bytes, size, 0, termFreq, length, &ordinals) == 0 ? nil : ordinals
  }

  /// What ``PostingsWriter`` copies; valid until the next change.
  var bits: PositionBits { PositionBits(bytes: UnsafePointer(bytes), count: bitCount) }
}

/// Entries of positions, one after the other without gaps.
struct PositionBits {
  let bytes: UnsafePointer<UInt8>
  let count: UInt64
}

// MARK: - Filling

extension PositionEntries {
  /// Adds those of a block of a list.
  ///
  /// - Parameters:
  ///   - docs: the block's decoded documents.
  ///   - freqs: the block's decoded termFreqs.
  ///   - found: how many there are.
  ///   - isKept: asked for every document whether its entry goes over, when not all do.
  /// - Throws: ``FormatError/corrupt`` unless the entries fit their run.
  /// - Complexity: O(documents + bytes).
  package mutating func add(
    _ list: PostingsList, block: Int, _ docs: UnsafePointer<UInt32>,
    _ freqs: UnsafePointer<UInt32>, _ found: Int, where isKept: ((UInt32) -> Bool)? = nil
  ) throws(FormatError) {
    let isSound = withUnsafeTemporaryAllocation(
      of: UInt8.self, capacity: PositionsReader.scratchSize
    ) { scratch -> Bool in
      guard let base = scratch.baseAddress, let reader = PositionsReader(list, scratch: base),
        let run = reader.bits(ofBlock: block)
      else { return false }
      return add(reader.bytes, run, reader.column, docs, freqs, found, where: isKept)
    }
    guard isSound else { throw list.corruptPositions() }
  }

  /// Adds those of a term of fewer than 128 documents; false when the bytes make no sense.
  ///
  /// - Parameters: as above, all documents of the term.
  package mutating func add(
    _ source: ListSource, _ term: lede_term, docs: UnsafePointer<UInt32>,
    freqs: UnsafePointer<UInt32>, where isKept: (UInt32) -> Bool
  ) -> Bool {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(LEDE_ENTRY_SCRATCH)) { scratch in
      var entries = lede_entries()
      let isFound = withUnsafePointer(to: source.kernel) { source in
        withUnsafePointer(to: term) {
          lede_find_entries(source, $0, docs[0], scratch.baseAddress, &entries) != 0
        }
      }
      // In documents of one token entries take no bits, so that there may be no section.
      guard isFound, let bytes = entries.bytes ?? UnsafePointer(scratch.baseAddress) else {
        return false
      }
      return withoutActuallyEscaping(isKept) {
        add(
          bytes, entries.bit..<entries.end, source.kernel.lengths, docs, freqs,
          Int(term.doc_freq), where: $0)
      }
    }
  }

  /// Room for the entries of a term behind those that are there, for `lede_gather`.
  package mutating func room(_ term: lede_term) -> UnsafeMutablePointer<UInt8> {
    let needed = Int((bitCount + 7) / 8) + lede_entries_room(term.positions_size)
    if needed > capacity { grow(needed) }
    return bytes
  }

  /// Takes up what `lede_gather` appended.
  package mutating func extend(to bitCount: UInt64, documents: Int) {
    self.bitCount = bitCount
    count += documents
  }

  @inline(__always)
  private mutating func add(
    _ bytes: UnsafePointer<UInt8>, _ run: Range<UInt64>, _ lengths: lede_lengths,
    _ docs: UnsafePointer<UInt32>, _ freqs: UnsafePointer<UInt32>, _ found: Int,
    where isKept: ((UInt32) -> Bool)?
  ) -> Bool {
    var bit = run.lowerBound
    guard let isKept else {
      let size = lede_positions_span(lengths, docs, freqs, found)
      guard size <= run.upperBound - bit else { return false }
      add(bytes, bit: bit, size: size, documents: found)
      return true
    }
    for index in 0..<found {
      let size = lede_positions_span(lengths, docs + index, freqs + index, 1)
      guard size <= run.upperBound - bit else { return false }
      if isKept(docs[index]) {
        starts.append(bitCount)
        add(bytes, bit: bit, size: size, documents: 1)
      }
      bit += size
    }
    return true
  }

  /// Replaces the content by that of `other` in another order.
  ///
  /// - Parameters:
  ///   - other: filled document by document, with a choice of those kept.
  ///   - order: by place here, the place in `other`; each comes once.
  package mutating func take(
    _ other: borrowing PositionEntries, order: UnsafePointer<UInt32>
  ) {
    precondition(other.starts.count == other.count, "it is known where each entry begins")
    removeAll()
    for index in 0..<other.count {
      let place = Int(order[index])
      let start = other.starts[place]
      let end = place + 1 < other.count ? other.starts[place + 1] : other.bitCount
      add(UnsafePointer(other.bytes), bit: start, size: end - start, documents: 1)
    }
  }
}
