/// A document in an answer: enough to order it and to find it again.
struct RankedEntry: Sendable, Equatable {
  var score: Float
  /// Breaks ties: the order in which documents were added, whatever the segments.
  var sequence: UInt64
  var doc: UInt32
  var segment: UInt32

  /// The order of results: score descending, sequence number ascending.
  @inline(__always)
  static func precedes(_ left: Self, _ right: Self) -> Bool {
    left.score != right.score ? left.score > right.score : left.sequence < right.sequence
  }
}

/// The best k documents so far, and the score that a further one must reach.
///
/// A binary heap with the last of the k at the root. Shared by all segments of a search. Its values lie
/// in memory of its own: properties of a class would have their access checked at run time for every
/// document that is offered.
final class TopHeap {
  private struct State {
    var count = 0
    var threshold: Float
  }
  private let state: UnsafeMutablePointer<State>
  /// Room for `reserved` entries; grows up to `capacity`.
  private var entries: UnsafeMutablePointer<RankedEntry>
  private var reserved: Int
  let capacity: Int

  init(capacity: Int) {
    self.capacity = capacity
    reserved = min(max(1, capacity), 1024)
    entries = .allocate(capacity: reserved)
    state = .allocate(capacity: 1)
    state.initialize(to: State(threshold: capacity == 0 ? .infinity : -.infinity))
  }

  deinit {
    entries.deallocate()
    state.deallocate()
  }

  @inline(__always) var count: Int { state.pointee.count }
  @inline(__always) var isFull: Bool { count == capacity }
  /// The k-th best score; below every score while fewer than k documents are held.
  @inline(__always) var threshold: Float { state.pointee.threshold }

  /// Whether a document with this score may enter, its sequence number unseen.
  @inline(__always)
  func mayEnter(_ score: Float) -> Bool { score >= threshold }

  /// Adds an entry if it belongs to the best k.
  func offer(_ entry: RankedEntry) {
    if count < capacity {
      if count == reserved { grow() }
      entries[count] = entry
      state.pointee.count += 1
      siftUp(count - 1)
      if count == capacity { state.pointee.threshold = entries[0].score }
    } else if capacity > 0, RankedEntry.precedes(entry, entries[0]) {
      siftDown(entry)
      state.pointee.threshold = entries[0].score
    }
  }

  /// The entries in the order of results.
  func sorted() -> [RankedEntry] { all.sorted(by: RankedEntry.precedes) }

  /// The entries, in no order that means anything.
  var all: [RankedEntry] { Array(UnsafeBufferPointer(start: entries, count: count)) }

  /// Goes back to the entries that were held before.
  func restore(_ before: [RankedEntry]) {
    state.pointee = State(threshold: capacity == 0 ? .infinity : -.infinity)
    for entry in before { offer(entry) }
  }

  private func grow() {
    let larger = UnsafeMutablePointer<RankedEntry>.allocate(
      capacity: min(capacity, 2 * reserved))
    larger.update(from: entries, count: count)
    entries.deallocate()
    entries = larger
    reserved = min(capacity, 2 * reserved)
  }

  private func siftUp(_ start: Int) {
    let entry = entries[start]
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard RankedEntry.precedes(entries[parent], entry) else { break }
      entries[child] = entries[parent]
      child = parent
    }
    entries[child] = entry
  }

  /// Puts an entry in the root's place.
  private func siftDown(_ entry: RankedEntry) {
    let (entries, count) = (entries, count)
    var parent = 0
    while 2 * parent + 1 < count {
      var child = 2 * parent + 1
      if child + 1 < count, RankedEntry.precedes(entries[child], entries[child + 1]) {
        child += 1
      }
      guard RankedEntry.precedes(entry, entries[child]) else { break }
      entries[parent] = entries[child]
      parent = child
    }
    entries[parent] = entry
  }
}
