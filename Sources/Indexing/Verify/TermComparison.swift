import LedeCodecs
import LedeModel

/// Walks the terms of a segment beside those derived from some of its documents.
struct TermComparison: ~Copyable {
  private let segment: SegmentReader
  private let docs: Range<UInt32>
  private let report: (UInt32?, FormatError) -> Void
  private var postings = PostingsRange()

  init(
    _ segment: SegmentReader, _ docs: Range<UInt32>,
    _ report: @escaping (UInt32?, FormatError) -> Void
  ) {
    self.segment = segment
    self.docs = docs
    self.report = report
  }

  // MARK: Surfaces

  mutating func compareSurfaces(
    _ field: Field, _ terms: borrowing DerivedTerms
  ) throws(FormatError) {
    var union = try TermUnion([segment.terms], .surface(field))
    var rank = 0
    while try union.advance() {
      while rank < terms.count, Self.precedes(terms.key(rank), union.key) {
        reportMissing(terms.key(rank), terms.occurrences(rank))
        rank += 1
      }
      let entry = try union.entry(union.members[0])
      let isDerived = rank < terms.count && union.isKey(terms.key(rank))
      do throws(FormatError) {
        try postings.load(try segment.postings(entry), docs, hasPositions: true)
        compare(entry, isDerived ? terms.occurrences(rank) : [])
      } catch { report(nil, error) }
      if isDerived { rank += 1 }
    }
    while rank < terms.count {
      reportMissing(terms.key(rank), terms.occurrences(rank))
      rank += 1
    }
  }

  private func reportMissing(
    _ key: UnsafeRawBufferPointer, _ occurrences: ArraySlice<DerivedTerms.Occurrence>
  ) {
    let term = String(decoding: key, as: UTF8.self)
    var last: UInt32?
    for occurrence in occurrences where occurrence.doc != last {
      last = occurrence.doc
      report(
        last, segment.corrupt(.terms, "\(term) is missing, which document \(occurrence.doc) holds"))
    }
  }

  /// Holds the loaded postings against occurrences, document by document.
  private func compare(
    _ entry: TermEntry, _ occurrences: ArraySlice<DerivedTerms.Occurrence>
  ) {
    var next = occurrences.startIndex
    var position = 0
    for (index, doc) in postings.docs.enumerated() {
      while next < occurrences.endIndex, occurrences[next].doc < doc {
        next = skip(next, occurrences)
      }
      let stated = postings.positions[position..<position + Int(postings.freqs[index])]
      position += stated.count
      var end = next
      while end < occurrences.endIndex, occurrences[end].doc == doc { end += 1 }
      if end == next {
        report(doc, segment.corrupt(entry, "document \(doc) is listed and does not hold it"))
      } else if !stated.elementsEqual(occurrences[next..<end].lazy.map(\.position)) {
        report(doc, segment.corrupt(entry, Self.unlike(doc, stated, occurrences[next..<end])))
      }
      next = end
    }
    var rest = next
    while rest < occurrences.endIndex { rest = skip(rest, occurrences, reporting: entry) }

    func skip(
      _ start: Int, _ occurrences: ArraySlice<DerivedTerms.Occurrence>,
      reporting: TermEntry? = nil
    ) -> Int {
      let doc = occurrences[start].doc
      report(doc, segment.corrupt(entry, "document \(doc) holds it and is not listed"))
      var end = start
      while end < occurrences.endIndex, occurrences[end].doc == doc { end += 1 }
      return end
    }
  }

  private static func unlike(
    _ doc: UInt32, _ stated: ArraySlice<UInt32>,
    _ derived: ArraySlice<DerivedTerms.Occurrence>
  ) -> String {
    if stated.count != derived.count {
      return "document \(doc) has it \(stated.count) times, its text \(derived.count)"
    }
    let first = zip(stated, derived).first { $0 != $1.position }
    return "document \(doc) has it at position \(first?.0 ?? 0), its text at "
      + "\(first?.1.position ?? 0)"
  }

  // MARK: Classes

  /// A class that the index lists has the documents of all its surfaces; one that it does not list
  /// has one surface, with its own bytes.
  mutating func compareClasses(
    _ field: Field, _ classes: inout DerivedClasses, _ terms: borrowing DerivedTerms
  ) throws(FormatError) {
    var union = try TermUnion([segment.terms], .class(field))
    var place = 0
    while try union.advance() {
      while place < classes.count, Self.precedes(classes.key(place), union.key) {
        reportMissingClass(classes.key(place))
        place += 1
      }
      let isDerived = place < classes.count && union.isKey(classes.key(place))
      let documents =
        isDerived
        ? classes.documents(place, terms) : terms.occurrences(of: union.key).map(\.doc)
      let entry = try union.entry(union.members[0])
      do throws(FormatError) {
        try postings.load(try segment.postings(entry), docs, hasPositions: false)
        compareClass(entry, String(decoding: union.key, as: UTF8.self), documents)
      } catch { report(nil, error) }
      if isDerived { place += 1 }
    }
    while place < classes.count {
      reportMissingClass(classes.key(place))
      place += 1
    }
  }

  private func reportMissingClass(_ key: UnsafeRawBufferPointer) {
    let name = String(decoding: key, as: UTF8.self)
    report(nil, segment.corrupt(.terms, "the class \(name) is missing, which surfaces have"))
  }

  /// - Parameter documents: once per occurrence.
  private func compareClass(_ entry: TermEntry, _ name: String, _ documents: [UInt32]) {
    var next = 0
    for (doc, freq) in zip(postings.docs, postings.freqs) {
      let start = next
      while next < documents.count, documents[next] == doc { next += 1 }
      guard next - start == Int(freq) else {
        return report(
          nil,
          segment.corrupt(
            entry, "the class \(name) has document \(doc) \(freq) times, the texts otherwise"))
      }
    }
    if next < documents.count {
      report(
        nil, segment.corrupt(entry, "the class \(name) lacks document \(documents[next])"))
    }
  }

  private static func precedes(
    _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer
  ) -> Bool {
    left.lexicographicallyPrecedes(right)
  }
}
