/// Orders documents so that those with common terms lie together: gaps get smaller, bounds sharper.
///
/// Halves the documents again and again; in each half-way cut, documents trade sides as long as the
/// estimated bits of all gaps fall. Level by level, so that a time budget leaves out the finest
/// cuts only. Sources: Dhulipala et al., "Compressing Graphs and Indexes with Recursive Graph
/// Bisection" (2016); Mackenzie, Petri and Moffat, "Faster Index Reordering with Bipartite Graph
/// Partitioning" (2021): gains per term, computed once a round, and a selection in place of sorting.
struct GraphBisection: ~Copyable {
  /// Documents that are not cut any further.
  static let smallestPart = 32
  static let mostRounds = 20

  private var forward: ForwardIndex
  /// Terms of a document that are still looked at; they stand in front of the others.
  private var lengths: [UInt32]
  private var order: [UInt32]
  private var worker: BisectionWorker
  private let isTimeUp: () -> Bool

  /// - Parameter isTimeUp: asked now and then; once it says so, what is not cut keeps its order.
  init(_ forward: ForwardIndex, isTimeUp: @escaping () -> Bool) {
    self.forward = forward
    self.isTimeUp = isTimeUp
    lengths = (0..<forward.docCount).map {
      UInt32(truncatingIfNeeded: forward.starts[$0 + 1] - forward.starts[$0])
    }
    order = (0..<UInt32(forward.docCount)).map { $0 }
    worker = BisectionWorker(termCount: forward.termCount, docCount: forward.docCount)
  }

  /// By new docID, the documents; the same for the same input, unless time runs out.
  consuming func run() -> [UInt32] {
    var parts = [0..<order.count]
    while !parts.isEmpty, !isTimeUp() {
      var next: [Range<Int>] = []
      for part in parts where part.count > Self.smallestPart {
        if isTimeUp() { return order }
        let middle = part.lowerBound + part.count / 2
        bisect(part, middle)
        next.append(part.lowerBound..<middle)
        next.append(middle..<part.upperBound)
      }
      parts = next
    }
    return order
  }

  private mutating func bisect(_ part: Range<Int>, _ middle: Int) {
    let isTimeUp = isTimeUp
    let starts = forward.starts
    forward.terms.withUnsafeMutableBufferPointer { terms in
      lengths.withUnsafeMutableBufferPointer { lengths in
        order.withUnsafeMutableBufferPointer { order in
          starts.withUnsafeBufferPointer { starts in
            worker.bisect(
              UnsafeMutableBufferPointer(rebasing: order[part]),
              BisectionDocuments(starts: starts, terms: terms, lengths: lengths), isTimeUp)
          }
        }
      }
    }
  }
}
