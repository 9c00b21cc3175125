/// A ranking without anything else about its documents: for benchmarks and runs of many topics.
public struct RankedDocuments: Sendable, Equatable {
  public var hits: [RankedHit]
  /// Matching documents: all of them, or at least so many.
  public var total: Int
  public var relation: TotalRelation

  /// FNV-1a 64 over the key, a zero byte and the score's bits of each hit, in order.
  ///
  /// - Complexity: O(bytes of keys).
  public var rankDigest: UInt64 {
    var digest = RankDigest()
    for hit in hits { digest.add(key: hit.key, score: hit.score) }
    return digest.value
  }
}

/// One document of a ranking.
public struct RankedHit: Sendable, Equatable {
  public var key: String
  public var score: Float
}
