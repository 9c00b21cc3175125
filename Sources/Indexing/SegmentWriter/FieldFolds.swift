/// The folds that a field has, found by any thread run by run.
// Sendable: read-only.
final class FieldFolds: @unchecked Sendable {
  private let folds: TermGroups
  private let occurrences: SortedOccurrences
  /// By rank, the ordinal of the term's surface in the field.
  private let ordinals: [UInt32]
  private let terms: SegmentTerms
  private let vocabulary: Vocabulary

  init(
    _ folds: TermGroups, _ occurrences: SortedOccurrences, _ ordinals: [UInt32],
    _ terms: SegmentTerms, _ vocabulary: Vocabulary
  ) {
    self.folds = folds
    self.occurrences = occurrences
    self.ordinals = ordinals
    self.terms = terms
    self.vocabulary = vocabulary
  }

  /// Folds with the ordinals of their surfaces.
  struct Gathered: Sendable {
    /// Places of the folds, and where the ordinals of each end.
    private var folds: [(place: Int, end: Int)] = []
    private var ordinals: [UInt32] = []

    /// Calls back with every place and the ordinals, ascending.
    func forEach(_ body: (Int, ArraySlice<UInt32>) -> Void) {
      var start = 0
      for fold in folds {
        body(fold.place, ordinals[start..<fold.end])
        start = fold.end
      }
    }

    fileprivate mutating func add(_ ordinal: UInt32) { ordinals.append(ordinal) }

    /// Ends a fold; without one, forgets what was added since the last.
    fileprivate mutating func end(_ place: Int?) {
      if let place {
        folds.append((place, ordinals.count))
      } else {
        ordinals.removeLast(ordinals.count - (folds.last?.end ?? 0))
      }
    }
  }

  /// The folds at some places of which the field has a surface that is not the fold itself.
  func gather(_ places: Range<Int>) -> Gathered {
    var gathered = Gathered()
    for place in places {
      let (key, ranks) = folds.group(place)
      var isOnlyItself = true
      for rank in ranks where occurrences.count(Int(rank)) > 0 {
        gathered.add(ordinals[Int(rank)])
        if isOnlyItself, !key.elementsEqual(surface(Int(rank))) { isOnlyItself = false }
      }
      gathered.end(isOnlyItself ? nil : place)
    }
    return gathered
  }

  private func surface(_ rank: Int) -> UnsafeBufferPointer<UInt8> {
    terms.table.bytes(vocabulary.term(rank))
  }
}
