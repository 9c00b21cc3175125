import LedeAnalysis
import LedeCodecs
import LedeModel

/// Encodes everything that a segment keeps per term: surfaces, classes and folds of every field.
///
/// Works through the namespaces in the order of the dictionary; the vocabulary was sorted once, for
/// the title's terms are among those of the text.
struct TermSections: ~Copyable {
  private let terms: TermTable
  private let vocabulary: Vocabulary
  private let map: UnitMap
  private let classes: TermGroups
  private let folds: TermGroups
  private var merger: DocumentMerger
  private var postings = PostingsWriter()
  private var dictionary = TermDictionaryWriter()
  /// By rank, the ordinal of the term's surface in the field being written.
  private var ordinals: [UInt32]

  init(
    _ terms: consuming TermTable, _ vocabulary: consuming Vocabulary, _ map: consuming UnitMap,
    _ analyzer: Analyzer
  ) {
    classes = .classes(terms, vocabulary, analyzer)
    folds = .folds(terms, vocabulary, analyzer)
    merger = DocumentMerger(docCount: map.docCount)
    ordinals = [UInt32](repeating: 0, count: vocabulary.count)
    self.terms = terms
    self.vocabulary = vocabulary
    self.map = map
  }

  /// Encodes one field; `text` comes before `title`.
  ///
  /// - Parameter lengths: the field's lengths by docID.
  mutating func add(
    _ field: Field, _ occurrences: borrowing SortedOccurrences, lengths: [UInt32]
  ) {
    lengths.withUnsafeBufferPointer {
      let lengths = FieldLengths($0)
      var list = TermPostings(largestCount: occurrences.largestCount, docCount: map.docCount)
      addSurfaces(field, occurrences, lengths, &list)
      addClasses(field, occurrences, lengths, &list)
    }
    addFolds(field, occurrences)
  }

  private mutating func addSurfaces(
    _ field: Field, _ occurrences: borrowing SortedOccurrences, _ lengths: FieldLengths,
    _ list: inout TermPostings
  ) {
    dictionary.begin(.surface(field))
    for rank in 0..<vocabulary.count where occurrences.count(rank) > 0 {
      list.load(occurrences.occurrences(rank), map)
      let location = postings.add(
        docs: list.documents, freqs: list.termFreqs, ordinals: list.ordinals, lengths: lengths)
      let term = vocabulary.term(rank, prefetching: terms)
      ordinals[rank] = dictionary.add(key: terms.bytes(term), location)
    }
  }

  /// A class of several surfaces gets merged postings, that of a single other one an alias.
  private mutating func addClasses(
    _ field: Field, _ occurrences: borrowing SortedOccurrences, _ lengths: FieldLengths,
    _ list: inout TermPostings
  ) {
    dictionary.begin(.class(field))
    for place in 0..<classes.count {
      let (key, ranks) = classes.group(place)
      var present = 0
      var only = 0
      for rank in ranks where occurrences.count(Int(rank)) > 0 {
        present += 1
        only = Int(rank)
      }
      if present == 1 {
        if !key.elementsEqual(surface(only)) {
          dictionary.addAlias(key: key, ordinal: ordinals[only])
        }
      } else if present > 1 {
        for rank in ranks {
          list.load(occurrences.occurrences(Int(rank)), map, withOrdinals: false)
          merger.add(list.documents, list.termFreqs)
        }
        merger.finish()
        let location = postings.add(
          docs: merger.documents, freqs: merger.termFreqs, ordinals: nil, lengths: lengths)
        _ = dictionary.add(key: key, location)
      }
    }
  }

  private mutating func addFolds(_ field: Field, _ occurrences: borrowing SortedOccurrences) {
    dictionary.begin(.fold(field))
    var present: [UInt32] = []
    for place in 0..<folds.count {
      let (key, ranks) = folds.group(place)
      present.removeAll(keepingCapacity: true)
      var isOnlyItself = true
      for rank in ranks where occurrences.count(Int(rank)) > 0 {
        present.append(ordinals[Int(rank)])
        if isOnlyItself, !key.elementsEqual(surface(Int(rank))) { isOnlyItself = false }
      }
      if !isOnlyItself { dictionary.addFold(key: key, ordinals: present) }
    }
  }

  private func surface(_ rank: Int) -> UnsafeBufferPointer<UInt8> {
    terms.bytes(vocabulary.term(rank))
  }

  /// Writes the sections of terms, postings and positions.
  mutating func finish(into envelope: EnvelopeWriter) throws(FormatError) {
    try envelope.begin(.terms)
    try dictionary.finish(into: envelope)
    try envelope.end()
    try postings.finish(into: envelope)
  }
}
