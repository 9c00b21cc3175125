import LedeModel
import LedeStorage

/// One field's occurrences, grouped by term in the order of the dictionary and ascending within
/// each: a stable counting sort.
///
/// An occurrence is the number of its unit (for a bigram, of its first unigram); ``UnitMap`` turns
/// it into document and position. Two passes over the streams: count, then scatter. The terms lie
/// in the order in which they will be encoded, so that encoding reads memory from start to end.
/// Each thread takes a part of the documents, with counters of its own.
/// - Complexity: O(units + bigrams + terms) time; four bytes per occurrence, and per term four for
///   each thread and four more.
// Sendable: read-only once made.
final class SortedOccurrences: @unchecked Sendable {
  private let occurrences: UnsafeMutablePointer<UInt32>
  /// By rank in the vocabulary: first occurrence of each term, and the end of the last.
  private let starts: UnsafeMutablePointer<UInt32>
  let termCount: Int
  /// The most occurrences of any term.
  let largestCount: Int

  init(_ streams: UnitStreams, _ field: Field, _ vocabulary: Vocabulary, _ pool: WorkerPool) {
    let count = vocabulary.count
    termCount = count
    let parts = streams.parts(min(pool.threadCount, Self.mostParts)).map { documents in
      Part(documents, streams, field, BulkMemory.allocate(UInt32.self, capacity: count))
    }
    defer { for part in parts { part.cursors.deallocate() } }
    pool.run(parts.count) { parts[$0].count(termCount: count) }
    starts = BulkMemory.allocate(UInt32.self, capacity: count + 1)
    var total: UInt32 = 0
    var largest: UInt32 = 0
    for rank in 0..<count {
      // Safe: the vocabulary holds every number below `termCount` once.
      let term = Int(vocabulary.term(rank))
      starts[rank] = total
      for part in parts {
        let counted = part.cursors[term]
        part.cursors[term] = total
        // Traps rather than wraps; the flush comes long before.
        total += counted
      }
      largest = max(largest, total - starts[rank])
    }
    starts[count] = total
    largestCount = Int(largest)
    occurrences = BulkMemory.allocate(UInt32.self, capacity: Int(total))
    nonisolated(unsafe) let out = occurrences
    // Safe: no two parts write to the same place, because the counts of both are taken into account.
    pool.run(parts.count) { parts[$0].scatter(to: out) }
  }

  /// More counters than that cost more memory than they save time.
  private static let mostParts = 4

  deinit {
    occurrences.deallocate()
    starts.deallocate()
  }

  /// How often the term of a rank occurs in the field's live documents.
  @inline(__always)
  func count(_ rank: Int) -> Int { Int(starts[rank &+ 1] &- starts[rank]) }

  /// How often terms of ranks before this one occur.
  @inline(__always)
  func countBefore(_ rank: Int) -> Int { Int(starts[rank]) }

  /// The occurrences of the term of a rank, ascending.
  @inline(__always)
  func occurrences(_ rank: Int) -> UnsafeBufferPointer<UInt32> {
    // Safe: ranks are below `termCount`, and starts below the number of occurrences.
    UnsafeBufferPointer(start: occurrences + Int(starts[rank]), count: count(rank))
  }
}

/// One thread's part of the sort.
// Sendable: each part has memory of its own, and is worked at by one thread at a time.
private final class Part: @unchecked Sendable {
  private let documents: Range<Int>
  private let streams: UnitStreams
  private let field: Field
  /// By term: how often it occurs in the part, then where its next occurrence goes.
  let cursors: UnsafeMutablePointer<UInt32>

  init(
    _ documents: Range<Int>, _ streams: UnitStreams, _ field: Field,
    _ cursors: UnsafeMutablePointer<UInt32>
  ) {
    self.documents = documents
    self.streams = streams
    self.field = field
    self.cursors = cursors
  }

  func count(termCount: Int) {
    let (units, bigrams, cursors) = (streams.units, streams.bigrams, cursors)
    cursors.initialize(repeating: 0, count: termCount)
    for document in documents {
      // Safe: terms in the streams are numbers of the table, below `termCount`.
      for unit in streams.unitRange(document, field) { cursors[Int(units[unit])] &+= 1 }
      for bigram in streams.bigramRange(document, field) {
        cursors[Int(bigrams[bigram] >> 32)] &+= 1
      }
    }
  }

  /// Moves every occurrence to its term's cursor.
  ///
  /// A term may be a word here and a bigram there, so both streams are walked in step.
  func scatter(to out: UnsafeMutablePointer<UInt32>) {
    let (units, bigrams, cursors) = (streams.units, streams.bigrams, cursors)
    @inline(__always)
    func place(_ term: Int, _ unit: Int) {
      // Safe: the cursors were spaced by the counts of the same walk.
      let cursor = cursors[term]
      out[Int(cursor)] = UInt32(truncatingIfNeeded: unit)
      cursors[term] = cursor &+ 1
    }
    for document in documents {
      let unitRange = streams.unitRange(document, field)
      var next = unitRange.lowerBound
      for bigram in streams.bigramRange(document, field) {
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
