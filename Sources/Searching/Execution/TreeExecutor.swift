import LedeCodecs

/// Runs any nested query over one segment, a document at a time.
///
/// The general fallback: no pruning yet, every match is scored. Documents come from a conjunction of
/// the tree's required parts where it has any, else from the merge of its alternatives.
final class TreeExecutor {
  private let postings: SegmentPostings
  private let root: TreeNode
  private let models: [BM25]
  private let live: UnsafePointer<UInt64>?
  /// Per clause, how often it scores in the current document, and its score there.
  private var counts: [Int]
  private var scores: [Float]

  init(_ postings: SegmentPostings, options: SearchOptions) throws(FormatError) {
    self.postings = postings
    let query = postings.query
    var builder = TreeBuilder(postings)
    root = try builder.build(.boolean(query.bound.root))
    models = query.bound.clauses.indices.map { query.model($0, count: 1, options: options) }
    live = postings.segment.live?.words
    counts = [Int](repeating: 0, count: models.count)
    scores = [Float](repeating: 0, count: models.count)
  }

  /// Hands out every live match in ascending order.
  private func forEachMatch(_ body: (UInt32) throws(FormatError) -> Void) throws(FormatError) {
    var doc = try root.advance(to: 0)
    while doc != TermCursor.end {
      if isLive(doc) { try body(doc) }
      doc = try root.advance(to: doc &+ 1)
    }
  }

  private func isLive(_ doc: UInt32) -> Bool {
    // Safe: every decoded document is below the segment's docCount, the number of live bits.
    live.map { $0[Int(doc >> 6)] & (1 << UInt64(doc & 63)) != 0 } ?? true
  }

  func count() throws(FormatError) -> Int {
    var total = 0
    try forEachMatch { _ in total += 1 }
    return total
  }

  /// Offers every match to the heap, scored.
  func run(_ heap: TopHeap) throws(FormatError) {
    try forEachMatch { (doc) throws(FormatError) in
      let score = try score(doc)
      guard heap.mayEnter(score) else { return }
      heap.offer(
        RankedEntry(
          score: score, sequence: postings.segment.sequence(of: doc), doc: doc,
          segment: UInt32(postings.number)))
    }
  }

  /// The canonical score: each clause times how often it stands where it scores.
  private func score(_ doc: UInt32) throws(FormatError) -> Float {
    for clause in counts.indices { counts[clause] = 0 }
    try root.collect(doc, self)
    var sum = 0.0
    for clause in counts.indices where counts[clause] > 0 {
      let factor = models[clause].factor * Double(counts[clause])
      sum += factor * Double(scores[clause])
    }
    return Float(sum)
  }

  /// Adds one occurrence of a clause that the document may hold.
  fileprivate func collect(
    _ clause: Int, _ leaf: TreeLeaf, _ doc: UInt32
  ) throws(FormatError) {
    if counts[clause] == 0 {
      let termFreq = try leaf.termFreq(doc)
      guard termFreq > 0 else { return }
      let field = postings.query.field(clause)
      scores[clause] = models[clause].score(
        termFreq: termFreq, length: postings.segment.lengths(field).value(doc))
    }
    counts[clause] += 1
  }
}

/// The cursors of one clause at one place of the tree.
private final class TreeLeaf {
  let clause: Int
  private let cursor: UnsafeMutablePointer<TermCursor>?
  private let matcher: PhraseMatcher?

  init(
    clause: Int, cursor: UnsafeMutablePointer<TermCursor>? = nil, matcher: PhraseMatcher? = nil
  ) {
    self.clause = clause
    self.cursor = cursor
    self.matcher = matcher
  }

  func advance(to target: UInt32) throws(FormatError) -> UInt32 {
    if let cursor { return try cursor.pointee.advance(to: target) }
    guard let matcher else { return TermCursor.end }
    var doc = try matcher.advance(to: target)
    while doc != TermCursor.end, try matcher.frequency(doc) == 0 {
      doc = try matcher.advance(to: doc &+ 1)
    }
    return doc
  }

