import LedeModel

/// The streams of an ``Inverter`` once all documents are in them.
// Sendable: read-only, and the memory stays until the inverter releases it.
struct UnitStreams: @unchecked Sendable {
  let units: UnsafeMutablePointer<UInt32>
  let unitCount: Int
  /// term << 32 | unit.
  let bigrams: UnsafeMutablePointer<UInt64>
  let bigramCount: Int
  let documents: [DocumentExtent]
  let isLive: [Bool]

  /// Units of a document in a field.
  @inline(__always)
  func unitRange(_ document: Int, _ field: Field) -> Range<Int> {
    guard isLive[document] else { return 0..<0 }
    let extent = documents[document]
    let start = Int(extent.firstUnit)
    if field == .title { return start..<start + Int(extent.titleLength) }
    let isLast = document + 1 == documents.count
    return start..<(isLast ? unitCount : Int(documents[document + 1].firstUnit))
  }

  /// Bigrams of a document in a field: those whose first unigram is one of its units.
  func bigramRange(_ document: Int, _ field: Field) -> Range<Int> {
    let extent = documents[document]
    let isLast = document + 1 == documents.count
    let start = Int(extent.firstBigram)
    var end = isLast ? bigramCount : Int(documents[document + 1].firstBigram)
    guard isLive[document], start < end else { return 0..<0 }
    if field == .title {
      let titleEnd = UInt64(extent.firstUnit) + UInt64(extent.titleLength)
      var titleBigrams = start
      while titleBigrams < end, bigrams[titleBigrams] & 0xffff_ffff < titleEnd { titleBigrams += 1 }
      end = titleBigrams
    }
    return start..<end
  }

  /// Lengths of a field by docID; 0 for dead documents.
  func lengths(_ field: Field) -> [UInt32] {
    documents.indices.map { UInt32(truncatingIfNeeded: unitRange($0, field).count) }
  }

  /// How many occurrences the live documents among some have in a field.
  func occurrenceCount(_ documents: Range<Int>, _ field: Field) -> Int {
    documents.reduce(0) { $0 + unitRange($1, field).count + bigramRange($1, field).count }
  }

  /// Units of the documents before one, or of all.
  func unitCount(before document: Int) -> Int {
    document < documents.count ? Int(documents[document].firstUnit) : unitCount
  }

  /// The documents in so many runs of about as many units each, the first with a sixteenth more: the
  /// next one's occurrences fit where its units are.
  func parts(_ count: Int) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = 0
    for part in 1...count {
      let target = unitCount * (16 * part + 1) / (16 * count + 1)
      var end = start
      while end < documents.count, part == count || Int(documents[end].firstUnit) < target {
        end += 1
      }
      parts.append(start..<end)
      start = end
    }
    return parts
  }
}
