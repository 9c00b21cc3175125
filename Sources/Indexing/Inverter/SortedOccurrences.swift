import LedeModel

/// One field's occurrences, grouped by term and ascending within each: a stable counting sort.
///
/// An occurrence is the number of its unit (for a bigram, of its first unigram); ``UnitMap`` turns
/// it into document and position. Two passes over the streams: count, then scatter.
/// - Complexity: O(units + bigrams + terms) time; four bytes per occurrence and eight per term.
struct SortedOccurrences: ~Copyable {
  private let occurrences: UnsafeMutablePointer<UInt32>
  private let counts: UnsafeMutablePointer<UInt32>
  /// One past each term's last occurrence.
  private let ends: UnsafeMutablePointer<UInt32>
  let termCount: Int

  init(_ inverter: borrowing Inverter, _ field: Field) {
    termCount = inverter.terms.count
    counts = BulkMemory.allocate(UInt32.self, capacity: termCount + 1)
    counts.initialize(repeating: 0, count: termCount + 1)
    ends = BulkMemory.allocate(UInt32.self, capacity: termCount + 1)
    Self.count(inverter, field, counts)
    var total = 0
    for term in 0..<termCount {
      ends[term] = UInt32(truncatingIfNeeded: total)
      total += Int(counts[term])
    }
    precondition(total <= Int(UInt32.max), "the flush comes long before this")
    occurrences = BulkMemory.allocate(UInt32.self, capacity: max(1, total))
    Self.scatter(inverter, field, ends, occurrences)
  }

  deinit {
    occurrences.deallocate()
    counts.deallocate()
    ends.deallocate()
  }

  /// How often a term occurs in the field's live documents.
  @inline(__always)
  func count(_ term: UInt32) -> Int { Int(counts[Int(term)]) }

  /// The occurrences of a term, ascending.
  @inline(__always)
  func occurrences(of term: UInt32) -> UnsafeBufferPointer<UInt32> {
    let count = Int(counts[Int(term)])
    // Safe: the scatter left each end `count` behind the term's first occurrence.
    return UnsafeBufferPointer(start: occurrences + (Int(ends[Int(term)]) - count), count: count)
  }

  /// The most occurrences of any term.
  var largestCount: Int {
    Int(UnsafeBufferPointer(start: counts, count: termCount).max() ?? 0)
  }

  private static func count(
    _ inverter: borrowing Inverter, _ field: Field, _ counts: UnsafeMutablePointer<UInt32>
  ) {
    let (units, bigrams) = (inverter.units, inverter.bigrams)
    for document in inverter.documents.indices {
      // Safe: terms in the streams are numbers of the table, below `termCount`.
      for unit in inverter.unitRange(document, field) { counts[Int(units[unit])] &+= 1 }
      for bigram in inverter.bigramRange(document, field) { counts[Int(bigrams[bigram] >> 32)] &+= 1 }
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
