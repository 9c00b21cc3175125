import CLedeKernels
import LedeCodecs
import LedeModel

/// One scoring clause in one segment, as the executor sees it. Plain values and pointers only.
struct ClauseState {
  /// Its number in the query.
  let clause: Int
  /// Whether a document without it is no match.
  let isRequired: Bool
  let scorer: BlockScorer
  /// Postings to decode on demand; nil for a list that was scored whole, and for a phrase.
  let cursor: UnsafeMutablePointer<TermCursor>?
  /// Every posting of a short list.
  var whole: ScoredList?
  /// Of a phrase: its place among the segment's matchers; -1 for a term.
  let phrase: Int
  /// Documents that it may be in.
  let docFreq: Int
  /// The clause's scores by place in the range or batch.
  let row: UnsafeMutablePointer<Float>
  /// Bounds of its contribution by range of the present tile.
  let bounds: UnsafeMutablePointer<Float>
  /// Whether the row may hold anything but zeros.
  var isRowUsed = false

  @inline(__always) var model: lede_bm25 { scorer.model.model }
  @inline(__always) var factor: Double { scorer.model.factor }
  /// The field's lengths by document, 65,535 an escape.
  @inline(__always) var lengths: UnsafePointer<UInt16> { scorer.lengths.base }
}

/// Documents under judgement: their places in the rows, and what is known of their score.
struct CandidateBatch {
  let docs: UnsafeMutablePointer<UInt32>
  let places: UnsafeMutablePointer<UInt32>
  /// Sum of the contributions known so far, in any order.
  let partials: UnsafeMutablePointer<Double>
  var count = 0

  init(capacity: Int, arena: ScratchArena) {
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

/// Ranges of documents, as `PostingsList.rangeShift` states them: constants of this module, which are
/// folded where those of another are called.
enum RangeOfDocuments {
  @inline(__always) static var shift: UInt32 { 9 }
  @inline(__always) static var size: Int { 512 }
}

/// An upper bound by document: one value per range of documents.
struct Ceiling {
  let values: UnsafePointer<Float>
  /// The first document of the first range.
  let base: UInt32

  @inline(__always)
  subscript(doc: UInt32) -> Double {
    Double(values[Int((doc - base) >> RangeOfDocuments.shift)])
  }
}
