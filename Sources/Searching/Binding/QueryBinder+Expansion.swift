import LedeAnalysis
import LedeCodecs
import LedeModel

extension QueryBinder {
  /// The classes of a bare word: its own, and those of every live surface with the same fold.
  func classSlot(_ surface: [UInt8]) throws(SearchError) -> Slot {
    let fold = analyzer.folded(surface)
    let own = analyzer.classOf(surface)
    let others = try liveSurfaces(foldingTo: fold, including: fold != surface)
    if others.isEmpty { return Slot(ofClass: own) }
    var classes = [own]
    for other in others where other != surface {
      let form = analyzer.classOf(other)
      if !classes.contains(form) { classes.append(form) }
    }
    classes.sort { $0.lexicographicallyPrecedes($1) }
    guard classes.count > 1,
      let keys = OneOrMore(classes.map { TermKey(bytes: $0, isClass: true) })
    else { return Slot(ofClass: own) }
    return Slot(offset: 0, keys: keys, name: Array(classes.joined(separator: [0])))
  }

  /// All live surfaces that differ from a quoted word in accents at most.
  func surfaceSlot(_ surface: [UInt8], offset: UInt32) throws(SearchError) -> Slot {
    let fold = analyzer.folded(surface)
    var surfaces = try liveSurfaces(foldingTo: fold, including: false)
    if surfaces.isEmpty { return Slot(ofSurface: fold, offset: offset) }
    // Absent or not, the fold itself is among the keys.
    if !surfaces.contains(fold) { surfaces.append(fold) }
    surfaces.sort { $0.lexicographicallyPrecedes($1) }
    guard surfaces.count > 1,
      let keys = OneOrMore(surfaces.map { TermKey(bytes: $0, isClass: false) })
    else { return Slot(ofSurface: fold, offset: offset) }
    return Slot(offset: offset, keys: keys, name: fold)
  }

  /// The vocabulary's surfaces with a fold, over all segments, that occur in a live document.
  ///
  /// So what a query means depends on the live documents alone, and not on which deleted ones have
  /// been merged away. The fold itself is asked for only where `including` it matters.
  private func liveSurfaces(
    foldingTo fold: [UInt8], including isFoldAsked: Bool
  ) throws(SearchError) -> [[UInt8]] {
    var surfaces: [[UInt8]] = []
    var hasDeletes = false
    for segment in segments {
      hasDeletes = hasDeletes || segment.live != nil
      do throws(FormatError) {
        let found = try fold.withUnsafeBufferPointer { (key) throws(FormatError) in
          try segment.surfaces(foldingTo: UnsafeRawBufferPointer(key), .textFold)
        }
        for surface in found where !surfaces.contains(surface) { surfaces.append(surface) }
      } catch { throw .index(error) }
    }
    // Without deletes, every surface of a dictionary occurs in a live document.
    if hasDeletes {
      var live: [[UInt8]] = []
      for surface in surfaces where try isLive(surface) { live.append(surface) }
      surfaces = live
    }
    if isFoldAsked, !surfaces.contains(fold), try isLive(fold) { surfaces.append(fold) }
    return surfaces
  }

  private func isLive(_ surface: [UInt8]) throws(SearchError) -> Bool {
    try liveDocFreq(surface, .text) > 0
  }

  /// Live documents that hold a surface, over all segments.
  private func liveDocFreq(_ key: [UInt8], _ field: Field) throws(SearchError) -> Int {
    var total = 0
    for segment in segments {
      do throws(FormatError) {
        guard let entry = try segment.find(key, isClass: false, field, analyzer) else { continue }
        total += segment.liveDocFreq(entry)
      } catch { throw .index(error) }
    }
    return total
  }
}

extension Slot {
  /// The place of a bare word with one class.
  fileprivate init(ofClass bytes: [UInt8]) {
    self.init(offset: 0, keys: OneOrMore(TermKey(bytes: bytes, isClass: true)))
  }

  /// The place of one surface.
  init(ofSurface bytes: [UInt8], offset: UInt32) {
    self.init(offset: offset, keys: OneOrMore(TermKey(bytes: bytes, isClass: false)))
  }
}

extension SegmentReader {
  /// The entry of a surface or class in a field of this segment; nil when absent.
  ///
  /// A class c whose only surface here is c has no entry: the surface stands for it, if c is of its
  /// own class. Only then is that asked, since stemming costs as much as a look-up.
  func find(
    _ key: [UInt8], isClass: Bool, _ field: Field, _ analyzer: Analyzer
  ) throws(FormatError) -> TermEntry? {
    try key.withUnsafeBufferPointer { (buffer) throws(FormatError) in
      let bytes = UnsafeRawBufferPointer(buffer)
      guard isClass else { return try find(.surface(field), bytes) }
      if let entry = try find(.class(field), bytes) { return entry }
      guard let surface = try find(.surface(field), bytes) else { return nil }
      return analyzer.classOf(key) == key ? surface : nil
    }
  }

  /// docFreq without the deleted documents.
  func liveDocFreq(_ entry: TermEntry) -> Int {
    guard let live else { return Int(entry.docFreq) }
    return max(0, Int(entry.docFreq) - Int(live.docFreqDelta(ordinal: entry.ordinal)))
  }
}
