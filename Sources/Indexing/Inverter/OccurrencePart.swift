import CLedeKernels
import LedeModel

/// Some neighbouring documents, whose occurrences are sorted on their own.
///
/// An occurrence is packed where that fits 32 bits: the document, counted from the first, above the
/// place. Else it is the number of the unit (for a bigram, of its first unigram), which takes a
/// ``UnitMap`` to be turned into these.
///
/// Its memory belongs to the ``SortedOccurrences`` that it is a part of.
struct OccurrencePart {
  let documents: Range<Int>
  /// Bits of the place; nil where occurrences are units.
  let placeBits: UInt32?
  /// The occurrences, grouped by term in the order of the dictionary.
  let occurrences: UnsafeMutablePointer<UInt32>
  /// By rank: where the occurrences of the term start; and where the last ones end.
  let starts: UnsafeMutablePointer<UInt32>

  /// The occurrences of the term of a rank, ascending.
  @inline(__always)
  subscript(rank: Int) -> UnsafeBufferPointer<UInt32> {
    // Safe: ranks are below the number of terms, and starts at most that of occurrences.
    let start = starts[rank]
    return UnsafeBufferPointer(
      start: occurrences + Int(start), count: Int(starts[rank &+ 1] &- start))
  }

  init(
    _ documents: Range<Int>, of streams: UnitStreams, _ field: Field,
    occurrences: UnsafeMutablePointer<UInt32>, starts: UnsafeMutablePointer<UInt32>
  ) {
    self.documents = documents
    self.occurrences = occurrences
    self.starts = starts
    let longest = documents.reduce(0) { max($0, streams.unitRange($1, field).count) }
    let bits = Int.bitWidth - longest.leadingZeroBitCount
    let documentBits = Int.bitWidth - documents.count.leadingZeroBitCount
    placeBits = bits + documentBits <= 32 ? UInt32(truncatingIfNeeded: bits) : nil
  }

  /// What to add to the number of a document's unit for the occurrence, without regard to overflow.
  private func offset(_ document: Int, firstUnit: Int) -> UInt32 {
    guard let placeBits else { return 0 }
    let local = UInt32(truncatingIfNeeded: document - documents.lowerBound)
    return local &<< placeBits &- UInt32(truncatingIfNeeded: firstUnit)
  }

  /// Splits the occurrences of the term of a rank into documents and termFreqs, for which there is
  /// room; writes the ordinal of each to `ordinals`, unless nil. Returns the number of documents.
  ///
  /// - Parameter map: there where occurrences are units.
  @inline(__always)
  func split(
    _ rank: Int, _ map: UnitMap?, docs: UnsafeMutablePointer<UInt32>,
    freqs: UnsafeMutablePointer<UInt32>, ordinals: UnsafeMutablePointer<UInt32>?
  ) -> Int {
    let run = self[rank]
    if let placeBits {
      return lede_split_packed(
        run.baseAddress, run.count, UInt32(truncatingIfNeeded: documents.lowerBound), placeBits,
        docs, freqs, ordinals)
    }
    guard let map else { preconditionFailure("units have a map") }
    return map.split(run, docs: docs, freqs: freqs, ordinals: ordinals)
  }

  /// Counts, then scatters.
  ///
  /// - Parameter cursors: memory for a number per term.
  func sort(
    _ streams: UnitStreams, _ field: Field, _ vocabulary: Vocabulary,
    _ cursors: UnsafeMutablePointer<UInt32>
  ) {
    cursors.initialize(repeating: 0, count: vocabulary.count)
    count(streams, field, cursors)
    var total: UInt32 = 0
    for rank in 0..<vocabulary.count {
      // Safe: the vocabulary holds every number below its count once.
      let term = Int(vocabulary.term(rank))
      let counted = cursors[term]
      cursors[term] = total
      starts[rank] = total
      // Traps rather than wraps; the flush comes long before.
      total += counted
    }
    starts[vocabulary.count] = total
    scatter(streams, field, cursors)
  }

  private func count(
    _ streams: UnitStreams, _ field: Field, _ cursors: UnsafeMutablePointer<UInt32>
  ) {
    let (units, bigrams) = (streams.units, streams.bigrams)
    for document in documents {
      // Safe: terms in the streams are numbers of the table, which the vocabulary counts.
      for unit in streams.unitRange(document, field) { cursors[Int(units[unit])] &+= 1 }
      for bigram in streams.bigramRange(document, field) {
        cursors[Int(bigrams[bigram] >> 32)] &+= 1
      }
    }
  }

  /// Moves every occurrence to its term's cursor.
  ///
  /// A term may be a word here and a bigram there, so both streams are walked in step.
  private func scatter(
    _ streams: UnitStreams, _ field: Field, _ cursors: UnsafeMutablePointer<UInt32>
  ) {
    let (units, bigrams, out) = (streams.units, streams.bigrams, occurrences)
    @inline(__always)
    func place(_ term: Int, _ unit: Int, _ offset: UInt32) {
      // Safe: the cursors were spaced by the counts of the same walk.
      let cursor = cursors[term]
      out[Int(cursor)] = UInt32(truncatingIfNeeded: unit) &+ offset
      cursors[term] = cursor &+ 1
    }
    for document in documents {
      let unitRange = streams.unitRange(document, field)
      let offset = offset(document, firstUnit: unitRange.lowerBound)
      var next = unitRange.lowerBound
      for bigram in streams.bigramRange(document, field) {
        let first = Int(bigrams[bigram] & 0xffff_ffff)
        while next <= first {
          place(Int(units[next]), next, offset)
          next &+= 1
        }
        place(Int(bigrams[bigram] >> 32), first, offset)
      }
      while next < unitRange.upperBound {
        place(Int(units[next]), next, offset)
        next &+= 1
      }
    }
  }
}
