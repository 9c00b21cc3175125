import LedeAnalysis
import LedeCodecs
import LedeModel

/// Encodes everything that a segment keeps per term: surfaces, classes and folds of every field.
///
/// Works through the namespaces in the order of the dictionary; the vocabulary was sorted once, for
/// the title's terms are among those of the text.
struct TermSections: ~Copyable {
  private let terms: TermTable
  private let vocabulary: [UInt32]
  private let classes: TermGroups
  private let folds: TermGroups
  private let map: UnitMap
  private var merger: DocumentMerger
  private var postings = PostingsWriter()
  private var dictionary = TermDictionaryWriter()
  /// Ordinal of each term's surface in the field being written.
  private var ordinals: [UInt32]

  /// Takes over the terms of an inverter whose streams are already sorted.
  init(_ terms: consuming TermTable, _ map: consuming UnitMap, _ analyzer: Analyzer) {
    vocabulary = Vocabulary.sorted(terms)
    classes = .classes(terms, vocabulary, analyzer)
    folds = .folds(terms, vocabulary, analyzer)
    merger = DocumentMerger(docCount: map.docCount)
    ordinals = [UInt32](repeating: 0, count: terms.count)
    self.terms = terms
    self.map = map
  }

  /// Encodes one field; `text` comes before `title`.
  ///
  /// - Parameter lengths: the field's lengths by docID.
  mutating func add(
    _ field: Field, _ occurrences: borrowing SortedOccurrences, lengths: [UInt32]
  ) {
    lengths.withUnsafeBufferPointer { lengths in
      addSurfaces(field, occurrences, lengths)
      addClasses(field, occurrences, lengths)
    }
    addFolds(field, occurrences)
  }

  private mutating func addSurfaces(
    _ field: Field, _ occurrences: borrowing SortedOccurrences,
    _ lengths: UnsafeBufferPointer<UInt32>
  ) {
    var list = TermPostings(largestCount: occurrences.largestCount, docCount: map.docCount)
    dictionary.begin(.surface(field))
    for term in vocabulary where occurrences.count(term) > 0 {
      list.load(occurrences.occurrences(of: term), map)
      let location = postings.add(
        docs: list.documents, freqs: list.termFreqs, positions: list.positions, lengths: lengths)
      ordinals[Int(term)] = dictionary.add(key: terms.bytes(term), location)
    }
  }

  /// A class of several surfaces gets merged postings, that of a single other one an alias.
  private mutating func addClasses(
    _ field: Field, _ occurrences: borrowing SortedOccurrences,
    _ lengths: UnsafeBufferPointer<UInt32>
  ) {
    dictionary.begin(.class(field))
    for group in classes.order {
      let members = classes.members(group)
      var present = 0
      var only: UInt32 = 0
      for term in members where occurrences.count(term) > 0 {
        present += 1
        only = term
      }
      let key = classes.keys.bytes(group)
      if present == 1, !key.elementsEqual(terms.bytes(only)) {
        dictionary.addAlias(key: key, ordinal: ordinals[Int(only)])
      } else if present > 1 {
        for term in members where occurrences.count(term) > 0 {
          merger.add(occurrences.occurrences(of: term), map)
        }
        merger.finish()
        let location = postings.add(
          docs: merger.documents, freqs: merger.termFreqs, positions: nil, lengths: lengths)
        _ = dictionary.add(key: key, location)
      }
    }
  }

  private mutating func addFolds(_ field: Field, _ occurrences: borrowing SortedOccurrences) {
    dictionary.begin(.fold(field))
    var present: [UInt32] = []
    for group in folds.order {
      present.removeAll(keepingCapacity: true)
      var isOnlyItself = true
      let key = folds.keys.bytes(group)
      for term in folds.members(group) where occurrences.count(term) > 0 {
        present.append(ordinals[Int(term)])
        if isOnlyItself, !key.elementsEqual(terms.bytes(term)) { isOnlyItself = false }
      }
      if !isOnlyItself { dictionary.addFold(key: key, ordinals: present) }
    }
  }
}

extension TermSections {
  /// Writes the sections of terms, postings and positions.
  mutating func finish(into envelope: EnvelopeWriter) throws(FormatError) {
    try envelope.begin(.terms)
    try dictionary.finish(into: envelope)
    try envelope.end()
    try postings.finish(into: envelope)
  }
}
