import CLedeKernels

/// A stretch of a segment's documents as bits: bit i of word w is document `low + 64 w + i`.
package struct DocWindow {
  /// A multiple of 64.
  package let low: UInt32
  /// The first document behind it: at most the segment's docCount.
  package let high: UInt32
  /// Room for `wordCount` words and ``slack`` more.
  package let words: UnsafeMutablePointer<UInt64>

  /// Words behind a window that filling it may overwrite.
  package static var slack: Int { 8 }

  /// A window of documents `low ..< high`, not empty.
  package init(low: UInt32, high: UInt32, words: UnsafeMutablePointer<UInt64>) {
    precondition(low % 64 == 0 && low < high, "a window starts at a word and is not empty")
    self.low = low
    self.high = high
    self.words = words
  }

  package var wordCount: Int { Int(high - low + 63) / 64 }
}

/// How far a list has been walked through windows or ascending documents.
package struct BlockWalk {
  /// The block that holds the next documents.
  fileprivate var block = 0
  /// The block whose documents stand in `docs`; -1 for none.
  fileprivate var decoded = -1
  /// Documents of that block.
  fileprivate var count = 0
  fileprivate let docs: UnsafeMutablePointer<UInt32>

  /// - Parameter docs: room for ``PostingsList/blockSize`` documents, the walk's own.
  package init(docs: UnsafeMutablePointer<UInt32>) { self.docs = docs }
}

// MARK: - Windows

extension PostingsList {
  /// What becomes of a window's bits at the documents of a list.
  package enum Marking { case set, cleared }

  /// Makes a window's bits those of the list's documents, whatever they were.
  ///
  /// A block that is a bitset costs a few instructions, a packed one is unpacked.
  package func fill(_ window: DocWindow, _ walk: inout BlockWalk) throws(FormatError) {
    if try fillRanges(window, Int32(LEDE_FILL)) { return }
    var filled = 0
    try forEachBlock(of: window, &walk) { block in
      guard let blocks = longBlocks else { return block }
      return lede_fill_window(blocks, block, window.low, window.high, window.words, &filled)
    } orElse: { docs, count in
      let end = Int((docs[count - 1] - window.low) >> 6) + 1
      if filled < end { (window.words + filled).update(repeating: 0, count: end - filled) }
      filled = max(filled, end)
      lede_set_bits(docs, count, window.low, window.words)
    }
    if filled < window.wordCount {
      (window.words + filled).update(repeating: 0, count: window.wordCount - filled)
    }
  }

  /// Sets or clears a window's bits at the list's documents, and leaves the others.
  package func mark(
    _ window: DocWindow, _ marking: Marking, _ walk: inout BlockWalk
  ) throws(FormatError) {
    let what = marking == .set ? LEDE_MARK : LEDE_CLEAR
    if try fillRanges(window, Int32(what)) { return }
    try forEachBlock(of: window, &walk) { block in
      guard let blocks = longBlocks else { return block }
      return marking == .set
        ? lede_mark_window(blocks, block, window.low, window.high, window.words)
        : lede_clear_window(blocks, block, window.low, window.high, window.words)
    } orElse: { docs, count in
      if marking == .set {
        lede_set_bits(docs, count, window.low, window.words)
      } else {
        lede_clear_bits(docs, count, window.low, window.words)
      }
    }
  }

  /// Does to the bits of a window of whole ranges what is asked for, if the list is ranged.
  private func fillRanges(_ window: DocWindow, _ what: Int32) throws(FormatError) -> Bool {
    guard let ranged, window.low % UInt32(Self.blockSize) == 0 else { return false }
    let ranges = (Int(window.high - window.low) + Self.blockSize - 1) / Self.blockSize
    // Safe: a window has room for eight words past its end, a range has eight.
    let done = withUnsafePointer(to: ranged) {
      lede_ranged_window(
        $0, window.low >> UInt32(Self.rangeShift), UInt32(truncatingIfNeeded: ranges), what,
        window.words)
    }
    if done != 0 { throw corruptBlock(0, Int(window.low) >> Self.rangeShift) }
    return true
  }

  /// Hands whole blocks inside a window to `kernel`, which gives the first that it leaves; of one that
  /// it leaves, because it is short, lies across a border or is damaged, the documents inside.
  @inline(__always)
  private func forEachBlock(
    of window: DocWindow, _ walk: inout BlockWalk, _ kernel: (Int) -> Int,
    orElse body: (UnsafePointer<UInt32>, Int) -> Void
  ) throws(FormatError) {
    walk.block = firstBlock(reaching: window.low, from: walk.block)
    while walk.block < blockCount {
      walk.block = kernel(walk.block)
      guard walk.block < blockCount,
        walk.block == 0 || lastDoc(ofBlock: walk.block - 1) < window.high - 1
      else { return }
      let count = try decode(&walk)
      let from = lede_lower_bound(walk.docs, count, window.low)
      let to = from + lede_lower_bound(walk.docs + from, count - from, window.high)
      // Safe: the documents from ..< to lie in the window.
      if from < to { body(walk.docs + from, to - from) }
      if lastDoc(ofBlock: walk.block) >= window.high - 1 { return }
      walk.block += 1
    }
  }

  private func decode(_ walk: inout BlockWalk) throws(FormatError) -> Int {
    if walk.decoded != walk.block {
      walk.decoded = -1
      walk.count = try decodeDocs(block: walk.block, into: walk.docs)
      walk.decoded = walk.block
    }
    return walk.count
  }
}

// MARK: - Ascending documents

extension PostingsList {
  /// Keeps, at the front, the documents that the list holds, or those that it lacks.
  ///
  /// - Parameters:
  ///   - docs: ascending, each below the segment's docCount and above those of the calls before.
  ///   - isHeld: whether those in the list are kept.
  /// - Returns: how many are kept.
  package func filter(
    _ docs: UnsafeMutablePointer<UInt32>, _ count: Int, isHeld: Bool, _ walk: inout BlockWalk
  ) throws(FormatError) -> Int {
    let wanted: UInt32 = isHeld ? 1 : 0
    if let ranged {
      let kept = withUnsafePointer(to: ranged) { lede_ranged_filter($0, docs, count, wanted) }
      guard kept < Self.damaged else { throw corruptBlock(0, 0) }
      return kept
    }
    var at = lede_filter(block: walk.block, done: 0, kept: 0)
    while true {
      if let blocks = longBlocks {
        if at.block < blocks.full { walk.decoded = -1 }
        at = lede_filter_docs(blocks, at, docs, count, wanted, walk.docs)
      }
      guard at.done < count else { break }
      // Left by the kernel: the last block, one that is damaged, or none at all.
      at.block = firstBlock(reaching: docs[at.done], from: at.block)
      walk.block = at.block
      guard walk.block < blockCount else {
        if !isHeld { at = Self.keepRest(docs, count, at) }
        break
      }
      let size = try decode(&walk)
      let last = lastDoc(ofBlock: walk.block)
      var place = 0
      while at.done < count, docs[at.done] <= last {
        let doc = docs[at.done]
        place += lede_lower_bound(walk.docs + place, size - place, doc)
        docs[at.kept] = doc
        at.kept += (place < size && walk.docs[place] == doc) == isHeld ? 1 : 0
        at.done += 1
      }
    }
    walk.block = at.block
    return at.kept
  }

  private static func keepRest(
    _ docs: UnsafeMutablePointer<UInt32>, _ count: Int, _ filter: lede_filter
  ) -> lede_filter {
    var at = filter
    while at.done < count {
      docs[at.kept] = docs[at.done]
      at.kept += 1
      at.done += 1
    }
    return at
  }
}
