import CLedeKernels
import LedeCodecs
import LedeModel

/// One scoring clause in one segment, as the windows see it. Plain values and pointers only.
struct ClauseState {
  /// Its number in the query.
  let clause: Int
  /// Whether a document without it is no match.
  let isRequired: Bool
  let model: BM25
  let field: Field
  /// The field's lengths by document, 65,535 an escape.
  let lengths: UnsafePointer<UInt16>
  /// Of a term; nil for a phrase.
  let cursor: UnsafeMutablePointer<TermCursor>?
  /// Of a phrase: its place among the segment's matchers.
  let phrase: Int
  /// The clause's scores by place in the batch.
  let row: UnsafeMutablePointer<Float>
  /// Scores of the cursor's block `scoredBlock`.
  let blockScores: UnsafeMutablePointer<Float>
  var scoredBlock = -1
  /// A bound of its contribution in the whole segment.
  let maxBound: Double
  /// A bound of its contribution in the present window.
  var bound = 0.0
  /// Whether the row holds anything but zeros.
  var isRowUsed = false
}

/// The candidates of a window: documents, their places in the rows, and what is known of their score.
struct CandidateBatch {
  let docs: UnsafeMutablePointer<UInt32>
  let places: UnsafeMutablePointer<UInt32>
  /// Sum of the contributions known so far, in any order.
  let partials: UnsafeMutablePointer<Double>
  let capacity: Int
  var count = 0

  init(capacity: Int, arena: ScratchArena) {
    self.capacity = capacity
    docs = arena.allocate(UInt32.self, capacity)
    places = arena.allocate(UInt32.self, capacity)
    partials = arena.allocate(Double.self, capacity)
  }

  @inline(__always)
  mutating func append(_ doc: UInt32, place: UInt32, partial: Double) {
    docs[count] = doc
    places[count] = place
    partials[count] = partial
    count += 1
  }

  @inline(__always)
  func keep(_ index: Int, at kept: Int, partial: Double) {
    docs[kept] = docs[index]
    places[kept] = places[index]
    partials[kept] = partial
  }
}
