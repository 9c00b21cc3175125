import CLedeKernels

extension PostingsList {
  /// Decodes the documents of a block: strictly ascending, each below the segment's docCount.
  ///
  /// - Parameter docs: room for ``blockSize`` values.
  /// - Returns: how many; 0 for an empty range.
  package func decodeDocs(
    block: Int, into docs: UnsafeMutablePointer<UInt32>
  ) throws(FormatError) -> Int {
    let count: Int
    switch layout {
    case .single(let doc, _, _, _):
      docs[0] = doc
      return 1
    case .ranged(let ranged, _):
      let found = withUnsafePointer(to: ranged.kernel) {
        lede_ranged_docs($0, UInt32(truncatingIfNeeded: block), docs)
      }
      guard found <= Self.blockSize else { throw corruptBlock(0, block) }
      return found
    case .long(let long, _):
      count = self.count(ofBlock: block)
      let blocks = long.blocks(full: docFreq / Self.longBlockSize)
      if lede_block_docs(blocks, block, block + 1, docCount, docs) > block { return count }
    case .short: count = docFreq
    }
    let (base, last) = span(ofBlock: block)
    guard base <= last, last < docCount, last - base >= UInt32(count - 1) else {
      throw corruptBlock(0, block)
    }
    if case .short(let short, _) = layout {
      guard short.decodeDocs(postings.bytes, count: count, into: docs) else {
        throw corruptBlock(0, block)
      }
      return count
    }
    var cursor = try blockStart(block)
    guard
      BlockDocs.decode(cursor.bytes, &cursor.offset, count: count, base: base, last: last, docs)
    else { throw corruptBlock(cursor.offset, block) }
    return count
  }

  /// Decodes the documents of all blocks, ascending, each below the segment's docCount.
  ///
  /// - Parameter docs: room for `docFreq` + ``blockSize`` values.
  /// - Returns: how many.
  package func decodeDocs(into docs: UnsafeMutablePointer<UInt32>) throws(FormatError) -> Int {
    // What is left by it, damaged blocks among them, is decoded one by one.
    let first = longBlocks.map { lede_block_docs($0, 0, $0.full, docCount, docs) } ?? 0
    var count = first * Self.longBlockSize
    for block in first..<blockCount {
      // A damaged list may have more than it says.
      guard count <= docFreq else { throw corruptCount }
      count += try decodeDocs(block: block, into: docs + count)
    }
    return count
  }

  /// Decodes the termFreqs of a block, each at least 1, in the order of its documents.
  ///
  /// - Parameter freqs: room for ``blockSize`` values.
  package func decodeFreqs(
    block: Int, into freqs: UnsafeMutablePointer<UInt32>
  ) throws(FormatError) {
    if case .ranged(let ranged, _) = layout {
      return try decodeRange(ranged, block, into: freqs)
    }
    let count = count(ofBlock: block)
    if case .single(_, let termFreq, _, _) = layout {
      freqs[0] = termFreq
      return
    }
    if case .short(let short, _) = layout {
      guard short.decodeFreqs(postings.bytes, count: count, into: freqs) else {
        throw corruptBlock(0, block)
      }
      return
    }
    var cursor = try blockStart(block)
    let (base, last) = span(ofBlock: block)
    guard BlockDocs.skip(cursor.bytes, &cursor.offset, count: count, base: base, last: last),
      BlockFreqs.decode(cursor.bytes, cursor.offset, count: count, into: freqs)
    else { throw corruptBlock(cursor.offset, block) }
  }

  /// Decodes a block whole: ``decodeDocs(block:into:)`` and ``decodeFreqs(block:into:)`` at once,
  /// which for a range takes as long as one of them.
  ///
  /// - Parameters:
  ///   - docs: room for ``blockSize`` values.
  ///   - freqs: room for ``blockSize`` values.
  /// - Returns: how many documents; 0 for an empty range.
  package func decode(
    block: Int, docs: UnsafeMutablePointer<UInt32>, freqs: UnsafeMutablePointer<UInt32>
  ) throws(FormatError) -> Int {
    guard case .ranged(let ranged, _) = layout else {
      let found = try decodeDocs(block: block, into: docs)
      try decodeFreqs(block: block, into: freqs)
      return found
    }
    let found = withUnsafePointer(to: ranged.kernel) {
      lede_ranged_postings($0, UInt32(truncatingIfNeeded: block), docs, freqs)
    }
    guard found <= Self.blockSize else { throw corruptBlock(0, block) }
    return found
  }

  private func decodeRange(
    _ ranged: RangedLayout, _ range: Int, into freqs: UnsafeMutablePointer<UInt32>
  ) throws(FormatError) {
    let found = withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Self.blockSize) { docs in
      withUnsafePointer(to: ranged.kernel) {
        lede_ranged_postings($0, UInt32(truncatingIfNeeded: range), docs.baseAddress, freqs)
      }
    }
    guard found <= Self.blockSize else { throw corruptBlock(0, range) }
  }

  /// The document from which a block's gaps start, and its last one.
  @inline(__always)
  private func span(ofBlock block: Int) -> (base: UInt32, last: UInt32) {
    (block == 0 ? 0 : lastDoc(ofBlock: block - 1) &+ 1, lastDoc(ofBlock: block))
  }

  /// The bytes up to the list's end, and the offset of a block in them.
  private func blockStart(
    _ block: Int
  ) throws(FormatError) -> (bytes: UnsafeRawBufferPointer, offset: Int) {
    switch layout {
    case .single, .short, .ranged: preconditionFailure("only long lists have such blocks")
    case .long(let long, _):
      let offset = long.blockOffset(block)
      guard offset <= long.end else { throw corruptBlock(long.end, block) }
      return (UnsafeRawBufferPointer(rebasing: postings.bytes[..<long.end]), offset)
    }
  }

  /// What to throw when a decoded termFreq is 0: damage may make it wrap.
  package var corruptFreqs: FormatError {
    postings.corrupt(at: 0, "a document of a postings list has no occurrences")
  }

  /// What to throw when a list has more documents than its docFreq.
  package var corruptCount: FormatError {
    postings.corrupt(at: 0, "a postings list does not have the \(docFreq) documents that it states")
  }

  func corruptBlock(_ offset: Int, _ block: Int) -> FormatError {
    postings.corrupt(at: offset, "block \(block) of a postings list makes no sense")
  }
}
