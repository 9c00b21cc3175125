import LedeCodecs
import LedeStorage

/// The terms of one field, whose postings any thread encodes run by run.
// Sendable: read-only; an encoder is used by the one thread that took it out under the lock.
final class FieldTerms: @unchecked Sendable {
  private let map: UnitMap
  private let classes: TermGroups
  private let occurrences: SortedOccurrences
  private let lengths: FieldLengths
  private let encoders = Monitor<[TermEncoder]>([])

  /// What a job makes of a run: the locations of those terms that have postings of their own.
  typealias Encoded = (postings: EncodedPostings, locations: [PostingsLocation])

  /// - Parameter lengths: must outlive every job.
  init(
    _ map: UnitMap, _ classes: TermGroups, _ occurrences: SortedOccurrences, _ lengths: FieldLengths
  ) {
    self.map = map
    self.classes = classes
    self.occurrences = occurrences
    self.lengths = lengths
  }

  /// Encodes the surfaces of some ranks, those that occur in the field.
  func encodeSurfaces(_ ranks: Range<Int>) -> Encoded {
    withEncoder { encoder in
      for rank in ranks where occurrences.count(rank) > 0 {
        encoder.addSurface(occurrences.occurrences(rank), map, lengths)
      }
    }
  }

  /// Encodes the classes at some places, those of several surfaces of the field.
  func encodeClasses(_ places: Range<Int>) -> Encoded {
    withEncoder { encoder in
      for place in places {
        let ranks = classes.group(place).ranks
        if ranks.count(where: { occurrences.count(Int($0)) > 0 }) > 1 {
          encoder.addClass(ranks.map { occurrences.occurrences(Int($0)) }, map, lengths)
        }
      }
    }
  }

  private func withEncoder(_ body: (TermEncoder) -> Void) -> Encoded {
    let encoder =
      encoders.withLock { $0.popLast() }
      ?? TermEncoder(largestCount: occurrences.largestCount, docCount: map.docCount)
    body(encoder)
    let encoded = encoder.take()
    encoders.withLock { $0.append(encoder) }
    return encoded
  }
}

/// Memory for encoding one term after the other; for one thread at a time.
private final class TermEncoder {
  private var list: TermPostings
  private var merger: DocumentMerger
  private var postings = PostingsWriter()
  private var locations: [PostingsLocation] = []

  init(largestCount: Int, docCount: Int) {
    list = TermPostings(largestCount: largestCount, docCount: docCount)
    merger = DocumentMerger(docCount: docCount)
  }

  func addSurface(
    _ occurrences: UnsafeBufferPointer<UInt32>, _ map: UnitMap, _ lengths: FieldLengths
  ) {
    list.load(occurrences, map)
    locations.append(
      postings.add(
        docs: list.documents, freqs: list.termFreqs, ordinals: list.ordinals, lengths: lengths))
  }

  func addClass(
    _ members: [UnsafeBufferPointer<UInt32>], _ map: UnitMap, _ lengths: FieldLengths
  ) {
    for occurrences in members {
      list.load(occurrences, map, withOrdinals: false)
      merger.add(list.documents, list.termFreqs)
    }
    merger.finish()
    locations.append(
      postings.add(
        docs: merger.documents, freqs: merger.termFreqs, ordinals: nil, lengths: lengths))
  }

  func take() -> FieldTerms.Encoded {
    defer { locations = [] }
    return (postings.take(), locations)
  }
}
