/// Decides which segments become one, from their sizes alone.
///
/// Sizes form tiers, each ``tierRatio`` times the one below. A tier that fills up is merged to one
/// segment of a tier above, so that an article is written once per tier: their number grows with
/// the logarithm of the index, and so does the number of segments.
package struct MergePolicy: Sendable {
  /// What counts of a segment.
  package struct Candidate: Sendable, Equatable {
    /// Of its file.
    package var bytes: UInt64
    package var docCount: Int
    package var liveCount: Int

    package init(bytes: UInt64, docCount: Int, liveCount: Int) {
      self.bytes = bytes
      self.docCount = docCount
      self.liveCount = liveCount
    }

    /// Bytes that its live documents take, by their share.
    var liveBytes: UInt64 {
      docCount == 0 ? 0 : UInt64(Double(bytes) * Double(liveCount) / Double(docCount))
    }

    var deadShare: Double {
      docCount == 0 ? 0 : Double(docCount - liveCount) / Double(docCount)
    }
  }

  /// Segments of a tier that are merged as soon as they are so many.
  package var segmentsPerTier = 10
  package var tierRatio: UInt64 = 8
  /// Segments up to this size make the lowest tier.
  package var floorBytes: UInt64 = 2 << 20
  /// A segment of which more than this is dead is rewritten.
  package var deadShare = 0.3
  /// Nothing larger is made of several segments without being asked for.
  package var largestBytes: UInt64 = 5 << 30
  /// What a segment can hold.
  package static let largestDocCount = 1 << 30

  package init() {}

  /// The segments to merge next, ascending; nil when all is well.
  ///
  /// To be asked again after each merge, which may fill a tier.
  package func next(_ segments: [Candidate]) -> [Int]? {
    if let dead = segments.indices.first(where: { segments[$0].deadShare > deadShare }) {
      return [dead]
    }
    var tiers: [Int: [Int]] = [:]
    for index in segments.indices where segments[index].liveBytes < largestBytes / 2 {
      tiers[tier(segments[index].liveBytes), default: []].append(index)
    }
    for tier in tiers.keys.sorted() {
      guard let members = tiers[tier], members.count >= segmentsPerTier else { continue }
      let group = fitting(members, segments)
      if group.count > 1 { return group.sorted() }
    }
    return nil
  }

  /// The merges that leave at most `count` segments and no dead documents, each ascending.
  ///
  /// The largest stay as they are; the others become one.
  ///
  /// - Parameter rewritesAll: also segments that would stay as they are.
  package static func merges(
    _ segments: [Candidate], leaving count: Int, rewritesAll: Bool
  ) -> [[Int]] {
    let bySize = segments.indices.sorted {
      (segments[$1].liveBytes, $0) < (segments[$0].liveBytes, $1)
    }
    let kept = bySize.prefix(segments.count <= count ? count : count - 1)
    var groups = [Array(bySize.dropFirst(kept.count))]
    for index in kept where rewritesAll || segments[index].deadShare > 0 { groups.append([index]) }
    return groups.filter { !$0.isEmpty }.flatMap { split($0.sorted(), segments) }
  }

  private func tier(_ bytes: UInt64) -> Int {
    var tier = 0
    var limit = floorBytes
    while bytes > limit {
      tier += 1
      limit *= tierRatio
    }
    return tier
  }

  /// The smallest of a tier whose sum is not too large.
  private func fitting(_ members: [Int], _ segments: [Candidate]) -> [Int] {
    var bytes: UInt64 = 0
    var documents = 0
    return Array(
      members.sorted { segments[$0].liveBytes < segments[$1].liveBytes }.prefix { index in
        bytes += segments[index].liveBytes
        documents += segments[index].liveCount
        return bytes <= largestBytes && documents <= Self.largestDocCount
      })
  }

  /// Cuts a group where a segment would have more documents than one can.
  private static func split(_ group: [Int], _ segments: [Candidate]) -> [[Int]] {
    var groups: [[Int]] = [[]]
    var documents = 0
    for index in group {
      documents += segments[index].liveCount
      if documents > largestDocCount, groups[groups.count - 1] != [] {
        groups.append([])
        documents = segments[index].liveCount
      }
      groups[groups.count - 1].append(index)
    }
    return groups
  }
}
