import LedeAnalysis
import LedeCodecs
import LedeModel

/// Holds one segment's lengths, terms, postings, positions, classes and folds against its texts.
struct DeepSegmentCheck {
  /// Something that the index says and the texts do not, or the other way round.
  struct Difference {
    /// The document, where it is one's own.
    var doc: UInt32?
    var error: FormatError
  }

  let segment: SegmentReader
  let analyzer: Analyzer
  /// Bytes for what is derived at a time.
  var memoryBudget = 256 << 20
  /// Whether the segment knows which documents are live: else one without terms may be dead.
  var knowsLive = true
  /// What was analysed so far.
  private(set) var documents = 0
  private let difference: (Difference) -> Void

  init(
    _ segment: SegmentReader, _ analyzer: Analyzer, memoryBudget: Int,
    difference: @escaping (Difference) -> Void
  ) {
    self.segment = segment
    self.analyzer = analyzer
    self.memoryBudget = memoryBudget
    self.difference = difference
  }

  /// Checks all documents, or those below `limit`.
  mutating func run(limit: UInt32 = .max) {
    let end = min(limit, UInt32(segment.docCount))
    let cursor = StoredArticlesCursor(segment.stored)
    var next: UInt32 = 0
    while next < end {
      var chunk = DerivedChunk(firstDoc: next, analyzer)
      // At least one, however little the budget: even an empty chunk takes some memory.
      repeat {
        add(next, cursor, to: &chunk)
        next += 1
      } while next < end && chunk.memoryUse < memoryBudget
      chunk.sort()
      checkLengths(chunk)
      documents += chunk.docs.count
      for field in Field.allCases { check(field, chunk) }
    }
    for field in Field.allCases { checkFolds(field) }
  }

  private func add(
    _ doc: UInt32, _ cursor: StoredArticlesCursor, to chunk: inout DerivedChunk
  ) {
    // A document that was dead before its segment was written has a text and no terms.
    let mayBeDead = !knowsLive || !segment.isLive(doc)
    if mayBeDead, segment.lengths(.text).value(doc) == 0 { return chunk.addEmpty() }
    do {
      chunk.add(try cursor.article(doc))
    } catch {
      difference(Difference(doc: doc, error: error))
      chunk.addUnreadable()
    }
  }

  private func checkLengths(_ chunk: borrowing DerivedChunk) {
    for (index, derived) in chunk.lengths.enumerated() {
      guard let derived else { continue }
      let doc = chunk.firstDoc + UInt32(index)
      for (field, length) in [(Field.text, derived.text), (.title, derived.title)] {
        let stated = segment.lengths(field).value(doc)
        guard stated != length else { continue }
        report(
          doc,
          segment.corrupt(
            .lengths, "document \(doc) has \(stated) positions of \(field.name), its text \(length)"
          ))
      }
    }
  }

  private func check(_ field: Field, _ chunk: borrowing DerivedChunk) {
    do throws(FormatError) {
      if field == .text {
        try checkTerms(field, chunk.text, chunk)
      } else {
        try checkTerms(field, chunk.title, chunk)
      }
    } catch { report(nil, error) }
  }

  private func checkTerms(
    _ field: Field, _ terms: borrowing DerivedTerms, _ chunk: borrowing DerivedChunk
  ) throws(FormatError) {
    var comparison = TermComparison(segment, chunk.docs, report)
    try comparison.compareSurfaces(field, terms)
    var classes = DerivedClasses(terms, analyzer)
    try comparison.compareClasses(field, &classes, terms)
  }

  func report(_ doc: UInt32?, _ error: FormatError) {
    difference(Difference(doc: doc, error: error))
  }
}

extension DeepSegmentCheck {
  /// Each surface stands under its fold, and under each fold stand surfaces that fold to it.
  private func checkFolds(_ field: Field) {
    do {
      var fold: [UInt8] = []
      try segment.terms.enumerate(.surface(field)) { surface, entry in
        // Only letters outside ASCII carry marks.
        guard surface.contains(where: { $0 >= 0x80 }) else { return }
        analyzer.fold(surface.assumingMemoryBound(to: UInt8.self), into: &fold)
        if fold.isEmpty || fold.elementsEqual(surface) { return }
        let found = try fold.withUnsafeBytes {
          try segment.terms.surfaces(foldingTo: $0, .fold(field))
        }
        if !found.contains(where: { $0.elementsEqual(surface) }) {
          report(nil, segment.corrupt(entry, "its fold does not lead to it"))
        }
      }
      try segment.terms.enumerateKeys(.fold(field)) { key in
        for surface in try segment.terms.surfaces(foldingTo: key, .fold(field))
        where !surface.elementsEqual(key) {
          surface.withUnsafeBufferPointer { analyzer.fold($0, into: &fold) }
          if !fold.elementsEqual(key) {
            let text = String(decoding: surface, as: UTF8.self)
            report(nil, segment.corrupt(.terms, "\(text) stands under a fold that is not its own"))
          }
        }
      }
    } catch let error as FormatError {
      report(nil, error)
    } catch { preconditionFailure("reading a segment throws format errors only") }
  }
}
