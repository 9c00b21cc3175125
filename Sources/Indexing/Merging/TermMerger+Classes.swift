import CLedeKernels
import LedeCodecs
import LedeModel

extension TermMerger {
  /// Meets the classes of the surfaces that were written with those surfaces and with the sources'
  /// classes, all in the order of their bytes; notes on the way which folds are surfaces.
  mutating func addClasses(
    _ field: Field, _ lengths: FieldLengths, _ record: borrowing SurfaceRecord
  ) throws(MergeError) {
    dictionary.begin(.class(field))
    var surfaces = TermRewalk(sources.map(\.reader.terms), .surface(field), record.trail)
    var walk = ClassWalk(try union(.class(field)), record.classes, lengths)
    var folds = GroupWalk(record.folds)
    var ordinal = record.firstOrdinal
    for flags in record.flags {
      guard try MergeError.wrapping({ () throws(FormatError) in try surfaces.advance() }) else {
        break
      }
      var order = walk.groups.compare(surfaces)
      while order > 0 {
        try addClass(&walk, surfaces, isOwn: false)
        order = walk.groups.compare(surfaces)
      }
      guard flags.contains(.isWritten) else { continue }
      if folds.meets(surfaces), flags.contains(.isOwnFold) {
        record.folds.setOwn(folds.place, ordinal: ordinal)
      }
      if order == 0, flags.contains(.isOwnClass) {
        record.classes.setOwn(walk.groups.place, ordinal: ordinal)
        try addClass(&walk, surfaces, isOwn: true)
      }
      ordinal += 1
    }
    while !walk.groups.isAtEnd { try addClass(&walk, surfaces, isOwn: false) }
  }

  /// The classes of a field, and how far they are written.
  private struct ClassWalk: ~Copyable {
    var sources: TermUnion
    var groups: GroupWalk
    let lengths: FieldLengths
    /// Whether `sources` stands on a class: at first it stands before all.
    var hasClass: Bool?

    init(
      _ sources: consuming TermUnion, _ groups: MergedGroups, _ lengths: FieldLengths
    ) {
      self.sources = sources
      self.groups = GroupWalk(groups)
      self.lengths = lengths
    }
  }

  /// Adds the next class: an alias when it has one surface, else its merged postings.
  ///
  /// - Parameter isOwn: whether `surfaces` stands on the surface that is the class itself.
  private mutating func addClass(
    _ walk: inout ClassWalk, _ surfaces: borrowing TermRewalk, isOwn: Bool
  ) throws(MergeError) {
    let (groups, place) = (walk.groups.groups, walk.groups.place)
    let key = groups.key(place)
    defer { walk.groups.advance() }
    if groups.memberCount(place) == 1, let only = groups.others(place).first {
      dictionary.addAlias(key: key, ordinal: only)
      return
    }
    let isKnown = try advance(&walk, to: UnsafeRawBufferPointer(key))
    try gather(&walk, isKnown: isKnown, surfaces, isOwn: isOwn)
    guard !merged.isEmpty else { throw .format(sources[0].reader.inconsistentClass(key)) }
    merged.finish(hasPositions: false)
    let location = postings.add(
      docs: merged.documents, freqs: merged.termFreqs, ordinals: nil, lengths: walk.lengths)
    _ = dictionary.add(key: key, location)
  }

  /// Moves to a class among those of the sources; false when none has it.
  private func advance(
    _ walk: inout ClassWalk, to key: UnsafeRawBufferPointer
  ) throws(MergeError) -> Bool {
    while walk.hasClass ?? true, walk.hasClass == nil || walk.sources.precedes(key) {
      walk.hasClass = try advance(&walk.sources)
    }
    return walk.hasClass == true && walk.sources.isKey(key)
  }

  /// Gathers the postings of a class.
  ///
  /// They need not be made from all its surfaces: a source has them as postings of the class, as those
  /// of its only surface, or as those of the surface that is its own class.
  private mutating func gather(
    _ walk: inout ClassWalk, isKnown: Bool, _ surfaces: borrowing TermRewalk, isOwn: Bool
  ) throws(MergeError) {
    merged.removeAll()
    let classes = walk.sources.members
    var (nextClass, nextOwn) = (isKnown ? 0 : classes.count, isOwn ? 0 : surfaces.members.count)
    for source in sources.indices {
      let hasClass = nextClass < classes.count && Int(classes[nextClass].source) == source
      let hasOwn = nextOwn < surfaces.members.count && surfaces.members[nextOwn] == source
      if hasClass {
        try add(try value(classes[nextClass], of: &walk.sources), source, hasPositions: false)
      } else if hasOwn {
        let value = try MergeError.wrapping { () throws(FormatError) in
          try surfaces.value(source)
        }
        try add(value, source, hasPositions: false)
      }
      nextClass += hasClass ? 1 : 0
      nextOwn += hasOwn ? 1 : 0
    }
  }
}
