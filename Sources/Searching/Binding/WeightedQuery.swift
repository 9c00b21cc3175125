import LedeAnalysis
import LedeCodecs
import LedeModel

/// A bound query with what the snapshot knows of it: each clause's postings and weight.
///
/// Slots are numbered through all clauses, so that everything lies in a few flat runs of a
/// ``ScratchArena``, and is valid as long as they are.
final class WeightedQuery {
  let bound: BoundQuery
  /// Nil when the tree needs the general path.
  let flat: FlatPlan?
  let statistics: CollectionStatistics
  private let figures: UnsafeMutableBufferPointer<ClauseFigures>
  private let slotCount: Int
  /// By segment and slot: where its entries end.
  private let entryEnds: UnsafeMutablePointer<Int>
  private let entries: UnsafeMutablePointer<TermEntry>

  private struct ClauseFigures {
    /// The first of the clause's slots.
    let firstSlot: Int
    /// w; a phrase's is the sum of its terms'.
    var weight: Float = 0
    /// Live documents that hold a term, at least: exact when one key stands for it. 0 for phrases.
    var leastMatches = 0
  }

  init(
    _ bound: BoundQuery, segments: [SegmentReader], statistics: CollectionStatistics,
    analyzer: Analyzer, arena: ScratchArena
  ) throws(SearchError) {
    self.bound = bound
    self.statistics = statistics
    flat = FlatPlan(bound, arena: arena)
    figures = UnsafeMutableBufferPointer(
      start: arena.allocate(ClauseFigures.self, bound.clauses.count), count: bound.clauses.count)
    var slotCount = 0
    var keyCount = 0
    for (number, clause) in bound.clauses.enumerated() {
      figures.initializeElement(at: number, to: ClauseFigures(firstSlot: slotCount))
      slotCount += clause.slots.count
      for slot in clause.slots { keyCount += slot.keys.count }
    }
    self.slotCount = slotCount
    entryEnds = arena.allocate(Int.self, segments.count * slotCount)
    entries = arena.allocate(TermEntry.self, segments.count * keyCount)
    // Live docFreq of each key, over all segments.
    let docFreqs = arena.allocate(repeating: 0, keyCount)
    var entryCount = 0
    for (number, segment) in segments.enumerated() {
      do throws(FormatError) {
        try lookUp(segment, number, analyzer, &entryCount, docFreqs)
      } catch { throw .index(error) }
    }
    weigh(docFreqs)
  }

  /// Finds the entries of every key in a segment.
  private func lookUp(
    _ segment: SegmentReader, _ number: Int, _ analyzer: Analyzer, _ entryCount: inout Int,
    _ docFreqs: UnsafeMutablePointer<Int>
  ) throws(FormatError) {
    // Memory is waited for once, not once a word.
    for clause in bound.clauses {
      for slot in clause.slots {
        for name in slot.keys { segment.prefetch(name, clause.field) }
      }
    }
    var key = 0
    var slotNumber = number * slotCount
    for clause in bound.clauses {
      for slot in clause.slots {
        for name in slot.keys {
          if let entry = try segment.find(name, clause.field, analyzer) {
            docFreqs[key] += segment.liveDocFreq(entry)
            (entries + entryCount).initialize(to: entry)
            entryCount += 1
          }
          key += 1
        }
        entryEnds[slotNumber] = entryCount
        slotNumber += 1
      }
    }
  }

  private func weigh(_ docFreqs: UnsafePointer<Int>) {
    var key = 0
    for (number, clause) in bound.clauses.enumerated() {
      var sum = 0.0
      var docFreq = 0
      for slot in clause.slots {
        // Several keys of a slot count as one term, as frequent as the most frequent of them.
        docFreq = 0
        for _ in slot.keys {
          docFreq = max(docFreq, docFreqs[key])
          key += 1
        }
        sum += Double(weight(docFreq: docFreq))
      }
      figures[number].weight = Float(sum)
      figures[number].leastMatches = clause.slots.count == 1 ? docFreq : 0
    }
  }

  private func weight(docFreq: Int) -> Float {
    BM25.weight(documents: statistics.documents, docFreq: docFreq)
  }
}

// MARK: - What is known of a clause

extension WeightedQuery {
  /// w of each clause.
  var weights: [Float] { figures.map(\.weight) }

  func weight(_ clause: Int) -> Float { figures[clause].weight }

  func kind(_ clause: Int) -> Clause.Kind { bound.clauses[clause].kind }

  func field(_ clause: Int) -> Field { bound.clauses[clause].field }

  func slotCount(_ clause: Int) -> Int { bound.clauses[clause].slots.count }

  /// Live documents that hold a clause, at least.
  func leastMatches(_ clause: Int) -> Int { figures[clause].leastMatches }

  /// The entries that a slot of a clause has in a segment; absent keys have none.
  func entries(
    _ clause: Int, slot: Int, segment: Int
  ) -> UnsafeMutableBufferPointer<TermEntry> {
    let index = segment * slotCount + figures[clause].firstSlot + slot
    let start = index == 0 ? 0 : entryEnds[index - 1]
    return UnsafeMutableBufferPointer(start: entries + start, count: entryEnds[index] - start)
  }

  /// Whether every slot of a clause has postings in a segment.
  func isPresent(_ clause: Int, in segment: Int) -> Bool {
    for slot in 0..<slotCount(clause)
    where entries(clause, slot: slot, segment: segment).isEmpty {
      return false
    }
    return true
  }

  /// The total of a query of one term; at least the most frequent alternative's docFreq otherwise.
  var totalKnownBeforehand: (total: Int, relation: TotalRelation)? {
    guard let flat, flat.required.count <= 1, flat.excluded.isEmpty else { return nil }
    let deciding = flat.required.isEmpty ? flat.alternatives : flat.required
    var most = 0
    for clause in deciding { most = max(most, leastMatches(clause)) }
    let isExact = deciding.count == 1 && bound.clauses[deciding[0]].isOneKey
    return (most, isExact ? .equal : .atLeast)
  }

  /// BM25 of a clause that counts `count` times.
  func model(_ clause: Int, count: Int, options: SearchOptions) -> BM25 {
    BM25(
      weight: weight(clause), field: field(clause), statistics: statistics, options: options,
      factor: bound.clauses[clause].boost * Double(count))
  }
}
