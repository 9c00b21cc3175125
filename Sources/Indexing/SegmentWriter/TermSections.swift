import LedeCodecs
import LedeModel
import LedeStorage

/// Encodes everything that a segment keeps per term: surfaces, classes and folds of every field.
///
/// Works through the namespaces in the order of the dictionary; the vocabulary was sorted once, for
/// the title's terms are among those of the text. Postings are encoded in runs of terms, on all
/// threads; the runs are put together in their order, so that threads leave no trace.
struct TermSections: ~Copyable {
  private let terms: SegmentTerms
  private let vocabulary: Vocabulary
  private let classes: TermGroups
  private let folds: TermGroups
  private let pool: WorkerPool
  private let envelope: EnvelopeWriter
  private var postings: PostingsSections
  private var dictionary: TermDictionaryWriter
  /// By rank, the ordinal of the term's surface in the field being written.
  private var ordinals: [UInt32]

  /// Occurrences and terms of a run at most, unless a single term has more: enough that handing over
  /// costs nothing, few enough that threads end together and locations take a megabyte.
  private static let runOccurrences = 1 << 17
  private static let runTerms = 1 << 13
  private static let runClasses = 1 << 10
  /// Folds of a run: those that a field has come to be few.
  private static let runFolds = 1 << 14

  /// Begins the sections in the envelope, which must have none open.
  init(
    _ terms: SegmentTerms, _ vocabulary: Vocabulary, docCount: Int, classes: TermGroups,
    folds: TermGroups, _ pool: WorkerPool, in envelope: EnvelopeWriter
  ) throws(FormatError) {
    postings = try PostingsSections(in: envelope)
    self.envelope = envelope
    dictionary = TermDictionaryWriter(docCount: docCount)
    ordinals = [UInt32](repeating: 0, count: vocabulary.count)
    self.terms = terms
    self.vocabulary = vocabulary
    self.classes = classes
    self.folds = folds
    self.pool = pool
  }

  /// Encodes one field; `text` comes before `title`.
  ///
  /// - Parameter lengths: the field's lengths by docID.
  mutating func add(
    _ field: Field, _ occurrences: SortedOccurrences, lengths: [UInt32]
  ) throws(FormatError) {
    try lengths.withUnsafeBufferPointer { (lengths) throws(FormatError) in
      let encoding = FieldTerms(classes, occurrences, FieldLengths(lengths))
      try addSurfaces(field, occurrences, encoding)
      try addClasses(field, occurrences, encoding)
    }
    addFolds(field, occurrences)
  }

  private mutating func addSurfaces(
    _ field: Field, _ occurrences: SortedOccurrences, _ encoding: FieldTerms
  ) throws(FormatError) {
    dictionary.begin(.surface(field))
    var start = 0
    try encodeRuns(encoding) {
      guard start < occurrences.termCount else { return nil }
      let end = Self.endOfRun(occurrences, from: start)
      defer { start = end }
      return start..<end
    } encode: {
      encoding.encodeSurfaces($0)
    } add: { sections, ranks, location in
      for rank in ranks where occurrences.count(rank) > 0 {
        let term = sections.vocabulary.term(rank, prefetching: sections.terms.table)
        sections.ordinals[rank] = sections.dictionary.add(
          key: sections.terms.table.bytes(term), location())
      }
    }
  }

  private static func endOfRun(_ occurrences: SortedOccurrences, from start: Int) -> Int {
    let last = min(occurrences.termCount, start + runTerms)
    var end = start + 1
    while end < last,
      occurrences.countBefore(end + 1) - occurrences.countBefore(start) <= runOccurrences
    {
      end += 1
    }
    return end
  }

  /// A class of several surfaces gets merged postings, that of a single other one an alias.
  private mutating func addClasses(
    _ field: Field, _ occurrences: SortedOccurrences, _ encoding: FieldTerms
  ) throws(FormatError) {
    dictionary.begin(.class(field))
    var start = 0
    let count = classes.count
    try encodeRuns(encoding) {
      guard start < count else { return nil }
      defer { start = min(count, start + Self.runClasses) }
      return start..<min(count, start + Self.runClasses)
    } encode: {
      encoding.encodeClasses($0)
    } add: { sections, places, location in
      for place in places {
        let (key, ranks) = sections.classes.group(place)
        var present = 0
        var only = 0
        for rank in ranks where occurrences.count(Int(rank)) > 0 {
          present += 1
          only = Int(rank)
        }
        if present > 1 {
          _ = sections.dictionary.add(key: key, location())
        } else if present == 1, !key.elementsEqual(sections.surface(only)) {
          sections.dictionary.addAlias(key: key, ordinal: sections.ordinals[only])
        }
      }
    }
  }

  /// Has runs encoded on the threads of the pool and adds them in their order.
  ///
  /// - Parameters:
  ///   - nextRun: the next run; nil after the last.
  ///   - add: adds the terms of a run, with the location of the next one that has postings.
  private mutating func encodeRuns(
    _ encoding: FieldTerms, _ nextRun: () -> Range<Int>?,
    encode: @escaping @Sendable (Range<Int>) -> sending FieldTerms.Encoded,
    add: (inout TermSections, Range<Int>, () -> PostingsLocation) -> Void
  ) throws(FormatError) {
    try pool.runInOrder(nextRun, encode) { (run, encoded) throws(FormatError) in
      let (base, positionsBase) = (postings.postingsLength, postings.positionsLength)
      try postings.append(encoded.postings)
      encoding.giveBack(encoded.postings.positions)
      var next = encoded.locations.makeIterator()
      add(&self, run) {
        guard let location = next.next() else { preconditionFailure("a run has all its terms") }
        return location.moved(postings: base, positions: positionsBase)
      }
    }
  }

  private mutating func addFolds(_ field: Field, _ occurrences: SortedOccurrences) {
    dictionary.begin(.fold(field))
    let field = FieldFolds(folds, occurrences, ordinals, terms, vocabulary)
    var start = 0
    let count = folds.count
    pool.runInOrder {
      guard start < count else { return nil }
      defer { start = min(count, start + Self.runFolds) }
      return start..<min(count, start + Self.runFolds)
    } _: {
      field.gather($0)
    } use: { _, gathered in
      gathered.forEach { dictionary.addFold(key: folds.group($0).key, ordinals: $1) }
    }
  }

  private func surface(_ rank: Int) -> UnsafeBufferPointer<UInt8> {
    terms.table.bytes(vocabulary.term(rank))
  }

  /// Writes what is left of the sections of positions, postings and terms.
  mutating func finish() throws(FormatError) {
    try postings.finish()
    try envelope.begin(.terms)
    try dictionary.finish(into: envelope)
    try envelope.end()
    try dictionary.finishShortcuts(into: envelope)
  }
}
