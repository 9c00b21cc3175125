import LedeStorage

/// Looks terms up in a mapped segment; the grammar stands at ``TermDictionaryWriter``.
///
/// Opening checks the frame in O(1). A look-up is a binary search over eight-byte prefixes and the
/// scan of one block of 32 keys.
package struct TermDictionary: Sendable {
  private static let spansStart = 8
  let region: FileRegion
  let spans: [NamespaceSpan]
  private let blockCount: Int
  private let offsets: Int
  private let prefixes: Int
  private let blocks: Int
  /// Nil where the segment has none.
  let shortcuts: TermShortcuts?
  /// Documents of the segment.
  let docCount: UInt32

  /// - Parameter shortcuts: the section of them, where there is one that can be trusted.
  /// - Throws: ``FormatError/corrupt`` when the frame does not fit the section.
  package init(_ region: FileRegion, shortcuts: FileRegion? = nil) throws(FormatError) {
    self.region = region
    if let shortcuts {
      self.shortcuts = try TermShortcuts(shortcuts)
    } else {
      self.shortcuts = nil
    }
    let bytes = region.bytes
    offsets = Self.spansStart + NamespaceSpan.size * TermNamespace.allCases.count
    guard bytes.count >= offsets + 4 else { throw region.corrupt(at: 0, "the terms are cut off") }
    docCount = Self.loadUInt32(bytes, 0)
    var spans: [NamespaceSpan] = []
    var next: UInt64 = 0
    for index in TermNamespace.allCases.indices {
      let at = Self.spansStart + index * NamespaceSpan.size
      let span = NamespaceSpan(
        firstBlock: Self.loadUInt32(bytes, at), blockCount: Self.loadUInt32(bytes, at + 4),
        termCount: Self.loadUInt32(bytes, at + 8))
      // An unused namespace may state any first block up to the end; used ones follow each other.
      guard span.blockCount == 0 || UInt64(span.firstBlock) == next,
        (UInt64(span.termCount) + 31) / 32 == UInt64(span.blockCount)
      else { throw region.corrupt(at: at, "a namespace's blocks or terms do not add up") }
      next += UInt64(span.blockCount)
      spans.append(span)
    }
    self.spans = spans
    guard next <= UInt64(bytes.count) / 12 else {
      throw region.corrupt(at: 0, "\(next) blocks of terms do not fit the section")
    }
    blockCount = Int(next)
    prefixes = offsets + 4 * (blockCount + 1)
    blocks = prefixes + 8 * blockCount
    guard blocks <= bytes.count else { throw region.corrupt(at: offsets, "the terms are cut off") }
  }

  /// Terms of a namespace; for surfaces, the size of the vocabulary.
  package func count(_ namespace: TermNamespace) -> Int {
    Int(spans[Int(namespace.rawValue)].termCount)
  }

  /// Frequent terms that have a shortcut.
  package var shortcutCount: Int { shortcuts?.count ?? 0 }

  /// One more than the highest ordinal.
  package var ordinalLimit: UInt32 { UInt32(blockCount * TermDictionaryWriter.blockSize) }

  /// The entry of a surface or a class, an alias already replaced by its surface; nil if absent.
  package func find(
    _ namespace: TermNamespace, _ key: UnsafeRawBufferPointer
  ) throws(FormatError) -> TermEntry? {
    if let entry = shortcut(namespace, key) { return entry }
    return try findInBlock(namespace, key)
  }

  /// The same of a term that has no shortcut.
  package func findInBlock(
    _ namespace: TermNamespace, _ key: UnsafeRawBufferPointer
  ) throws(FormatError) -> TermEntry? {
    precondition(!namespace.isFold, "a fold has surfaces, not postings")
    guard let (block, index) = try locate(namespace, key) else { return nil }
    switch try block.value(at: index) {
    case .postings(let entry): return entry
    case .alias(let ordinal): return try entry(ordinal: ordinal)
    }
  }

  /// The entry of a frequent term that has a shortcut; nil for any other.
  ///
  /// Where a surface that is its own class has a shortcut and the class has none, the class has no postings: with
  /// some, it would be at least as frequent.
  @inline(__always)
  package func shortcut(_ namespace: TermNamespace, _ key: UnsafeRawBufferPointer) -> TermEntry? {
    // One that makes no sense is passed over: the term's block knows as much.
    guard let entry = shortcuts?.find(namespace, key)?.entry(namespace),
      entry.ordinal < ordinalLimit
    else { return nil }
    return entry
  }

  /// Starts loading what ``find(_:_:)`` reads of a frequent term.
  @inline(__always)
  package func prefetch(_ namespace: TermNamespace, _ key: UnsafeRawBufferPointer) {
    shortcuts?.prefetch(namespace, key)
  }

  /// All surfaces with the given fold when that set is not just the fold itself; else empty.
  ///
  /// - Parameter namespace: ``TermNamespace/textFold`` or ``TermNamespace/titleFold``.
  package func surfaces(
    foldingTo key: UnsafeRawBufferPointer, _ namespace: TermNamespace
  ) throws(FormatError) -> [[UInt8]] {
    precondition(namespace.isFold, "only folds list surfaces")
    guard let (block, index) = try locate(namespace, key) else { return [] }
    var surfaces: [[UInt8]] = []
    for ordinal in try block.ordinals(at: index) { surfaces.append(try term(ordinal: ordinal)) }
    return surfaces
  }

  /// Whether ``surfaces(foldingTo:_:)`` are any.
  package func hasFold(
    _ key: UnsafeRawBufferPointer, _ namespace: TermNamespace
  ) throws(FormatError) -> Bool {
    precondition(namespace.isFold, "only folds list surfaces")
    return try locate(namespace, key) != nil
  }

  /// The key of a term.
  package func term(ordinal: UInt32) throws(FormatError) -> [UInt8] {
    let (block, index) = try block(holding: ordinal)
    return try block.key(at: index)
  }

  /// The entry of a term with postings of its own.
  package func entry(ordinal: UInt32) throws(FormatError) -> TermEntry {
    var lookUp = OrdinalLookUp()
    return try lookUp.value(ordinal, in: self).entry
  }

  /// The namespace that an ordinal belongs to; nil when no term has it.
  package func namespace(ofOrdinal ordinal: UInt32) -> TermNamespace? {
    let block = ordinal / UInt32(TermDictionaryWriter.blockSize)
    return TermNamespace.allCases.first {
      let span = spans[Int($0.rawValue)]
      return span.blockCount > 0 && span.firstBlock <= block
        && UInt64(block) < UInt64(span.firstBlock) + UInt64(span.blockCount)
    }
  }

  /// Hands out every term of a namespace that has postings of its own, in order; aliases are left out.
  ///
  /// The key is valid during the call only.
  package func enumerate(
    _ namespace: TermNamespace,
    _ body: (UnsafeRawBufferPointer, TermEntry) throws -> Void
  ) throws {
    try forEachBlock(namespace) { block in
      try block.forEachValue { key, value in
        if case .postings(let entry) = value { try body(key, entry) }
      }
    }
  }

  /// Hands out every key of a namespace in order, aliases and folds included, and decodes each value.
  package func enumerateKeys(
    _ namespace: TermNamespace, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    try forEachBlock(namespace) { block in
      guard namespace.isFold else {
        return try block.forEachValue { key, value in
          if case .alias(let ordinal) = value { _ = try entry(ordinal: ordinal) }
          try body(key)
        }
      }
      for index in 0..<block.count {
        for ordinal in try block.ordinals(at: index) { _ = try term(ordinal: ordinal) }
        try block.key(at: index).withUnsafeBytes { try body($0) }
      }
    }
  }

  private func forEachBlock(
    _ namespace: TermNamespace, _ body: (TermBlock) throws -> Void
  ) throws {
    let span = spans[Int(namespace.rawValue)]
    for number in 0..<Int(span.blockCount) {
      try body(try block(Int(span.firstBlock) + number, in: namespace))
    }
  }
}

