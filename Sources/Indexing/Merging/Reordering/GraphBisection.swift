import LedeStorage
import Synchronization

/// Orders documents so that those with common terms lie together: gaps get smaller, bounds sharper.
///
/// Halves the documents again and again; in each half-way cut, documents trade sides as long as the
/// estimated bits of all gaps fall. Level by level, so that a time budget leaves out the finest
/// cuts only. Sources: Dhulipala et al., "Compressing Graphs and Indexes with Recursive Graph
/// Bisection" (2016); Mackenzie, Petri and Moffat, "Faster Index Reordering with Bipartite Graph
/// Partitioning" (2021): gains per term, computed once a round, and a selection in place of sorting.
///
/// The halves of a cut have nothing to do with each other, so that threads can share them out; the
/// order found is the same for any number of threads.
struct GraphBisection: ~Copyable {
  /// Documents that are not cut any further.
  static let smallestPart = 32
  static let mostRounds = 20

  private let work: BisectionWork
  private let termCount: Int
  private let isTimeUp: () -> Bool

  /// - Parameter isTimeUp: asked now and then by the calling thread; once it says so, what is not cut
  ///   keeps its order.
  init(_ forward: ForwardIndex, isTimeUp: @escaping () -> Bool) {
    work = BisectionWork(forward)
    termCount = forward.termCount
    self.isTimeUp = isTimeUp
  }

  /// By new docID, the documents; the same for the same input, unless time runs out.
  consuming func run(threads: Int = 1) -> [UInt32] {
    var parts = [0..<work.docCount]
    var worker = BisectionWorker(termCount: termCount, docCount: work.docCount)
    // The first cuts are one after the other, until there is a part for every thread.
    while parts.count < threads, !parts.isEmpty, !isTimeUp() {
      parts = work.cut(parts, &worker, isTimeUp)
    }
    let shares = (0..<max(1, threads)).map { number in
      parts.indices.filter { $0 % max(1, threads) == number }.map { parts[$0] }
    }
    let others = shares.dropFirst().filter { !$0.isEmpty }
    run(shares[0], beside: others, &worker)
    return work.result
  }

  /// Cuts some parts here and others each on a thread of its own.
  private borrowing func run(
    _ parts: [Range<Int>], beside others: [[Range<Int>]], _ worker: inout BisectionWorker
  ) {
    let (work, termCount, isTimeUp) = (work, termCount, isTimeUp)
    let shared = SharedStop()
    var threads: [BackgroundThread] = []
    var left = parts
    for share in others {
      let thread = BackgroundThread {
        var worker = BisectionWorker(termCount: termCount, docCount: work.docCount)
        work.cutAll(share, &worker) { shared.isTimeUp.load(ordering: .relaxed) }
        shared.running.subtract(1, ordering: .releasing)
      }
      if let thread {
        shared.running.add(1, ordering: .relaxed)
        threads.append(thread)
      } else {
        left += share
      }
    }
    let asking = {
      let isUp = isTimeUp()
      if isUp { shared.isTimeUp.store(true, ordering: .relaxed) }
      return isUp
    }
    work.cutAll(left, &worker, asking)
    while shared.running.load(ordering: .acquiring) > 0, !asking() {
      BackgroundThread.pause(seconds: 0.01)
    }
    for thread in threads { thread.join() }
  }

  /// What threads that cut tell each other.
  private final class SharedStop: Sendable {
    let isTimeUp = Atomic(false)
    /// Threads at work; may fall below 0 for a moment, before a thread just started was counted.
    let running = Atomic(0)
  }
}

/// The documents and their order, as threads cut parts of them that do not overlap.
// Sendable: a part's places of the order, and what belongs to its documents, are touched by the one
// thread that cuts it; `starts` does not change.
final class BisectionWork: @unchecked Sendable {
  let docCount: Int
  private let starts: UnsafeMutableBufferPointer<Int>
  private let terms: UnsafeMutableBufferPointer<UInt32>
  /// Terms of a document that are still looked at; they stand in front of the others.
  private let lengths: UnsafeMutableBufferPointer<UInt32>
  private let order: UnsafeMutableBufferPointer<UInt32>

  init(_ forward: consuming ForwardIndex) {
    docCount = forward.docCount
    starts = .allocate(capacity: forward.starts.count)
    _ = starts.initialize(fromContentsOf: forward.starts)
    terms = .allocate(capacity: forward.terms.count)
    _ = terms.initialize(fromContentsOf: forward.terms)
    lengths = .allocate(capacity: docCount)
    order = .allocate(capacity: docCount)
    for doc in 0..<docCount {
      lengths.initializeElement(
        at: doc,
        to: UInt32(truncatingIfNeeded: forward.starts[doc + 1] - forward.starts[doc]))
      order.initializeElement(at: doc, to: UInt32(truncatingIfNeeded: doc))
    }
  }

  deinit {
    starts.deallocate()
    terms.deallocate()
    lengths.deallocate()
    order.deallocate()
  }

  var result: [UInt32] { Array(order) }

  /// Cuts parts and what becomes of them, level by level, until they are small or time is up.
  func cutAll(
    _ parts: [Range<Int>], _ worker: inout BisectionWorker, _ isTimeUp: () -> Bool
  ) {
    var parts = parts
    while !parts.isEmpty, !isTimeUp() { parts = cut(parts, &worker, isTimeUp) }
  }

  /// Cuts each part in two; returns those, none once time is up.
  func cut(
    _ parts: [Range<Int>], _ worker: inout BisectionWorker, _ isTimeUp: () -> Bool
  ) -> [Range<Int>] {
    let documents = BisectionDocuments(
      starts: UnsafeBufferPointer(starts), terms: terms, lengths: lengths)
    var next: [Range<Int>] = []
    for part in parts where part.count > GraphBisection.smallestPart {
      if isTimeUp() { return [] }
      let middle = part.lowerBound + part.count / 2
      worker.bisect(UnsafeMutableBufferPointer(rebasing: order[part]), documents, isTimeUp)
      next.append(part.lowerBound..<middle)
      next.append(middle..<part.upperBound)
    }
    return next
  }
}
