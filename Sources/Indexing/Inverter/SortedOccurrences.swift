import LedeModel
import LedeStorage

/// One field's occurrences, grouped by term in the order of the dictionary and ascending within
/// each: stable counting sorts, of one part of the documents after the other.
///
/// Two passes over a part's streams: count, then scatter. The terms lie in the order in which they
/// will be encoded, so that encoding reads memory from start to end.
///
/// Each thread sorts a part at a time. The units of sorted parts may become the memory of the next
/// ones: to touch fresh memory takes the system longer than to sort it.
/// - Complexity: O(units + bigrams + terms) time; four bytes per occurrence, most of them the
///   units', and per term four for each part, four for each thread and four more.
// Sendable: read-only once made.
final class SortedOccurrences: @unchecked Sendable {
  private let parts: [OccurrencePart]
  private let memory: OccurrenceMemory
  /// There if some part needs it.
  private let map: UnitMap?
  /// By rank in the vocabulary: how many occurrences come before the term's.
  private let starts: UnsafeMutablePointer<UInt32>
  let termCount: Int
  /// The most occurrences of any term.
  let largestCount: Int

  /// - Parameter reusingUnits: whether the memory of the streams' units becomes that of the
  ///   occurrences; nothing may read them then, and they must stay as long as the result.
  init(
    _ streams: UnitStreams, _ field: Field, _ vocabulary: Vocabulary, reusingUnits: Bool,
    _ pool: WorkerPool
  ) {
    termCount = vocabulary.count
    var memory = OccurrenceMemory(reusing: reusingUnits ? streams.units : nil)
    parts = Self.sort(streams, field, vocabulary, &memory, pool)
    self.memory = memory
    map = parts.contains { $0.placeBits == nil } ? UnitMap(streams) : nil
    starts = BulkMemory.allocate(UInt32.self, capacity: termCount + 1)
    var total: UInt32 = 0
    var largest: UInt32 = 0
    for rank in 0..<termCount {
      starts[rank] = total
      for part in parts { total += UInt32(truncatingIfNeeded: part[rank].count) }
      largest = max(largest, total - starts[rank])
    }
    starts[termCount] = total
    largestCount = Int(largest)
  }

  deinit {
    for part in parts { part.starts.deallocate() }
    memory.deallocate()
    starts.deallocate()
  }

  /// More parts cost more memory and time per term than they save.
  private static let mostParts = 4

  private static func sort(
    _ streams: UnitStreams, _ field: Field, _ vocabulary: Vocabulary,
    _ memory: inout OccurrenceMemory, _ pool: WorkerPool
  ) -> [OccurrencePart] {
    // A part costs as much per term as per occurrence: few occurrences, such as titles', are one.
    let count = streams.occurrenceCount(0..<streams.documents.count, field)
    let mostParts = min(Self.mostParts, max(1, count / max(1, vocabulary.count)))
    let width = min(pool.threadCount, mostParts)
    let cursors = (0..<width).map { _ in
      BulkMemory.allocate(UInt32.self, capacity: vocabulary.count)
    }
    defer { for cursors in cursors { cursors.deallocate() } }
    var waiting = streams.parts(width < 3 ? mostParts : width)[...]
    var parts: [OccurrencePart] = []
    while !waiting.isEmpty {
      let wave = waiting.prefix(width).map { documents in
        OccurrencePart(
          documents, of: streams, field,
          occurrences: memory.take(streams.occurrenceCount(documents, field)),
          starts: BulkMemory.allocate(UInt32.self, capacity: vocabulary.count + 1))
      }
      // Safe: every part has memory of its own.
      nonisolated(unsafe) let work = (parts: wave, cursors: cursors)
      pool.run(wave.count) { work.parts[$0].sort(streams, field, vocabulary, work.cursors[$0]) }
      memory.release(streams.unitCount(before: wave[wave.count - 1].documents.upperBound))
      parts += wave
      waiting = waiting.dropFirst(width)
    }
    return parts
  }

  /// Whether some lie where units lay.
  var usesUnits: Bool { memory.usesUnits }

  /// How often the term of a rank occurs in the field's live documents.
  @inline(__always)
  func count(_ rank: Int) -> Int { Int(starts[rank &+ 1] &- starts[rank]) }

  /// How often terms of ranks before this one occur.
  @inline(__always)
  func countBefore(_ rank: Int) -> Int { Int(starts[rank]) }

  /// Splits the occurrences of the term of a rank into documents and termFreqs, for which there is
  /// room; writes the ordinal of each to `ordinals`, unless nil. Returns the number of documents.
  @inline(__always)
  func split(
    _ rank: Int, docs: UnsafeMutablePointer<UInt32>, freqs: UnsafeMutablePointer<UInt32>,
    ordinals: UnsafeMutablePointer<UInt32>?
  ) -> Int {
    var (documents, occurrences) = (0, 0)
    // No document is in two parts.
    for part in parts where !part[rank].isEmpty {
      documents += part.split(
        rank, map, docs: docs + documents, freqs: freqs + documents,
        ordinals: ordinals.map { $0 + occurrences })
      occurrences += part[rank].count
    }
    return documents
  }
}

/// Where sorted occurrences lie: where the units of parts lay that were sorted before, else in memory
/// of their own.
private struct OccurrenceMemory {
  private let units: UnsafeMutablePointer<UInt32>?
  /// Units that nobody reads any more, and how many of their places are taken.
  private var released = 0
  private var taken = 0
  private var own: [UnsafeMutablePointer<UInt32>] = []

  init(reusing units: UnsafeMutablePointer<UInt32>?) { self.units = units }

  var usesUnits: Bool { taken > 0 }

  /// Room for `count` occurrences.
  mutating func take(_ count: Int) -> UnsafeMutablePointer<UInt32> {
    if let units, taken + count <= released {
      defer { taken += count }
      return units + taken
    }
    own.append(BulkMemory.allocate(UInt32.self, capacity: count))
    return own[own.count - 1]
  }

  /// Lets go of the first `count` units.
  mutating func release(_ count: Int) { released = count }

  func deallocate() { for memory in own { memory.deallocate() } }
}
