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
      doc: UInt32, positions: InlineOrdinals, positionsOffset: UInt64, positionsLength: UInt64)
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
  /// Whether the term is in one document and its positions stand in the dictionary.
  var isInline: Bool {
    doc_freq == 1 && more < UInt64(PostingsLocation.maxInlinePositions)
  }

  /// The last ordinal that stands in the dictionary.
  var lastOrdinal: UInt32 {
    precondition(isInline, "the ordinals stand in the dictionary")
    return withUnsafeBytes(of: ordinals) {
      $0.loadUnaligned(fromByteOffset: 4 * Int(more), as: UInt32.self)
    }
  }
}

extension lede_term {
  /// What the dictionary says of a term with postings of its own.
  package init(_ location: PostingsLocation) {
    self.init()
    doc_freq = location.docFreq
    more = location.totalTermFreq - UInt64(location.docFreq)
    switch location.storage {
    case .single(let only, let inline, let offset, let length):
      doc = only
      (positions, positions_size) = (offset, length)
      inlineOrdinals = inline
    case .list(let offset, let length, let positionsOffset, let positionsLength):
      (postings, postings_size) = (offset, length)
      (positions, positions_size) = (positionsOffset, positionsLength)
    }
  }
}
