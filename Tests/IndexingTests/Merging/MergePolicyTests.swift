import LedeIndexing
import TestSupport
import Testing

@Suite struct MergePolicyTests {
  private typealias Candidate = MergePolicy.Candidate

  private func segment(_ bytes: UInt64, docs: Int = 100, live: Int? = nil) -> Candidate {
    Candidate(bytes: bytes, docCount: docs, liveCount: live ?? docs)
  }

  @Test func aTierIsMergedOnceItIsFull() {
    let policy = MergePolicy()
    let small = [Candidate](repeating: segment(1 << 20), count: 9)
    #expect(policy.next(small) == nil)
    #expect(policy.next([segment(1 << 30)] + small) == nil)
    #expect(policy.next([segment(1 << 30)] + small + [segment(1 << 10)]) == Array(1...10))
  }

  @Test func tiersAreApart() {
    let policy = MergePolicy()
    let segments = (0..<9).map { _ in segment(1 << 20) } + (0..<9).map { _ in segment(10 << 20) }
    #expect(policy.next(segments) == nil)
    #expect(policy.next(segments + [segment(12 << 20)]) == Array(9...18))
  }

  @Test func muchThatIsDeadGoesFirst() {
    let policy = MergePolicy()
    let small = [Candidate](repeating: segment(1 << 20), count: 12)
    #expect(policy.next(small + [segment(1 << 30, live: 71)]) == Array(0..<12))
    #expect(policy.next(small + [segment(1 << 30, live: 69)]) == [12])
  }

  /// A long life of equal flushes: few segments at any time, and each byte written once per tier.
  @Test(arguments: [UInt64(100 << 10), 1 << 20, 5 << 20])
  func segmentsAndWorkGrowWithTheLogarithm(flush: UInt64) {
    let policy = MergePolicy()
    var segments: [Candidate] = []
    var written: UInt64 = 0
    let flushes: UInt64 = 3000
    for count in 1...flushes {
      segments.append(segment(flush))
      while let group = policy.next(segments) {
        let bytes = group.reduce(UInt64(0)) { $0 + segments[$1].bytes }
        written += bytes
        for index in group.reversed() { segments.remove(at: index) }
        segments.append(segment(bytes))
      }
      var tiers = 1
      var limit = policy.floorBytes
      while limit < min(flush * count, policy.largestBytes) {
        tiers += 1
        limit *= policy.tierRatio
      }
      let largest = Int(flush * count / (policy.largestBytes / 2))
      #expect(
        segments.count <= (policy.segmentsPerTier - 1) * tiers + largest, "\(count) flushes")
      // Tiny flushes are written again inside the lowest tier until they outgrow it.
      let again = Double(max(1, policy.floorBytes / flush / 10 + 1))
      #expect(Double(written) <= (Double(tiers) + again) * Double(flush * count), "\(count)")
    }
    #expect(segments.reduce(UInt64(0)) { $0 + $1.bytes } == flush * flushes)
  }

  @Test func nothingTooLargeIsMade() {
    var policy = MergePolicy()
    policy.largestBytes = 100 << 20
    #expect(policy.next([Candidate](repeating: segment(60 << 20), count: 30)) == nil)
    let group = policy.next([Candidate](repeating: segment(30 << 20), count: 30))
    #expect(group == [0, 1, 2])
  }

  @Test func askedForItLeavesSoMany() {
    let segments = [5, 50, 3, 40, 4].map { segment($0 << 20) }
    #expect(MergePolicy.merges(segments, leaving: 1, rewritesAll: false) == [[0, 1, 2, 3, 4]])
    #expect(MergePolicy.merges(segments, leaving: 3, rewritesAll: false) == [[0, 2, 4]])
    #expect(MergePolicy.merges(segments, leaving: 5, rewritesAll: false) == [])
    #expect(
      MergePolicy.merges(segments, leaving: 4, rewritesAll: true) == [[2, 4], [1], [3], [0]])
    #expect(MergePolicy.merges([], leaving: 1, rewritesAll: true) == [])
  }

  @Test func askedForItRewritesWhatHasDeadDocuments() {
    let segments = [segment(50 << 20, live: 99), segment(40 << 20), segment(3 << 20)]
    #expect(MergePolicy.merges(segments, leaving: 3, rewritesAll: false) == [[0]])
    #expect(MergePolicy.merges(segments, leaving: 2, rewritesAll: false) == [[1, 2], [0]])
  }

  @Test func noSegmentGetsMoreDocumentsThanItHolds() {
    let half = MergePolicy.largestDocCount / 2
    let segments = [Candidate](repeating: segment(1 << 30, docs: half), count: 5)
    #expect(
      MergePolicy.merges(segments, leaving: 1, rewritesAll: false) == [[0, 1], [2, 3], [4]])
  }

  /// Commits without end: segments stay few, and no byte is written often.
  @Test(arguments: testSeeds(1, 2, 3))
  func segmentsAndWritingGrowWithTheLogarithm(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let policy = MergePolicy()
    var segments: [Candidate] = []
    var (added, written): (UInt64, UInt64) = (0, 0)
    for round in 0..<5000 {
      let new = segment(UInt64(200_000 + random.below(2_000_000)), docs: 1000)
      added += new.bytes
      written += new.bytes
      segments.append(new)
      for index in segments.indices where random.chance(0.02) {
        segments[index].liveCount -= min(segments[index].liveCount, random.below(20))
      }
      segments.removeAll { $0.liveCount == 0 }
      while let group = policy.next(segments) {
        let live = group.reduce(0) { $0 + segments[$1].liveCount }
        let bytes = group.reduce(UInt64(0)) {
          let segment = segments[$1]
          return $0 + segment.bytes * UInt64(segment.liveCount) / UInt64(segment.docCount)
        }
        #expect(
          group.count > 1 || segments[group[0]].liveCount < segments[group[0]].docCount,
          "seed \(seed), round \(round): a merge that changes nothing")
        written += bytes
        for index in group.reversed() { segments.remove(at: index) }
        segments.append(Candidate(bytes: bytes, docCount: live, liveCount: live))
      }
      #expect(segments.count <= 50, "seed \(seed), round \(round)")
    }
    #expect(written <= 6 * added, "seed \(seed): \(written) bytes for \(added)")
  }
}