// MARK: - Finding blocks

extension TermDictionary {
  /// The first eight bytes of a key as a number that orders like the bytes, zeros behind a short key.
  static func prefix(of key: UnsafeRawBufferPointer) -> UInt64 {
    if key.count >= 8 { return UInt64(bigEndian: key.loadUnaligned(as: UInt64.self)) }
    var prefix: UInt64 = 0
    for index in 0..<8 { prefix = prefix << 8 | UInt64(index < key.count ? key[index] : 0) }
    return prefix
  }

  private static func loadUInt32(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
    UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  private func locate(
    _ namespace: TermNamespace, _ key: UnsafeRawBufferPointer
  ) throws(FormatError) -> (TermBlock, Int)? {
    guard let number = try blockThatMayHold(key, in: namespace) else { return nil }
    let block = try block(number, in: namespace)
    block.prefetch()
    return try block.index(of: key).map { (block, $0) }
  }

  /// The last block whose first key is not above `key`.
  private func blockThatMayHold(
    _ key: UnsafeRawBufferPointer, in namespace: TermNamespace
  ) throws(FormatError) -> Int? {
    let span = spans[Int(namespace.rawValue)]
    let wanted = Self.prefix(of: key)
    let first = Int(span.firstBlock)
    let end = first + Int(span.blockCount)
    var low = firstBlock(from: first, to: end) { prefix(ofBlock: $0) >= wanted }
    if low < end, prefix(ofBlock: low) == wanted {
      // Among blocks that begin with the key's own prefix whole keys decide.
      var high = firstBlock(from: low, to: end) { prefix(ofBlock: $0) > wanted }
      while low < high {
        let middle = (low + high) / 2
        if try block(middle, in: namespace).firstKey(isAbove: key) {
          high = middle
        } else {
          low = middle + 1
        }
      }
    }
    return low > first ? low - 1 : nil
  }

  /// The first of some blocks from which on a condition holds; `end` if it never does.
  @inline(__always)
  private func firstBlock(from first: Int, to end: Int, where holds: (Int) -> Bool) -> Int {
    var low = first
    var count = end - first
    // Without branches that a processor would have to guess.
    while count > 0 {
      let half = count / 2
      let isBelow = !holds(low + half)
      low = isBelow ? low + half + 1 : low
      count = isBelow ? count - half - 1 : half
    }
    return low
  }

  @inline(__always)
  private func prefix(ofBlock number: Int) -> UInt64 {
    UInt64(
      littleEndian: region.bytes.loadUnaligned(
        fromByteOffset: prefixes + 8 * number, as: UInt64.self))
  }

  func block(holding ordinal: UInt32) throws(FormatError) -> (TermBlock, Int) {
    let size = UInt32(TermDictionaryWriter.blockSize)
    guard let namespace = namespace(ofOrdinal: ordinal) else {
      throw region.corrupt(at: 0, "there is no term \(ordinal)")
    }
    let block = try block(Int(ordinal / size), in: namespace)
    let index = Int(ordinal % size)
    guard index < block.count else {
      throw region.corrupt(at: block.start, "there is no term \(ordinal)")
    }
    return (block, index)
  }

  /// A block by its number, which is below `blockCount`.
  func block(
    _ number: Int, in namespace: TermNamespace
  ) throws(FormatError) -> TermBlock {
    let span = spans[Int(namespace.rawValue)]
    let start = blocks + Int(Self.loadUInt32(region.bytes, offsets + 4 * number))
    let end = blocks + Int(Self.loadUInt32(region.bytes, offsets + 4 * (number + 1)))
    guard start < end, end <= region.bytes.count else {
      throw region.corrupt(
        at: offsets + 4 * number, "block \(number) of terms lies outside the section")
    }
    let isLast = number - Int(span.firstBlock) == Int(span.blockCount) - 1
    let size = TermDictionaryWriter.blockSize
    let count = isLast ? Int(span.termCount) - size * (Int(span.blockCount) - 1) : size
    return try TermBlock(
      region: SectionView(region), range: start..<end, count: count, namespace: namespace,
      firstOrdinal: UInt32(number * size), prefixOffset: prefixes + 8 * number,
      docCount: docCount)
  }
}
