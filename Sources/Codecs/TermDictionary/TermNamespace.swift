import CLedeKernels
import LedeModel

/// The kinds of term keys, per field. Raw values are on disk and in term ordinals' order.
///
/// Keys of one namespace are sorted by their bytes. Languages per document can add namespaces later.
package enum TermNamespace: UInt8, Sendable, CaseIterable {
  /// Every surface form, with positions.
  case textSurface = 0
  /// Classes of surfaces under the index's stemmer: own postings without positions, or an alias.
  case textClass = 1
  /// Folded surfaces that more than themselves fold to: a list of surfaces.
  case textFold = 2
  case titleSurface = 3
  case titleClass = 4
  case titleFold = 5

  /// The namespaces of a field.
  package static func surface(_ field: Field) -> Self {
    field == .text ? .textSurface : .titleSurface
  }
  /// The classes of a field.
  package static func `class`(_ field: Field) -> Self { field == .text ? .textClass : .titleClass }
  package static func fold(_ field: Field) -> Self { field == .text ? .textFold : .titleFold }

  /// The namespace that a fold's or an alias's ordinals point into.
  var surfaces: Self { rawValue < Self.titleSurface.rawValue ? .textSurface : .titleSurface }

  var hasPositions: Bool { self == .textSurface || self == .titleSurface }
  var field: Field { surfaces == .textSurface ? .text : .title }
  var isFold: Bool { self == .textFold || self == .titleFold }
}

/// What the dictionary says of one term, as kernels take it.
package struct TermValue {
  package let term: lede_term
  let ordinal: UInt32
  let namespace: TermNamespace

  /// The same for those who read the term's list.
  package var entry: TermEntry {
    TermEntry(ordinal: ordinal, namespace: namespace, location: PostingsLocation(term))
  }
}

/// What the dictionary knows of one term.
package struct TermEntry: Sendable, Equatable {
  /// The term's number in the segment: 32 times its block, plus its place there. Aliases give the
  /// ordinal of the surface they stand for.
  package let ordinal: UInt32
  package let namespace: TermNamespace
  let location: PostingsLocation

  /// Documents of the segment that hold the term, deleted ones included.
  package var docFreq: UInt32 { location.docFreq }
  /// Occurrences in the segment, deleted documents included.
  package var totalTermFreq: UInt64 { location.totalTermFreq }
  /// Bytes that the term takes in the postings and in the positions section.
  package var encodedSize: (postings: UInt64, positions: UInt64) {
    (location.postingsLength, location.positionsLength)
  }
}
