import LedeModel

/// One field's occurrences, grouped by term in the order of the dictionary and ascending within
/// each: a stable counting sort.
///
/// An occurrence is the number of its unit (for a bigram, of its first unigram); ``UnitMap`` turns
/// it into document and position. Two passes over the streams: count, then scatter. The terms lie
/// in the order in which they will be encoded, so that encoding reads memory from start to end.
/// - Complexity: O(units + bigrams + terms) time; four bytes per occurrence and eight per term.
struct SortedOccurrences: ~Copyable {
  private let occurrences: UnsafeMutablePointer<UInt32>
  /// By rank in the vocabulary: first occurrence of each term, and the end of the last.
  private let starts: UnsafeMutablePointer<UInt32>
  let termCount: Int

  init(_ inverter: borrowing Inverter, _ field: Field, _ vocabulary: borrowing Vocabulary) {
    termCount = vocabulary.count
    let cursors = BulkMemory.allocate(UInt32.self, capacity: termCount)
    defer { cursors.deallocate() }
    cursors.initialize(repeating: 0, count: termCount)
    Self.count(inverter, field, cursors)
    starts = BulkMemory.allocate(UInt32.self, capacity: termCount + 1)
    var total: UInt32 = 0
    for rank in 0..<termCount {
      // Safe: the vocabulary holds every number below `termCount` once.
      let term = Int(vocabulary.term(rank))
      starts[rank] = total
      // Traps rather than wraps; the flush comes long before.
      total += cursors[term]
      cursors[term] = starts[rank]
    }
    starts[termCount] = total
    occurrences = BulkMemory.allocate(UInt32.self, capacity: Int(total))
    Self.scatter(inverter, field, cursors, occurrences)
  }

  deinit {
    occurrences.deallocate()
    starts.deallocate()
  }

  /// How often the term of a rank occurs in the field's live documents.
  @inline(__always)
  func count(_ rank: Int) -> Int { Int(starts[rank &+ 1] &- starts[rank]) }

  /// The occurrences of the term of a rank, ascending.
  @inline(__always)
  func occurrences(_ rank: Int) -> UnsafeBufferPointer<UInt32> {
    // Safe: ranks are below `termCount`, and starts below the number of occurrences.
    UnsafeBufferPointer(start: occurrences + Int(starts[rank]), count: count(rank))
  }

  /// The most occurrences of any term.
  var largestCount: Int { (0..<termCount).reduce(0) { max($0, count($1)) } }

  private static func count(
    _ inverter: borrowing Inverter, _ field: Field, _ counts: UnsafeMutablePointer<UInt32>
  ) {
    let (units, bigrams) = (inverter.units, inverter.bigrams)
    for document in inverter.documents.indices {
      // Safe: terms in the streams are numbers of the table, below `termCount`.
      for unit in inverter.unitRange(document, field) { counts[Int(units[unit])] &+= 1 }
      for bigram in inverter.bigramRange(document, field) {
        counts[Int(bigrams[bigram] >> 32)] &+= 1
      }
    }
  }

  /// Moves every occurrence to its term's cursor.
  ///
  /// A term may be a word here and a bigram there, so both streams are walked in step.
  private static func scatter(
    _ inverter: borrowing Inverter, _ field: Field, _ cursors: UnsafeMutablePointer<UInt32>,
    _ out: UnsafeMutablePointer<UInt32>
  ) {
    @inline(__always)
    func place(_ term: Int, _ unit: Int) {
      // Safe: the cursors were spaced by the counts of the same walk.
      let cursor = cursors[term]
      out[Int(cursor)] = UInt32(truncatingIfNeeded: unit)
      cursors[term] = cursor &+ 1
    }
    let (units, bigrams) = (inverter.units, inverter.bigrams)
    for document in inverter.documents.indices {
      let unitRange = inverter.unitRange(document, field)
      var next = unitRange.lowerBound
      for bigram in inverter.bigramRange(document, field) {
        let first = Int(bigrams[bigram] & 0xffff_ffff)
        while next <= first {
          place(Int(units[next]), next)
          next &+= 1
        }
        place(Int(bigrams[bigram] >> 32), first)
      }
      while next < unitRange.upperBound {
        place(Int(units[next]), next)
        next &+= 1
      }
    }
  }
}
