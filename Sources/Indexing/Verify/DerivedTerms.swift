import LedeAnalysis

/// The surfaces of some documents, derived from their texts alone, with every occurrence.
///
/// Knows nothing of the inverter that wrote the index, so that each checks the other.
struct DerivedTerms: ~Copyable {
  private var terms = TermTable()
  /// By occurrence, in the order of documents and positions: its term.
  private var numbers: [UInt32] = []
  private var places: [Occurrence] = []
  /// By term, once sorted: where its occurrences begin.
  private var starts: [Int] = []
  /// The terms in the order of their bytes, once sorted.
  private var ranked: [UInt32] = []
  private var scratch: [UInt8] = []

  /// Where a term stands.
  struct Occurrence: BitwiseCopyable {
    var doc: UInt32
    var position: UInt32
  }

  /// Bytes that the occurrences and terms will take, sorted.
  var memoryUse: Int { 20 * numbers.count + 12 * terms.count + terms.memoryUse }

  /// Distinct terms.
  var count: Int { terms.count }

  /// Adds the tokens of a text of a document; documents and positions ascend.
  mutating func add(_ batch: borrowing TokenBatch, doc: UInt32) {
    for token in batch.tokens {
      add(batch.bytes[batch.termRange(of: token)], doc: doc, position: token.position)
    }
  }

  mutating func add(_ term: some Collection<UInt8>, doc: UInt32, position: UInt32) {
    scratch.removeAll(keepingCapacity: true)
    scratch.append(contentsOf: term)
    numbers.append(terms.intern(padding: &scratch))
    places.append(Occurrence(doc: doc, position: position))
  }

  /// Ends adding: groups the occurrences by term.
  mutating func sort() {
    starts = [Int](repeating: 0, count: terms.count + 1)
    for number in numbers { starts[Int(number) + 1] += 1 }
    for number in 0..<terms.count { starts[number + 1] += starts[number] }
    var cursors = starts
    var sorted = [Occurrence](
      repeating: Occurrence(doc: 0, position: 0), count: places.count)
    for (number, place) in zip(numbers, places) {
      sorted[cursors[Int(number)]] = place
      cursors[Int(number)] += 1
    }
    places = sorted
    numbers = []
    let vocabulary = Vocabulary(terms)
    ranked = (0..<vocabulary.count).map { vocabulary.term($0) }
  }

  /// The bytes of the term of a rank; valid while nothing is added.
  func key(_ rank: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(terms.bytes(ranked[rank]))
  }

  /// The occurrences of the term of a rank, by document, then position.
  func occurrences(_ rank: Int) -> ArraySlice<Occurrence> {
    let number = Int(ranked[rank])
    return places[starts[number]..<starts[number + 1]]
  }

  /// The occurrences of a term; none where it does not occur.
  func occurrences(of term: UnsafeRawBufferPointer) -> ArraySlice<Occurrence> {
    var padded = Array(term)
    guard let number = terms.find(padding: &padded).map(Int.init) else { return [] }
    return places[starts[number]..<starts[number + 1]]
  }
}
