import LedeAnalysis
import LedeCodecs
import LedeModel

/// A bound query with what the snapshot knows of it: each clause's postings and weight.
///
/// Slots are numbered through all clauses, so that everything lies in a few flat arrays: a query of
/// two words takes a few microseconds in all, of which nested arrays would take half.
struct WeightedQuery: Sendable {
  let bound: BoundQuery
  /// Nil when the tree needs the general path.
  let flat: FlatPlan?
  /// w of each clause; a phrase's is the sum of its terms'.
  private(set) var weights: [Float] = []
  /// Live documents that hold a term, at least: exact when one key stands for it. 0 for phrases.
  private(set) var leastMatches: [Int] = []
  let statistics: CollectionStatistics
  /// The first slot of each clause, and the number of all slots.
  private var firstSlots: [Int] = []
  /// By segment and slot: where its entries begin; then the end of all.
  private var entryStarts: [Int] = []
  private var entries: [TermEntry] = []

  init(
    _ bound: BoundQuery, segments: [SegmentReader], statistics: CollectionStatistics,
    analyzer: Analyzer
  ) throws(SearchError) {
    self.bound = bound
    self.statistics = statistics
    flat = FlatPlan(bound)
    var slotCount = 0
    var keyCount = 0
    firstSlots.reserveCapacity(bound.clauses.count + 1)
    for clause in bound.clauses {
      firstSlots.append(slotCount)
      slotCount += clause.slots.count
      for slot in clause.slots { keyCount += slot.keys.count }
    }
    firstSlots.append(slotCount)
    // Live docFreq of each key, over all segments.
    var docFreqs = [Int](repeating: 0, count: keyCount)
    entryStarts.reserveCapacity(segments.count * slotCount + 1)
    entries.reserveCapacity(segments.count * keyCount)
    for segment in segments { try lookUp(segment, analyzer, &docFreqs) }
    entryStarts.append(entries.count)
    weigh(docFreqs)
  }

  private mutating func lookUp(
    _ segment: SegmentReader, _ analyzer: Analyzer, _ docFreqs: inout [Int]
  ) throws(SearchError) {
    var key = 0
    for clause in bound.clauses {
      for slot in clause.slots {
        entryStarts.append(entries.count)
        for name in slot.keys {
          do throws(FormatError) {
            if let entry = try segment.find(name, clause.field, analyzer) {
              docFreqs[key] += segment.liveDocFreq(entry)
              entries.append(entry)
            }
          } catch { throw .index(error) }
          key += 1
        }
      }
    }
  }

  private mutating func weigh(_ docFreqs: [Int]) {
    var key = 0
    weights.reserveCapacity(bound.clauses.count)
    leastMatches.reserveCapacity(bound.clauses.count)
    for clause in bound.clauses {
      var sum = 0.0
      var docFreq = 0
      for slot in clause.slots {
        // Several keys of a slot count as one term, as frequent as the most frequent of them.
        docFreq = 0
        for _ in slot.keys {
          docFreq = max(docFreq, docFreqs[key])
          key += 1
        }
        sum += Double(BM25.weight(documents: statistics.documents, docFreq: docFreq))
      }
      weights.append(Float(sum))
      leastMatches.append(clause.slots.count == 1 ? docFreq : 0)
    }
  }

  /// The entries that a slot of a clause has in a segment; absent keys have none.
  func entries(_ clause: Int, slot: Int, segment: Int) -> ArraySlice<TermEntry> {
    let index = segment * firstSlots[firstSlots.count - 1] + firstSlots[clause] + slot
    return entries[entryStarts[index]..<entryStarts[index + 1]]
  }

  /// Entries of all slots of a clause in a segment.
  func entryCount(_ clause: Int, segment: Int) -> Int {
    let base = segment * firstSlots[firstSlots.count - 1]
    return entryStarts[base + firstSlots[clause + 1]] - entryStarts[base + firstSlots[clause]]
  }

  /// Whether every slot of a clause has postings in a segment.
  func isPresent(_ clause: Int, in segment: Int) -> Bool {
    let base = segment * firstSlots[firstSlots.count - 1]
    for slot in (base + firstSlots[clause])..<(base + firstSlots[clause + 1])
    where entryStarts[slot] == entryStarts[slot + 1] {
      return false
    }
    return true
  }

  /// BM25 of a clause that counts `count` times.
  func model(_ clause: Int, count: Int, options: SearchOptions) -> BM25 {
    BM25(
      weight: weights[clause], field: bound.clauses[clause].field, statistics: statistics,
      options: options, factor: bound.clauses[clause].boost * Double(count))
  }
}
