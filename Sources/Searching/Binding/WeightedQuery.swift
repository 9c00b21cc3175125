import LedeAnalysis
import LedeCodecs
import LedeModel

/// A bound query with what the snapshot knows of it: each clause's postings and weight.
struct WeightedQuery: Sendable {
  let bound: BoundQuery
  /// Nil when the tree needs the general path.
  let flat: FlatPlan?
  /// w of each clause; a phrase's is the sum of its terms'.
  let weights: [Float]
  /// Live documents that hold a term, at least: exact when one key stands for it. 0 for phrases.
  let leastMatches: [Int]
  /// Entries by segment, clause, slot; a slot's absent keys are left out.
  let entries: [[[[TermEntry]]]]
  let statistics: CollectionStatistics

  init(
    _ bound: BoundQuery, segments: [SegmentReader], statistics: CollectionStatistics,
    analyzer: Analyzer
  ) throws(SearchError) {
    self.bound = bound
    self.statistics = statistics
    flat = FlatPlan(bound)
    var entries: [[[[TermEntry]]]] = []
    // docFreq per clause, slot and key, over all segments.
    var docFreqs = bound.clauses.map { $0.slots.map { [Int](repeating: 0, count: $0.keys.count) } }
    for segment in segments {
      var ofSegment: [[[TermEntry]]] = []
      for (number, clause) in bound.clauses.enumerated() {
        ofSegment.append(
          try Self.look(up: clause, in: segment, analyzer, adding: &docFreqs[number]))
      }
      entries.append(ofSegment)
    }
    self.entries = entries
    var weights: [Float] = []
    var least: [Int] = []
    for slots in docFreqs {
      // Several keys of a slot count as one term, as frequent as the most frequent of them.
      let ofSlots = slots.map { $0.max() ?? 0 }
      least.append(ofSlots.count == 1 ? ofSlots[0] : 0)
      let sum = ofSlots.reduce(0.0) {
        $0 + Double(BM25.weight(documents: statistics.documents, docFreq: $1))
      }
      weights.append(Float(sum))
    }
    self.weights = weights
    leastMatches = least
  }

  private static func look(
    up clause: Clause, in segment: SegmentReader, _ analyzer: Analyzer,
    adding docFreqs: inout [[Int]]
  ) throws(SearchError) -> [[TermEntry]] {
    var slots: [[TermEntry]] = []
    for (place, slot) in clause.slots.enumerated() {
      var found: [TermEntry] = []
      for (index, key) in slot.keys.enumerated() {
        do throws(FormatError) {
          guard let entry = try segment.find(key, clause.field, analyzer) else { continue }
          docFreqs[place][index] += segment.liveDocFreq(entry)
          found.append(entry)
        } catch { throw .index(error) }
      }
      slots.append(found)
    }
    return slots
  }

  /// BM25 of a clause that counts `count` times.
  func model(_ clause: Int, count: Int, options: SearchOptions) -> BM25 {
    let definition = bound.clauses[clause]
    return BM25(
      weight: weights[clause], field: definition.field, statistics: statistics, options: options,
      factor: definition.boost * Double(count))
  }

  /// Whether every slot of a clause has postings in a segment.
  func isPresent(_ clause: Int, in segment: Int) -> Bool {
    entries[segment][clause].allSatisfy { !$0.isEmpty }
  }
}
