import CLedeKernels

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
/// A binary heap with the last of the k at the root, once there are k; before, a mere list. Shared by
/// all segments of a search. Its values lie in memory of its own: properties of a class would have
/// their access checked at run time for every document that is offered.
final class TopHeap {
  private struct State {
    var capacity: Int
    var count = 0
    var threshold: Float
    /// Whether the entries are in reverse order: a heap, too.
    var isSorted = false
    /// Room for `room` entries; grows up to `capacity`.
    var entries: UnsafeMutablePointer<RankedEntry>
    var room: Int
  }
  private let state: UnsafeMutablePointer<State>
  /// Entries that room is kept for from search to search.
  private static let keptRoom = 1024

  init(capacity: Int) {
    let room = min(max(1, capacity), Self.keptRoom)
    state = .allocate(capacity: 1)
    state.initialize(
      to: State(
        capacity: capacity, threshold: Self.initialThreshold(capacity),
        entries: .allocate(capacity: room), room: room))
  }

  deinit {
    entries.deallocate()
    state.deallocate()
  }

  @inline(__always) var capacity: Int { state.pointee.capacity }
  @inline(__always) var count: Int { state.pointee.count }
  @inline(__always) var isFull: Bool { count == capacity }
  /// The k-th best score; below every score while fewer than k documents are held.
  @inline(__always) var threshold: Float { state.pointee.threshold }
  @inline(__always) private var entries: UnsafeMutablePointer<RankedEntry> {
    state.pointee.entries
  }

  private static func initialThreshold(_ capacity: Int) -> Float {
    capacity == 0 ? .infinity : -.infinity
  }

  /// Forgets all entries and gets ready for the best `capacity` of another search.
  func reset(capacity: Int) {
    if state.pointee.room > Self.keptRoom { reserve(Self.keptRoom) }
    state.pointee.capacity = capacity
    state.pointee.count = 0
    state.pointee.isSorted = false
    state.pointee.threshold = Self.initialThreshold(capacity)
  }

  /// Whether a document with this score may enter, its sequence number unseen.
  @inline(__always)
  func mayEnter(_ score: Float) -> Bool { score >= threshold }

  /// Adds an entry if it belongs to the best k.
  @inline(__always)
  func offer(_ entry: RankedEntry) {
    if count < capacity {
      append(entry)
    } else if capacity > 0, RankedEntry.precedes(entry, entries[0]) {
      sink(entry, from: 0, within: count)
      state.pointee.isSorted = false
      state.pointee.threshold = entries[0].score
    }
  }

  /// Offers some entries, by their numbers.
  ///
  /// An empty heap takes the best of a few more than it has room for at once.
  func fill(_ number: Int, _ entry: (Int) -> RankedEntry) {
    guard count == 0, number > capacity, capacity > 0, number <= Self.mostRanked else {
      for index in 0..<number { offer(entry(index)) }
      return
    }
    withUnsafeTemporaryAllocation(of: RankedEntry.self, capacity: 2 * number) { room in
      for index in 0..<number { room.initializeElement(at: index, to: entry(index)) }
      let sorted = UnsafeMutableBufferPointer(rebasing: room[number...])
      Self.sort(room.baseAddress.unsafelyUnwrapped, number, into: sorted)
      if state.pointee.room < capacity { reserve(capacity) }
      for place in 0..<capacity { entries[capacity - 1 - place] = sorted[place] }
    }
    state.pointee.count = capacity
    state.pointee.isSorted = true
    state.pointee.threshold = entries[0].score
  }

  private func append(_ entry: RankedEntry) {
    if count == state.pointee.room { reserve(min(capacity, 2 * count)) }
    entries[count] = entry
    state.pointee.count += 1
    if isFull {
      makeHeap()
      state.pointee.threshold = entries[0].score
    }
  }

  /// The entries in the order of results but for the first `skipped`; the heap is empty after.
  func takeSorted(skipping skipped: Int) -> [RankedEntry] {
    if count <= Self.mostRanked {
      let sorted = ranked()
      return skipped == 0 ? sorted : Array(sorted.dropFirst(skipped))
    }
    if !isFull { makeHeap() }
    var end = count - 1
    while end > 0 {
      let entry = entries[end]
      entries[end] = entries[0]
      sink(entry, from: 0, within: end)
      end -= 1
    }
    let kept = max(0, count - skipped)
    defer { reset(capacity: capacity) }
    return Array(UnsafeBufferPointer(start: entries + (count - kept), count: kept))
  }

  /// Entries up to which all are compared with all, which vectors do fast, rather than sorted by heap.
  private static var mostRanked: Int { 256 }

  private func ranked() -> [RankedEntry] {
    let (entries, count, isSorted) = (entries, count, state.pointee.isSorted)
    defer { reset(capacity: capacity) }
    // Made like the others, an empty array has its count written, which all threads' share.
    if count == 0 { return [] }
    return [RankedEntry](unsafeUninitializedCapacity: count) { sorted, sortedCount in
      if isSorted {
        for place in 0..<count {
          sorted.initializeElement(at: place, to: entries[count - 1 - place])
        }
      } else {
        Self.sort(entries, count, into: sorted)
      }
      sortedCount = count
    }
  }

  /// Writes entries in the order of results. O(count^2), without a branch.
  private static func sort(
    _ entries: UnsafePointer<RankedEntry>, _ count: Int,
    into sorted: UnsafeMutableBufferPointer<RankedEntry>
  ) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { scores in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: count) { ranks in
        for place in 0..<count { scores[place] = entries[place].score }
        lede_rank_floats(scores.baseAddress, count, ranks.baseAddress)
        for place in 0..<count {
          sorted.initializeElement(at: Int(ranks[place]), to: entries[place])
        }
        orderTies(sorted, count)
      }
    }
  }

  /// Sorts entries that are in order but for those of equal scores.
  private static func orderTies(_ entries: UnsafeMutableBufferPointer<RankedEntry>, _ count: Int) {
    for place in 1..<max(1, count) {
      var place = place
      while place > 0, RankedEntry.precedes(entries[place], entries[place - 1]) {
        entries.swapAt(place, place - 1)
        place -= 1
      }
    }
  }

  /// The entries, in no order that means anything.
  var all: [RankedEntry] { Array(UnsafeBufferPointer(start: entries, count: count)) }

  /// Goes back to the entries that were held before.
  func restore(_ before: [RankedEntry]) {
    reset(capacity: capacity)
    for entry in before { offer(entry) }
  }

  /// Moves to memory with room for `room` entries, or as many of those held.
  private func reserve(_ room: Int) {
    let moved = UnsafeMutablePointer<RankedEntry>.allocate(capacity: room)
    moved.update(from: entries, count: min(count, room))
    entries.deallocate()
    state.pointee.entries = moved
    state.pointee.room = room
  }

  private func makeHeap() {
    var place = count / 2
    while place > 0 {
      place -= 1
      sink(entries[place], from: place, within: count)
    }
  }

  /// Puts an entry in the place of another whose children are heaps, among the first `count`.
  private func sink(_ entry: RankedEntry, from place: Int, within count: Int) {
    let entries = entries
    var parent = place
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
