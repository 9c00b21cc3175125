import LedeAnalysis
import LedeCodecs
import LedeModel

/// Writes all that a merged segment keeps per term, term by term from the terms of its sources.
///
/// Classes and folds follow from the surfaces that are left: a class that had several in the sources
/// may have one, and the other way round. Memory: the encoded sections, the postings of one term, a
/// byte per surface, and the keys of surfaces that are not their own class or fold.
struct TermMerger: ~Copyable {
  private let sources: [MergeSource]
  private let map: DocumentMap
  private let analyzer: Analyzer
  private let monitor: MergeMonitor
  private var merged: MergedPostings
  private var postings: PostingsWriter
  private var dictionary: TermDictionaryWriter
  /// By source, the postings of the field being merged.
  private var lists: [ListSource] = []
  /// Lengths of the field being merged.
  private var column: LengthColumn
  /// Bytes of lists that the monitor was not told of.
  private var uncounted: UInt64 = 0

  /// - Parameters:
  ///   - ranks: see ``PostingsWriter``.
  ///   - space: where sections wait for their turn.
  init(
    _ sources: [MergeSource], _ map: DocumentMap, ranks: [UInt32]?, _ space: SpillSpace,
    _ analyzer: Analyzer, _ monitor: MergeMonitor
  ) {
    postings = PostingsWriter(ranks: ranks, spillingTo: space)
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

  /// Writes the sections of terms, postings and positions.
  mutating func finish(into envelope: EnvelopeWriter) throws(FormatError) {
    try envelope.begin(.terms)
    try dictionary.finish(into: envelope)
    try envelope.end()
    try postings.finish(into: envelope)
  }

  // MARK: Surfaces

  private mutating func addSurfaces(
    _ field: Field, _ lengths: FieldLengths, _ record: inout SurfaceRecord
  ) throws(MergeError) {
    dictionary.begin(.surface(field))
    var union = try union(.surface(field))
    while try advance(&union) {
      guard let location = try addPostings(of: union, lengths) else {
        record.addVanished()
        continue
      }
      let key = union.key.assumingMemoryBound(to: UInt8.self)
      record.add(key, ordinal: dictionary.add(key: key, location), analyzer)
    }
  }

  /// Merges the postings of a surface; nil when only dead documents hold it.
  private mutating func addPostings(
    of union: borrowing TermUnion, _ lengths: FieldLengths
  ) throws(MergeError) -> PostingsLocation? {
    merged.removeAll()
    for source in union.sources {
      let entry = try entry(source, of: union)
      // Most surfaces: one document of one source, and all of it stands in the dictionary.
      if union.sources.count == 1, let old = lists[source].onlyDocument(entry) {
        guard let doc = map.document(old, of: source) else { return nil }
        if let location = lists[source].moved(entry, to: doc) { return location }
      }
      try add(entry, source, hasPositions: true)
    }
    guard !merged.isEmpty else { return nil }
    merged.finish(hasPositions: true)
    return try write(lengths, from: union)
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
    else { throw .format(sources[union.sources[0]].reader.inconsistentPositions(union.key)) }
    return ordinals.withUnsafeBufferPointer {
      postings.add(
        docs: merged.documents, freqs: merged.termFreqs, ordinals: $0, lengths: lengths)
    }
  }

  // MARK: Classes

  /// Meets the classes of the surfaces that were written with those surfaces and with the sources'
  /// classes, all in the order of their bytes; notes on the way which folds are surfaces.
  private mutating func addClasses(
    _ field: Field, _ lengths: FieldLengths, _ record: borrowing SurfaceRecord
  ) throws(MergeError) {
    dictionary.begin(.class(field))
    var surfaces = try union(.surface(field))
    var walk = ClassWalk(try union(.class(field)), record.classes, lengths)
    var ordinal = record.firstOrdinal
    var fold = 0
    for flags in record.flags {
      guard try advance(&surfaces) else { break }
      while walk.place < record.classes.count, surfaces.follows(record.classes.key(walk.place)) {
        try addClass(&walk, surfaces, isOwn: false)
      }
      guard flags.contains(.isWritten) else { continue }
      while fold < record.folds.count, surfaces.follows(record.folds.key(fold)) { fold += 1 }
      if flags.contains(.isOwnFold), fold < record.folds.count,
        surfaces.isKey(UnsafeRawBufferPointer(record.folds.key(fold)))
      {
        record.folds.setOwn(fold, ordinal: ordinal)
      }
      if flags.contains(.isOwnClass), walk.place < record.classes.count,
        surfaces.isKey(UnsafeRawBufferPointer(record.classes.key(walk.place)))
      {
        record.classes.setOwn(walk.place, ordinal: ordinal)
        try addClass(&walk, surfaces, isOwn: true)
      }
      ordinal += 1
    }
    while walk.place < record.classes.count { try addClass(&walk, surfaces, isOwn: false) }
  }

  /// The classes of a field, and how far they are written.
  private struct ClassWalk: ~Copyable {
    var sources: TermUnion
    let groups: MergedGroups
    let lengths: FieldLengths
    var place = 0
    /// Whether `sources` stands on a class: at first it stands before all.
    var hasClass: Bool?

    init(
      _ sources: consuming TermUnion, _ groups: MergedGroups, _ lengths: FieldLengths
    ) {
      self.sources = sources
      self.groups = groups
      self.lengths = lengths
    }
  }

  /// Adds the next class: an alias when it has one surface, else its merged postings.
  ///
  /// Those need not be made from the surfaces: a source has them as postings of the class, as those
  /// of its only surface, or as those of the surface that is its own class.
  ///
  /// - Parameter isOwn: whether `surfaces` stands on the surface that is the class itself.
  private mutating func addClass(
    _ walk: inout ClassWalk, _ surfaces: borrowing TermUnion, isOwn: Bool
  ) throws(MergeError) {
    let key = walk.groups.key(walk.place)
    defer { walk.place += 1 }
    if walk.groups.memberCount(walk.place) == 1, let only = walk.groups.others(walk.place).first {
      dictionary.addAlias(key: key, ordinal: only)
      return
    }
    while walk.hasClass ?? true,
      walk.hasClass == nil || walk.sources.precedes(UnsafeRawBufferPointer(key))
    {
      walk.hasClass = try advance(&walk.sources)
    }
    let isKnown = walk.hasClass == true && walk.sources.isKey(UnsafeRawBufferPointer(key))
    merged.removeAll()
    for source in sources.indices {
      if isKnown, walk.sources.sources.contains(source) {
        try add(try entry(source, of: walk.sources), source, hasPositions: false)
      } else if isOwn, surfaces.sources.contains(source) {
        try add(try entry(source, of: surfaces), source, hasPositions: false)
      }
    }
    guard !merged.isEmpty else { throw .format(sources[0].reader.inconsistentClass(key)) }
    merged.finish(hasPositions: false)
    let location = postings.add(
      docs: merged.documents, freqs: merged.termFreqs, ordinals: nil, lengths: walk.lengths)
    _ = dictionary.add(key: key, location)
  }

  // MARK: Steps

  private func union(_ namespace: TermNamespace) throws(MergeError) -> TermUnion {
    do throws(FormatError) {
      return try TermUnion(sources.map(\.reader.terms), namespace)
    } catch { throw .format(error) }
  }

  private func advance(_ union: inout TermUnion) throws(MergeError) -> Bool {
    do throws(FormatError) {
      return try union.advance()
    } catch { throw .format(error) }
  }

  private func entry(
    _ source: Int, of union: borrowing TermUnion
  ) throws(MergeError) -> TermEntry {
    do throws(FormatError) {
      return try union.entry(source)
    } catch { throw .format(error) }
  }

  private mutating func add(
    _ entry: TermEntry, _ source: Int, hasPositions: Bool
  ) throws(MergeError) {
    if entry.docFreq < PostingsList.longBlockSize {
      let isSound = merged.add(lists[source], entry, source: source, hasPositions: hasPositions)
      guard isSound else { throw .format(sources[source].reader.inconsistentPostings(entry)) }
    } else {
      do throws(FormatError) {
        let list = try sources[source].reader.postings(entry)
        try merged.add(list, source: source, hasPositions: hasPositions)
      } catch { throw .format(error) }
    }
    let size = entry.encodedSize
    uncounted += size.postings + size.positions
    if uncounted >= Self.countingStep {
      try monitor.add(uncounted)
      uncounted = 0
      do throws(FormatError) {
        try postings.spillIfLarge()
        try dictionary.spillIfLarge()
      } catch { throw .format(error) }
    }
  }

  /// Bytes of lists between two calls of the monitor.
  private static var countingStep: UInt64 { 1 << 16 }
}

extension TermUnion {
  /// Whether the current key comes after the given one.
  fileprivate func follows(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
    let other = UnsafeRawBufferPointer(other)
    return !precedes(other) && !isKey(other)
  }
}