  /// 0 where the document lacks the clause.
  func termFreq(_ doc: UInt32) throws(FormatError) -> UInt32 {
    if let cursor {
      return try cursor.pointee.advance(to: doc) == doc ? try cursor.pointee.termFreq() : 0
    }
    guard let matcher, try matcher.holds(doc) else { return 0 }
    return try matcher.frequency(doc)
  }
}

/// A node that walks the documents it matches. Targets never fall.
private final class TreeNode {
  private enum Kind {
    case leaf(TreeLeaf, bonus: [TreeLeaf])
    case boolean(should: [TreeNode], must: [TreeNode], mustNot: [TreeNode])
  }
  private let kind: Kind
  /// The match reached; nil before the first.
  private var doc: UInt32?

  init(leaf: TreeLeaf, bonus: [TreeLeaf]) { kind = .leaf(leaf, bonus: bonus) }

  init(should: [TreeNode], must: [TreeNode], mustNot: [TreeNode]) {
    kind = .boolean(should: should, must: must, mustNot: mustNot)
  }

  /// The first match at or after `target`; `TermCursor.end` if none.
  func advance(to target: UInt32) throws(FormatError) -> UInt32 {
    if let doc, doc >= target { return doc }
    let found: UInt32
    switch kind {
    case .leaf(let leaf, _): found = try leaf.advance(to: target)
    case .boolean(let should, let must, let mustNot):
      var candidate = try Self.candidate(should, must, target)
      while candidate != TermCursor.end, try Self.anyMatches(mustNot, candidate) {
        candidate = try Self.candidate(should, must, candidate &+ 1)
      }
      found = candidate
    }
    doc = found
    return found
  }

  private static func candidate(
    _ should: [TreeNode], _ must: [TreeNode], _ target: UInt32
  ) throws(FormatError) -> UInt32 {
    guard !must.isEmpty else {
      var least = TermCursor.end
      for node in should { least = min(least, try node.advance(to: target)) }
      return least
    }
    var candidate = target
    var agreed = 0
    while agreed < must.count, candidate != TermCursor.end {
      agreed = 0
      for node in must {
        let doc = try node.advance(to: candidate)
        if doc > candidate {
          candidate = doc
          break
        }
        agreed += 1
      }
    }
    return candidate
  }

  private static func anyMatches(_ nodes: [TreeNode], _ doc: UInt32) throws(FormatError) -> Bool {
    for node in nodes where try node.advance(to: doc) == doc { return true }
    return false
  }

  /// Counts the clauses that score in `doc`, which this node matches.
  func collect(_ doc: UInt32, _ executor: TreeExecutor) throws(FormatError) {
    switch kind {
    case .leaf(let leaf, let bonus):
      try executor.collect(leaf.clause, leaf, doc)
      for other in bonus { try executor.collect(other.clause, other, doc) }
    case .boolean(let should, let must, _):
      for node in must { try node.collect(doc, executor) }
      for node in should where try node.advance(to: doc) == doc {
        try node.collect(doc, executor)
      }
    }
  }
}

/// Builds the nodes of a tree; each leaf has cursors of its own.
private struct TreeBuilder {
  let postings: SegmentPostings

  init(_ postings: SegmentPostings) { self.postings = postings }

  mutating func build(_ node: BoundNode) throws(FormatError) -> TreeNode {
    switch node {
    case .leaf(let match, let title):
      var bonus: [TreeLeaf] = []
      if let title { bonus.append(try leaf(title)) }
      return TreeNode(leaf: try leaf(match), bonus: bonus)
    case .boolean(let boolean):
      return TreeNode(
        should: try build(boolean.should), must: try build(boolean.must),
        mustNot: try build(boolean.mustNot))
    }
  }

  private mutating func build(_ nodes: ArenaList<BoundNode>) throws(FormatError) -> [TreeNode] {
    var result: [TreeNode] = []
    for node in nodes { result.append(try build(node)) }
    return result
  }

  private func leaf(_ clause: Int) throws(FormatError) -> TreeLeaf {
    guard postings.isPresent(clause) else { return TreeLeaf(clause: clause) }
    if postings.query.kind(clause) == .phrase {
      return TreeLeaf(clause: clause, matcher: try postings.phrase(clause))
    }
    let cursor = postings.arena.cursor(try postings.source(clause))
    return TreeLeaf(clause: clause, cursor: cursor)
  }
}
