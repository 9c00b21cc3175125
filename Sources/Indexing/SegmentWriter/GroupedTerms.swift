import LedeAnalysis

/// The keys of a run of ranks, one after another, where they are not the terms themselves.
struct TermKeys: Sendable {
  /// Keys of one kind.
  struct Kind: Sendable {
    /// Followed by the padding that ``TermHash`` asks for.
    fileprivate var bytes: [UInt8] = []
    /// Where the key of each rank ends: where the one before does if there is none.
    fileprivate var ends: [UInt32] = []

    fileprivate mutating func add(_ key: [UInt8], of surface: UnsafeBufferPointer<UInt8>) {
      if !key.elementsEqual(surface) { bytes.append(contentsOf: key) }
      addEnd()
    }

    fileprivate mutating func addEnd() { ends.append(UInt32(truncatingIfNeeded: bytes.count)) }

    fileprivate mutating func pad() {
      bytes.append(contentsOf: repeatElement(0, count: TermHash.padding))
    }
  }

  private(set) var classes = Kind()
  private(set) var folds = Kind()

  /// Terms that are marked as of no class and no fold have none.
  init(
    _ terms: borrowing TermTable, _ vocabulary: Vocabulary, _ ranks: Range<Int>,
    _ analyzer: Analyzer
  ) {
    var key: [UInt8] = []
    for rank in ranks {
      let term = vocabulary.term(rank, prefetching: terms)
      let surface = terms.bytes(term)
      let isWord = !terms.isMarked(term)
      // Only letters outside ASCII carry marks; without stemming only they make a class differ.
      let isFolded = isWord && surface.contains { $0 >= 0x80 }
      if isFolded {
        analyzer.fold(surface, into: &key)
        folds.add(key, of: surface)
      } else {
        folds.addEnd()
      }
      if isWord, isFolded || analyzer.language != .none {
        analyzer.stemClass(ofSurface: surface, into: &key)
        classes.add(key, of: surface)
      } else {
        classes.addEnd()
      }
    }
    classes.pad()
    folds.pad()
  }
}

/// Terms on their way into ``TermGroups``.
// Sendable: `number` is called by one thread, then `join` by several, for ranks of their own.
final class GroupedTerms: @unchecked Sendable {
  private let terms: SegmentTerms
  private let vocabulary: Vocabulary
  private var keys: TermTable
  /// By rank, the number of the term's key.
  private let groupOf: UnsafeMutableBufferPointer<UInt32>

  init(_ terms: SegmentTerms, _ vocabulary: Vocabulary) {
    self.terms = terms
    self.vocabulary = vocabulary
    keys = TermTable(minimumCapacity: vocabulary.count / 4)
    groupOf = .allocate(capacity: vocabulary.count)
    groupOf.initialize(repeating: TermGroups.none)
  }

  deinit { groupOf.deallocate() }

  /// Numbers the keys of a run; runs come in their order.
  func number(_ ranks: Range<Int>, _ kind: TermKeys.Kind) {
    kind.bytes.withUnsafeBytes { bytes in
      // Safe: there is the padding.
      let base = bytes.baseAddress.unsafelyUnwrapped
      var start = 0
      for (rank, end) in zip(ranks, kind.ends) where Int(end) > start {
        let length = Int(end) - start
        groupOf[rank] = keys.intern(
          base + start, length, hash: keys.hash(base + start, length))
        start = Int(end)
      }
    }
  }

  /// Adds those terms of a run to groups that are the groups' keys themselves.
  func join(_ ranks: Range<Int>) {
    for rank in ranks where groupOf[rank] == TermGroups.none {
      let surface = terms.table.bytes(vocabulary.term(rank, prefetching: terms.table))
      guard let start = surface.baseAddress else { continue }
      if let group = keys.find(start, surface.count) { groupOf[rank] = group }
    }
  }

  /// The groups; nothing can be added then.
  func finish() -> TermGroups {
    var keys = TermTable(minimumCapacity: 1)
    swap(&keys, &self.keys)
    return TermGroups(keys: keys, groupOf: UnsafeBufferPointer(groupOf))
  }
}
