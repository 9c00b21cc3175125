import LedeCodecs

/// The best documents of a query and their scores; keys are read when they are asked for.
///
/// Keeps the segments that it was made from in use, also when the index has moved on.
public struct Ranking: Sendable {
  private let entries: [RankedEntry]
  private let segments: [SegmentReader]
  /// Matching documents: all of them, or at least so many.
  public let total: Int
  public let relation: TotalRelation

  init(_ answer: Answer, _ segments: [SegmentReader]) {
    entries = answer.entries
    self.segments = segments
    (total, relation) = (answer.total, answer.relation)
  }

  /// Documents in it, the best first.
  public var count: Int { entries.count }

  /// - Parameter place: from 0 on, below ``count``.
  public func score(at place: Int) -> Float { entries[place].score }

  /// The key of a document.
  ///
  /// Errors: a damaged index.
  /// - Parameter place: from 0 on, below ``count``.
  /// - Complexity: O(keys of a block), some tens of nanoseconds.
  public func key(at place: Int) throws(SearchError) -> String {
    let entry = entries[place]
    do {
      return try segments[Int(entry.segment)].key(of: entry.doc)
    } catch { throw .index(error) }
  }

  /// With the keys of all.
  ///
  /// Errors: a damaged index.
  public func documents() throws(SearchError) -> RankedDocuments {
    var documents = RankedDocuments(hits: [], total: total, relation: relation)
    documents.hits.reserveCapacity(count)
    for place in 0..<count {
      documents.hits.append(RankedHit(key: try key(at: place), score: score(at: place)))
    }
    return documents
  }
}
