import LedeAnalysis
import LedeStorage

/// Terms of a vocabulary grouped by a key made from each: their class, or their fold.
// Sendable: read-only once made.
final class TermGroups: @unchecked Sendable {
  /// The distinct keys.
  private let keys: TermTable
  /// Groups in the order of their keys' bytes.
  private let order: Vocabulary
  /// By number of the key, where its members begin.
  private let starts: UnsafeMutablePointer<UInt32>
  /// Ranks, ascending within each group.
  private let members: UnsafeMutablePointer<UInt32>

  /// The group of a term that is in none.
  static var none: UInt32 { .max }

  /// - Parameter groupOf: by rank, the number of the term's key or ``none``.
  init(keys: consuming TermTable, groupOf: UnsafeBufferPointer<UInt32>) {
    let count = keys.count
    starts = .allocate(capacity: count + 2)
    starts.initialize(repeating: 0, count: count + 2)
    // First how many there are, two places on, then where the next one of each goes, one place on.
    for group in groupOf where group != Self.none { starts[Int(group) + 2] &+= 1 }
    for group in 0..<count { starts[group + 2] &+= starts[group + 1] }
    members = .allocate(capacity: Int(starts[count + 1]))
    for (rank, group) in groupOf.enumerated() where group != Self.none {
      members[Int(starts[Int(group) + 1])] = UInt32(truncatingIfNeeded: rank)
      starts[Int(group) + 1] &+= 1
    }
    order = Vocabulary(keys)
    self.keys = keys
  }

  deinit {
    starts.deallocate()
    members.deallocate()
  }

  var count: Int { keys.count }

  /// Key and members of the group at a place in the order of keys; valid as long as this is.
  @inline(__always)
  func group(
    _ place: Int
  ) -> (key: UnsafeBufferPointer<UInt8>, ranks: UnsafeBufferPointer<UInt32>) {
    let number = order.term(place, prefetching: keys)
    let start = Int(starts[Int(number)])
    return (
      keys.bytes(number),
      UnsafeBufferPointer(start: members + start, count: Int(starts[Int(number) + 1]) - start)
    )
  }
}

extension TermGroups {
  /// Groups words by class, the fold of the stem, and by fold: those groups in which some word is not
  /// its own key; the others say nothing. The stemmer runs once per distinct surface.
  ///
  /// Keys are made and looked up on all threads, a run of ranks each; in between they are numbered in
  /// the order of the ranks. What is left to do goes on beside the caller.
  static func classesAndFolds(
    _ terms: SegmentTerms, _ vocabulary: Vocabulary, _ analyzers: AnalyzerPool, on pool: WorkerPool
  ) -> (classes: PendingResult<TermGroups>, folds: PendingResult<TermGroups>) {
    let classes = GroupedTerms(terms, vocabulary)
    let folds = GroupedTerms(terms, vocabulary)
    let runs = stride(from: 0, to: vocabulary.count, by: runSize).map {
      $0..<min(vocabulary.count, $0 + runSize)
    }
    var next = runs.makeIterator()
    pool.runInOrder({ next.next() }) { run in
      analyzers.withAnalyzer { TermKeys(terms.table, vocabulary, run, $0) }
    } use: { run, keys in
      classes.number(run, keys.classes)
      folds.number(run, keys.folds)
    }
    pool.run(runs.count) {
      classes.join(runs[$0])
      folds.join(runs[$0])
    }
    return (pool.submit { classes.finish() }, pool.submit { folds.finish() })
  }

  /// Ranks whose keys are made by one thread at a time: half a millisecond's.
  private static let runSize = 1 << 12
}

extension TermTable {
  /// Interns the bytes of an array, which gets the padding that ``TermHash`` asks for.
  mutating func intern(padding key: inout [UInt8]) -> UInt32 {
    let length = key.count
    key.append(contentsOf: repeatElement(0, count: TermHash.padding))
    return key.withUnsafeBytes { bytes in
      // Safe: there is the padding.
      let start = bytes.baseAddress.unsafelyUnwrapped
      return intern(start, length, hash: hash(start, length))
    }
  }

  /// The number of an array's bytes, if they have one; pads the array likewise.
  func find(padding key: inout [UInt8]) -> UInt32? {
    let length = key.count
    key.append(contentsOf: repeatElement(0, count: TermHash.padding))
    return key.withUnsafeBytes { find($0.baseAddress.unsafelyUnwrapped, length) }
  }
}
