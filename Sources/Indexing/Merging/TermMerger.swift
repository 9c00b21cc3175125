import CLedeKernels
import LedeAnalysis
import LedeCodecs
import LedeModel

/// Writes all that a merged segment keeps per term, term by term from the terms of its sources.
///
/// Classes and folds follow from the surfaces that are left: a class that had several in the sources
/// may have one, and the other way round. Memory: the encoded sections, the postings of one term, a
/// byte per surface and one per source that has it, and the keys of surfaces that are not their own
/// class or fold.
struct TermMerger: ~Copyable {
  let sources: [MergeSource]
  private let map: DocumentMap
  private let analyzer: Analyzer
  private let monitor: MergeMonitor
  var merged: MergedPostings
  var postings: PostingsWriter
  var dictionary: TermDictionaryWriter
  /// By source, the postings of the field being merged.
  private var lists: [ListSource] = []
  /// Lengths of the field being merged.
  private var column: LengthColumn
  /// Bytes of lists that the monitor was not told of.
  private var uncounted: UInt64 = 0

  /// - Parameters:
  ///   - ranks: see ``PostingsWriter``.
  ///   - space: where sections wait for their turn.
  ///   - envelope: with no section open.
  init(
    _ sources: [MergeSource], _ map: DocumentMap, ranks: [UInt32]?, _ space: SpillSpace,
    _ analyzer: Analyzer, _ monitor: MergeMonitor, in envelope: EnvelopeWriter
  ) throws(FormatError) {
    postings = try PostingsWriter(ranks: ranks, spillingTo: space, in: envelope)
    dictionary = TermDictionaryWriter(docCount: map.docCount, spillingTo: space)
    self.sources = sources
    self.map = map
    self.analyzer = analyzer
    self.monitor = monitor
    merged = MergedPostings(map)
    column = LengthColumn(UnsafeBufferPointer(start: nil, count: 0))
  }

  /// Merges one field; `text` comes before `title`.
  ///
  /// - Parameter lengths: the field's lengths by docID of the merged segment.
  mutating func add(_ field: Field, lengths: [UInt32]) throws(MergeError) {
    var record = SurfaceRecord()
    lists = sources.map { ListSource($0.reader, field) }
    try lengths.withUnsafeBufferPointer { (values) throws(MergeError) in
      let lengths = FieldLengths(values)
      column = LengthColumn(values)
      try addSurfaces(field, lengths, &record)
      record.finish()
      try addClasses(field, lengths, record)
    }
    dictionary.begin(.fold(field))
    for place in 0..<record.folds.count where record.folds.memberCount(place) > 0 {
      dictionary.addFold(
        key: record.folds.key(place), ordinals: record.folds.members(place))
    }
  }

  /// Writes what is left of the sections of positions, postings and terms.
  mutating func finish(into envelope: EnvelopeWriter) throws(FormatError) {
    try postings.finish(into: envelope)
    try envelope.begin(.terms)
    try dictionary.finish(into: envelope)
    try envelope.end()
    try dictionary.finishShortcuts(into: envelope)
  }

  // MARK: Surfaces

  private mutating func addSurfaces(
    _ field: Field, _ lengths: FieldLengths, _ record: inout SurfaceRecord
  ) throws(MergeError) {
    dictionary.begin(.surface(field))
    var union = try union(.surface(field))
    while try advance(&union) {
      record.trail.append(union.members)
      guard let term = try addPostings(of: &union, lengths) else {
        record.addVanished()
        continue
      }
      let key = union.key.assumingMemoryBound(to: UInt8.self)
      record.add(key, ordinal: dictionary.add(key: key, term), analyzer)
    }
  }

  /// Merges the postings of a surface; nil when only dead documents hold it.
  private mutating func addPostings(
    of union: inout TermUnion, _ lengths: FieldLengths
  ) throws(MergeError) -> lede_term? {
    merged.removeAll()
    for member in union.members {
      let source = Int(member.source)
      // Most surfaces: one document of one source, and all of it stands in the dictionary.
      if union.members.count == 1, let old = lists[source].onlyDocument(member.term) {
        guard let doc = map.document(old, of: source) else { return nil }
        if let term = lists[source].moved(member.term, to: doc) { return term }
      }
      try add(try value(member, of: &union), source, hasPositions: true)
    }
    guard !merged.isEmpty else { return nil }
    merged.finish(hasPositions: true)
    return lede_term(try write(lengths, from: union))
  }

  /// Writes the term gathered, a surface.
  private mutating func write(
    _ lengths: FieldLengths, from union: borrowing TermUnion
  ) throws(MergeError) -> PostingsLocation {
    if merged.documents.count > 1 {
      return postings.add(
        docs: merged.documents, freqs: merged.termFreqs, entries: merged.entries, lengths: lengths,
        column: column)
    }
    // Positions of a single document may stand in the dictionary, which wants ordinals.
    let (doc, freq) = (merged.documents[0], merged.termFreqs[0])
    guard
      let ordinals = merged.entries.onlyOrdinals(
        termFreq: freq, length: lengths.values[Int(doc)])
    else {
      let source = Int(union.members[0].source)
      throw .format(sources[source].reader.inconsistentPositions(union.key))
    }
    return ordinals.withUnsafeBufferPointer {
      postings.add(
        docs: merged.documents, freqs: merged.termFreqs, ordinals: $0, lengths: lengths)
    }
  }

  // MARK: Steps

  func union(_ namespace: TermNamespace) throws(MergeError) -> TermUnion {
    do throws(FormatError) {
      return try TermUnion(sources.map(\.reader.terms), namespace)
    } catch { throw .format(error) }
  }

  func advance(_ union: inout TermUnion) throws(MergeError) -> Bool {
    do throws(FormatError) {
      return try union.advance()
    } catch { throw .format(error) }
  }

  func value(
    _ member: lede_union_member, of union: inout TermUnion
  ) throws(MergeError) -> TermValue {
    do throws(FormatError) {
      return try union.value(member)
    } catch { throw .format(error) }
  }

  mutating func add(
    _ value: TermValue, _ source: Int, hasPositions: Bool
  ) throws(MergeError) {
    if value.term.doc_freq < UInt32(PostingsList.longBlockSize) {
      let isSound = merged.add(
        lists[source], value.term, source: source, hasPositions: hasPositions)
      guard isSound else {
        throw .format(sources[source].reader.inconsistentPostings(value.entry))
      }
    } else {
      do throws(FormatError) {
        let list = try sources[source].reader.postings(value.entry)
        try merged.add(list, source: source, hasPositions: hasPositions)
      } catch { throw .format(error) }
    }
    uncounted += value.term.postings_size + value.term.positions_size
    if uncounted >= Self.countingStep { try count() }
  }

  /// Tells the monitor of what was dealt with.
  private mutating func count() throws(MergeError) {
    try monitor.add(uncounted)
    uncounted = 0
    do throws(FormatError) {
      try postings.spillIfLarge()
      try dictionary.spillIfLarge()
    } catch { throw .format(error) }
  }

  /// Bytes of lists between two calls of the monitor.
  private static var countingStep: UInt64 { 1 << 16 }
}
