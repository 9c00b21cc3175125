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
  /// A frequent term's list, reached by range.
  let ranged: UnsafePointer<lede_ranged>?
  /// Postings to decode on demand; nil for a list that is ranged or was scored whole from the start, and for
  /// a phrase.
  let cursor: UnsafeMutablePointer<TermCursor>?
  /// Every posting of a short list; of a member of the lead, those in the lead's documents.
  var whole: ScoredList?
  /// Of a phrase: its place among the segment's matchers; -1 for a term.
  let phrase: Int
  /// Of a phrase in a union: its scores by place in the range at hand, zeros between ranges.
  let found: UnsafeMutablePointer<Float>?
  /// Documents that it may be in.
  let docFreq: Int
  /// The clause's scores by place in the batch.
  let row: UnsafeMutablePointer<Float>
  /// Whether its bounds are by eighths of ranges.
  var isFine = false
  /// Bounds of its contribution by range of the present tile, or by eighths.
  let bounds: UnsafeMutablePointer<Float>
  /// Where ranges lead: by place among the pending documents, their places in the list's ranges.
  var met: UnsafeMutablePointer<UInt32>?
  /// Whether the row may hold anything but zeros.
  var isRowUsed = false

  /// Its ranged list as kernels take it that add up what documents get; without one, an empty term.
  var term: lede_ranged_term {
    lede_ranged_term(
      list: ranged, model: model, lengths: column, factor: accumulatedFactor, docs: nil,
      scores: nil, starts: nil, bounds: UnsafePointer(bounds), is_required: isRequired ? 1 : 0)
  }

  /// The same, or the list that was scored whole.
  func term(ofRanges rangeCount: Int, _ arena: ScratchArena) -> lede_ranged_term {
    var term = term
    guard let whole else { return term }
    term.docs = UnsafePointer(whole.docs)
    term.scores = UnsafePointer(whole.scores)
    term.starts = whole.starts(ofRanges: rangeCount, arena)
    return term
  }

  /// Nothing that it gives to a document is more.
  var maximum: Double { scorer.model.factor * Double(scorer.model.model.w) }
  @inline(__always) var model: lede_bm25 { scorer.model.model }
  @inline(__always) var factor: Double { scorer.model.factor }
  /// What scores are multiplied by in float sums: never 0, so that every match has a sum above 0.
  @inline(__always) var accumulatedFactor: Float { max(Float(factor), 1e-30) }
  /// The field's lengths as kernels take them.
  @inline(__always) var column: lede_lengths { scorer.lengths.column }
  /// The field's lengths by document, 65,535 an escape.
  @inline(__always) var lengths: UnsafePointer<UInt16> { scorer.lengths.base }
}

/// Documents under judgement: their places in the rows, and what is known of their score.
typealias CandidateBatch = lede_batch

extension lede_batch {
  @inline(__always) static var spare: Int { Int(LEDE_BATCH_SPARE) }
  init(capacity: Int, arena: ScratchArena) {
    self.init(
      docs: arena.allocate(UInt32.self, capacity + Self.spare),
      places: arena.allocate(UInt32.self, capacity + Self.spare),
      partials: arena.allocate(Double.self, capacity + Self.spare), count: 0)
  }

  /// Puts documents of which nothing is known yet in an empty batch.
  mutating func fill(_ docs: UnsafePointer<UInt32>, _ count: Int) {
    self.docs.update(from: docs, count: count)
    partials.update(repeating: 0, count: count)
    let places = places.unsafelyUnwrapped
    for index in 0..<count { places[index] = UInt32(truncatingIfNeeded: index) }
    self.count = count
  }

  @inline(__always)
  mutating func append(_ doc: UInt32, place: UInt32, partial: Double) {
    docs[count] = doc
    places[count] = place
    partials[count] = partial
    count += 1
  }
}

/// Ranges of documents, as `PostingsList.rangeShift` states them: constants of this module, which are
/// folded where those of another are called.
enum RangeOfDocuments {
  @inline(__always) static var shift: UInt32 { 9 }
  @inline(__always) static var size: Int { 512 }
  /// Of the eighths of ranges by which short lists are bounded: few hold more than one of their
  /// documents, so that bounds are nearly scores.
  @inline(__always) static var fineShift: UInt32 { 6 }
  @inline(__always) static var finePerRange: Int { 8 }
}

/// An upper bound by document: one value per range, and one per eighth of a range, or one for all.
typealias Ceiling = lede_ceiling

extension lede_ceiling {
  @inline(__always)
  subscript(doc: UInt32) -> Double {
    let local = doc &- base
    return Double(coarse[Int(local &>> coarse_shift)]) + Double(fine[Int(local &>> fine_shift)])
  }

  /// The same bound for every document.
  init(_ bound: Float, _ arena: ScratchArena) {
    self.init(
      coarse: arena.allocate(repeating: bound, 2), fine: arena.allocate(repeating: 0, 2), base: 0,
      coarse_shift: UInt32(LEDE_ONE_FOR_ALL), fine_shift: UInt32(LEDE_ONE_FOR_ALL))
  }
}
