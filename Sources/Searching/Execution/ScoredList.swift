import CLedeKernels
import LedeCodecs
import LedeModel

/// A short list with every posting decoded and scored, or those that a conjunction's short lists share.
/// Memory lies in a ``ScratchArena``.
///
/// Below a density of 0.8 % a list has no range bounds; to decode and score it whole costs about a
/// nanosecond a posting, less than deciding what to leave out, and gives exact bounds instead.
struct ScoredList {
  let docs: UnsafeMutablePointer<UInt32>
  let freqs: UnsafeMutablePointer<UInt32>
  let scores: UnsafeMutablePointer<Float>
  let count: Int
  /// Where the document asked for last was found: the next one is looked for from there on.
  var place = 0

  /// By range, where its first document stands, up to one behind the last range.
  ///
  /// - Complexity: O(count + ranges).
  func starts(ofRanges rangeCount: Int, _ arena: ScratchArena) -> UnsafePointer<UInt32> {
    let starts = arena.allocate(repeating: UInt32(0), rangeCount + 1)
    // Where the documents of each range end: the last one's place stands. No branch asks where.
    for place in 0..<count {
      // Safe: documents are below the segment's docCount, in one of its ranges.
      let range = Int(docs[place] >> RangeOfDocuments.shift)
      starts[range + 1] = UInt32(truncatingIfNeeded: place + 1)
    }
    var end: UInt32 = 0
    for range in 0...rangeCount {
      end = max(end, starts[range])
      starts[range] = end
    }
    return UnsafePointer(starts)
  }

  /// The first place at or after `start` whose document reaches `target`.
  @inline(__always)
  func gallop(to target: UInt32, from start: Int) -> Int {
    Self.gallop(docs, count, to: target, from: start)
  }

  /// The same in any ascending documents.
  @inline(__always)
  static func gallop(
    _ docs: UnsafePointer<UInt32>, _ count: Int, to target: UInt32, from start: Int
  ) -> Int {
    // Safe: every place read is below `count`.
    guard start < count, docs[start] < target else { return start }
    var step = 1
    var low = start
    while low + step < count, docs[low + step] < target {
      low += step
      step *= 2
    }
    let end = min(low + step, count)
    return low + 1 + lede_lower_bound(docs + low + 1, end - low - 1, target)
  }
}

/// Scores blocks of postings of one clause, lengths beyond 65,534 included.
struct BlockScorer {
  let model: BM25
  let lengths: LengthsReader

  /// - Parameter count: at most 128 postings, each document below the segment's docCount.
  @inline(__always)
  func score(
    _ docs: UnsafePointer<UInt32>, _ freqs: UnsafePointer<UInt32>, _ count: Int,
    into scores: UnsafeMutablePointer<Float>
  ) {
    let escapes = lede_bm25_score_block(
      model.model, lengths.base, docs, freqs, count, scores)
    guard escapes > 0 else { return }
    for index in 0..<count where lengths.base[Int(docs[index])] == LengthsReader.escape {
      scores[index] = model.score(
        termFreq: freqs[index], length: lengths.value(docs[index]))
    }
  }

  /// Multiplies scores by the clause's factor, as the canonical sum does.
  func weigh(_ scores: UnsafeMutablePointer<Float>, _ count: Int) {
    let factor = model.factor
    guard factor != 1 else { return }
    for index in 0..<count { scores[index] = Float(factor * Double(scores[index])) }
  }

  /// Scores postings that are decoded: any number, each document below the segment's docCount.
  func scored(
    _ docs: UnsafeMutablePointer<UInt32>, _ freqs: UnsafeMutablePointer<UInt32>, _ count: Int,
    _ arena: ScratchArena
  ) -> ScoredList {
    let scores = arena.allocate(Float.self, count)
    for start in stride(from: 0, to: count, by: PostingsList.longBlockSize) {
      score(
        docs + start, freqs + start, min(PostingsList.longBlockSize, count - start),
        into: scores + start)
    }
    return ScoredList(docs: docs, freqs: freqs, scores: scores, count: count)
  }

  /// Decodes and scores a list; the termFreqs of a ranged one are not kept.
  func scored(_ list: PostingsList, _ arena: ScratchArena) throws(FormatError) -> ScoredList {
    if let ranged = list.ranged { return try scored(ranged, of: list, arena) }
    let docs = try arena.docs(of: list)
    let freqs = try arena.freqs(of: list)
    // Safe: memory of an arena has a base.
    return scored(docs.baseAddress.unsafelyUnwrapped, freqs, docs.count, arena)
  }

  private func scored(
    _ ranged: lede_ranged, of list: PostingsList, _ arena: ScratchArena
  ) throws(FormatError) -> ScoredList {
    let room = list.docFreq + RangeOfDocuments.size
    let docs = arena.allocate(UInt32.self, room)
    let scores = arena.allocate(Float.self, room)
    var count = 0
    for range in 0..<list.blockCount {
      let found = withUnsafePointer(to: ranged) {
        lede_ranged_scores(
          $0, UInt32(truncatingIfNeeded: range), model.model, lengths.column, docs + count,
          scores + count)
      }
      // A damaged list may have more than it says.
      guard found < PostingsList.damaged, count + found <= list.docFreq else {
        throw list.corruptCount
      }
      count += found
    }
    return ScoredList(docs: docs, freqs: docs, scores: scores, count: count)
  }

  /// Merges several lists and scores the result.
  func scored(
    merging lists: [PostingsList], _ arena: ScratchArena
  ) throws(FormatError) -> ScoredList {
    let merged = try MergedPostings(lists, arena: arena)
    return scored(merged.docs, merged.freqs, merged.count, arena)
  }
}
