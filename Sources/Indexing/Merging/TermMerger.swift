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
  private let analyzer: Analyzer
  private let monitor: MergeMonitor
  private var merged: MergedPostings
  private var postings: PostingsWriter
  private var dictionary: TermDictionaryWriter

  /// - Parameter ranks: see ``PostingsWriter``.
  init(
    _ sources: [MergeSource], _ map: DocumentMap, ranks: [UInt32]?, _ analyzer: Analyzer,
    _ monitor: MergeMonitor
  ) {
    postings = PostingsWriter(ranks: ranks)
    dictionary = TermDictionaryWriter(docCount: map.docCount)
    self.sources = sources
    self.analyzer = analyzer
    self.monitor = monitor
    merged = MergedPostings(map)
  }

  /// Merges one field; `text` comes before `title`.
  ///
  /// - Parameter lengths: the field's lengths by docID of the merged segment.
  mutating func add(_ field: Field, lengths: [UInt32]) throws(MergeError) {
    let record = SurfaceRecord()
    try lengths.withUnsafeBufferPointer { (values) throws(MergeError) in
      let lengths = FieldLengths(values)
      try addSurfaces(field, lengths, record)
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
    _ field: Field, _ lengths: FieldLengths, _ record: SurfaceRecord
  ) throws(MergeError) {
    dictionary.begin(.surface(field))
    var union = try union(.surface(field))
    while try advance(&union) {
      merged.removeAll()
      for source in union.sources {
        try add(try entry(source, of: union), source, hasPositions: true)
      }
      guard !merged.isEmpty else {
        record.addVanished()
        continue
      }
      merged.finish(hasPositions: true)
      let location = postings.add(
        docs: merged.documents, freqs: merged.termFreqs, ordinals: merged.allOrdinals,
        lengths: lengths)
      let key = union.key.assumingMemoryBound(to: UInt8.self)
      record.add(key, ordinal: dictionary.add(key: key, location), analyzer)
    }
  }

  // MARK: Classes

  /// Meets the classes of the surfaces that were written with those surfaces and with the sources'
  /// classes, all in the order of their bytes; notes on the way which folds are surfaces.
  private mutating func addClasses(
    _ field: Field, _ lengths: FieldLengths, _ record: SurfaceRecord
  ) throws(MergeError) {
    dictionary.begin(.class(field))
    var surfaces = try union(.surface(field))
    var walk = ClassWalk(try union(.class(field)), record.classes, lengths)
    var ordinal = record.firstOrdinal
    var fold = 0
    for flags in record.flags {
      guard try advance(&surfaces) else { break }
      while walk.place < record.classes.count, surfaces.follows(record.classes.key(walk.place)) {
        try addClass(&walk, own: nil)
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
        try addClass(&walk, own: surfaces)
      }
      ordinal += 1
    }
    while walk.place < record.classes.count { try addClass(&walk, own: nil) }
  }

  /// The classes of a field, and how far they are written.
  private struct ClassWalk {
    var sources: TermUnion
    let groups: MergedGroups
    let lengths: FieldLengths
    var place = 0
    /// Whether `sources` stands on a class: at first it stands before all.
    var hasClass: Bool?

    init(
      _ sources: TermUnion, _ groups: MergedGroups, _ lengths: FieldLengths
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
  /// - Parameter own: stands on the surface that is the class itself, if there is one.
  private mutating func addClass(
    _ walk: inout ClassWalk, own: TermUnion?
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
      } else if let own, own.sources.contains(source) {
        try add(try entry(source, of: own), source, hasPositions: false)
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

  private func entry(_ source: Int, of union: TermUnion) throws(MergeError) -> TermEntry {
    do throws(FormatError) {
      return try union.entry(source)
    } catch { throw .format(error) }
  }

  private mutating func add(
    _ entry: TermEntry, _ source: Int, hasPositions: Bool
  ) throws(MergeError) {
    do throws(FormatError) {
      let list = try sources[source].reader.postings(entry)
      try merged.add(list, source: source, hasPositions: hasPositions)
    } catch { throw .format(error) }
    let (postings, positions) = entry.encodedSize
    try monitor.add(postings + positions)
  }
}

extension TermUnion {
  /// Whether the current key comes after the given one.
  fileprivate func follows(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
    let other = UnsafeRawBufferPointer(other)
    return !precedes(other) && !isKey(other)
  }
}
