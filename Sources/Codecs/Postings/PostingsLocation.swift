import CLedeKernels

/// Where one term's postings lie, as the term dictionary records it.
package struct PostingsLocation: Sendable, Equatable {
  /// Documents that hold the term, in this segment.
  package var docFreq: UInt32
  /// Occurrences of the term, in this segment.
  package var totalTermFreq: UInt64
  var storage: Storage

  /// Positions kept in the dictionary itself, for a term of one document.
  static var maxInlinePositions: Int { Int(LEDE_MOST_INLINE_POSITIONS) }

  enum Storage: Sendable, Equatable {
    /// The one document of a term of docFreq 1 stands in the dictionary. Its positions too when
    /// there are at most eight; else they are `positionsLength` bytes of the positions section.
    case single(
      doc: UInt32, positions: SIMD8<UInt32>, positionsOffset: UInt64, positionsLength: UInt64)
    /// Byte ranges in the postings and positions sections.
    case list(offset: UInt64, length: UInt64, positionsOffset: UInt64, positionsLength: UInt64)
  }

  /// Bytes in the postings section.
  var postingsLength: UInt64 {
    if case .list(_, let length, _, _) = storage { return length }
    return 0
  }

  /// Bytes in the positions section.
  var positionsLength: UInt64 {
    switch storage {
    case .single(_, _, _, let length), .list(_, _, _, let length): length
    }
  }

  /// The same with so many bytes before it in the two sections.
  package func moved(postings: UInt64, positions: UInt64) -> PostingsLocation {
    var moved = self
    switch storage {
    case .single(let doc, let inline, let offset, let length):
      moved.storage = .single(
        doc: doc, positions: inline, positionsOffset: offset + positions, positionsLength: length)
    case .list(let offset, let length, let positionsOffset, let positionsLength):
      moved.storage = .list(
        offset: offset + postings, length: length, positionsOffset: positionsOffset + positions,
        positionsLength: positionsLength)
    }
    return moved
  }
}

extension PostingsLocation {
  /// What the dictionary says of a term with postings of its own.
  init(_ term: lede_term) {
    docFreq = term.doc_freq
    totalTermFreq = term.more &+ UInt64(term.doc_freq)
    if docFreq == 1 {
      storage = .single(
        doc: term.doc, positions: term.inlineOrdinals, positionsOffset: term.positions,
        positionsLength: term.positions_size)
    } else {
      storage = .list(
        offset: term.postings, length: term.postings_size, positionsOffset: term.positions,
        positionsLength: term.positions_size)
    }
  }
}

extension lede_term {
  /// The ordinals that stand in the dictionary, zeros behind them; all zeros if they do not.
  var inlineOrdinals: SIMD8<UInt32> {
    var lanes = SIMD8<UInt32>()
    guard doc_freq == 1, more < UInt64(PostingsLocation.maxInlinePositions) else { return lanes }
    withUnsafeBytes(of: ordinals) { bytes in
      for lane in 0...Int(more) {
        lanes[lane] = bytes.loadUnaligned(fromByteOffset: 4 * lane, as: UInt32.self)
      }
    }
    return lanes
  }
}
