import LedeAnalysis
import LedeCodecs
import LedeModel

extension QueryBinder {
  /// The classes of a bare word: its own, and those of every live surface with the same fold.
  func classSlot(_ word: TermBytes) throws(SearchError) -> Slot {
    let surface = [UInt8](word)
    let fold = analyzer.folded(surface)
    let own = analyzer.classOf(surface)
    let others = try liveSurfaces(foldingTo: fold, including: fold != surface)
    var classes = [own]
    for other in others where other != surface {
      let form = analyzer.classOf(other)
      if !classes.contains(form) { classes.append(form) }
    }
    guard classes.count > 1 else { return Slot(ofClass: arena.bytes(own), arena) }
    let keys = keys(classes, areClasses: true)
    return Slot(
      offset: 0, keys: keys, name: arena.joined(keys.lazy.map(\.bytes), by: 0))
  }

  /// Whether a surface is ASCII, and no other one differs from it in accents alone.
  func isAlone(_ surface: TermBytes) throws(FormatError) -> Bool {
    guard surface.isASCII else { return false }
    guard !foldingSegments.isEmpty else { return true }
    for segment in foldingSegments
    where try segment.hasFold(UnsafeRawBufferPointer(surface), .textFold) {
      return false
    }
    return true
  }

  /// All live surfaces that differ from a quoted word in accents at most.
  func surfaceSlot(_ word: TermBytes, offset: UInt32) throws(SearchError) -> Slot {
    do throws(FormatError) {
      if try isAlone(word) { return Slot(ofSurface: word, offset: offset, arena) }
    } catch { throw .index(error) }
    let fold = analyzer.folded([UInt8](word))
    var surfaces = try liveSurfaces(foldingTo: fold, including: false)
    // Absent or not, the fold itself is among the keys.
    if !surfaces.contains(fold) { surfaces.append(fold) }
    let name = arena.bytes(fold)
    guard surfaces.count > 1 else { return Slot(ofSurface: name, offset: offset, arena) }
    return Slot(offset: offset, keys: keys(surfaces, areClasses: false), name: name)
  }

  /// Sorted.
  private func keys(_ terms: [[UInt8]], areClasses: Bool) -> ArenaList<TermKey> {
    var keys = ArenaList<TermKey>(capacity: terms.count, arena)
    for term in terms.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      keys.append(TermKey(bytes: arena.bytes(term), isClass: areClasses), arena)
    }
    return keys
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
    for segment in foldingSegments {
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
        let entry = try key.withUnsafeBufferPointer { (key) throws(FormatError) in
          try segment.find(.surface(field), UnsafeRawBufferPointer(key))
        }
        if let entry { total += segment.liveDocFreq(entry) }
      } catch { throw .index(error) }
    }
    return total
  }
}

extension Slot {
  /// The place of a bare word with one class.
  init(ofClass bytes: TermBytes, _ arena: ScratchArena) {
    let key = TermKey(bytes: bytes, isClass: true)
    self.init(offset: 0, keys: ArenaList(key, arena), name: bytes)
  }

  /// The place of one surface.
  init(ofSurface bytes: TermBytes, offset: UInt32, _ arena: ScratchArena) {
    let key = TermKey(bytes: bytes, isClass: false)
    self.init(offset: offset, keys: ArenaList(key, arena), name: bytes)
  }
}

extension SegmentReader {
  /// The entry of a surface or class in a field of this segment; nil when absent.
  ///
  /// A class c whose only surface here is c has no entry: the surface stands for it, if c is of its
  /// own class. Only then is that asked, since stemming costs as much as a look-up in a block: a frequent surface
  /// tells on its own that its class has no postings.
  func find(
    _ key: TermKey, _ field: Field, _ analyzer: Analyzer
  ) throws(FormatError) -> TermEntry? {
    let bytes = UnsafeRawBufferPointer(key.bytes)
    guard key.isClass else { return try find(.surface(field), bytes) }
    if let entry = shortcut(.class(field), bytes) { return entry }
    let frequent = shortcut(.surface(field), bytes)
    if let frequent, analyzer.isItsOwnClass(key.bytes) { return frequent }
    if let entry = try findInBlock(.class(field), bytes) { return entry }
    // A frequent surface is of another class.
    guard frequent == nil, let surface = try findInBlock(.surface(field), bytes) else { return nil }
    return analyzer.isItsOwnClass(key.bytes) ? surface : nil
  }

  /// Starts loading what ``find(_:_:_:)`` reads of a frequent term.
  func prefetch(_ key: TermKey, _ field: Field) {
    let bytes = UnsafeRawBufferPointer(key.bytes)
    if key.isClass { prefetch(.class(field), bytes) }
    prefetch(.surface(field), bytes)
  }

  /// docFreq without the deleted documents.
  func liveDocFreq(_ entry: TermEntry) -> Int {
    guard let live else { return Int(entry.docFreq) }
    return max(0, Int(entry.docFreq) - Int(live.docFreqDelta(ordinal: entry.ordinal)))
  }
}
