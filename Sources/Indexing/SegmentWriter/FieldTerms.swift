import LedeCodecs
import LedeStorage

/// The terms of one field, whose postings any thread encodes run by run.
// Sendable: read-only; an encoder is used by the one thread that took it out under the lock.
final class FieldTerms: @unchecked Sendable {
  private let classes: TermGroups
  private let occurrences: SortedOccurrences
  private let lengths: FieldLengths
  private let encoders = Monitor<[TermEncoder]>([])
  /// Memory to be used again.
  private let spare = Monitor<[EncodedPositions]>([])

  /// What a job makes of a run: the locations of those terms that have postings of their own.
  typealias Encoded = (postings: EncodedPostings, locations: [PostingsLocation])

  /// - Parameter lengths: must outlive every job.
  init(
    _ classes: TermGroups, _ occurrences: SortedOccurrences, _ lengths: FieldLengths
  ) {
    self.classes = classes
    self.occurrences = occurrences
    self.lengths = lengths
  }

  /// Encodes the surfaces of some ranks, those that occur in the field.
  func encodeSurfaces(_ ranks: Range<Int>) -> Encoded {
    withEncoder { encoder in
      for rank in ranks where occurrences.count(rank) > 0 {
        encoder.addSurface(rank, occurrences, lengths)
      }
    }
  }

  /// Encodes the classes at some places, those of several surfaces of the field.
  func encodeClasses(_ places: Range<Int>) -> Encoded {
    withEncoder { encoder in
      for place in places {
        let ranks = classes.group(place).ranks
        if ranks.count(where: { occurrences.count(Int($0)) > 0 }) > 1 {
          encoder.addClass(ranks, occurrences, lengths)
        }
      }
    }
  }

  /// Gives back memory that ``Encoded`` had, once it is written.
  func giveBack(_ positions: EncodedPositions) { spare.withLock { $0.append(positions) } }

  private func withEncoder(_ body: (TermEncoder) -> Void) -> Encoded {
    let encoder =
      encoders.withLock { $0.popLast() }
      ?? TermEncoder(largestCount: occurrences.largestCount, docCount: lengths.values.count)
    body(encoder)
    let encoded = encoder.take(reusing: spare.withLock { $0.popLast() })
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
    _ rank: Int, _ occurrences: SortedOccurrences, _ lengths: FieldLengths
  ) {
    list.load(rank, of: occurrences)
    locations.append(
      postings.add(
        docs: list.documents, freqs: list.termFreqs, ordinals: list.ordinals, lengths: lengths))
  }

  func addClass(
    _ ranks: UnsafeBufferPointer<UInt32>, _ occurrences: SortedOccurrences,
    _ lengths: FieldLengths
  ) {
    for rank in ranks {
      list.load(Int(rank), of: occurrences, withOrdinals: false)
      merger.add(list.documents, list.termFreqs)
    }
    merger.finish()
    locations.append(
      postings.add(
        docs: merger.documents, freqs: merger.termFreqs, ordinals: nil, lengths: lengths))
  }

  func take(reusing spare: EncodedPositions?) -> FieldTerms.Encoded {
    defer { locations = [] }
    return (postings.take(reusing: spare), locations)
  }
}
