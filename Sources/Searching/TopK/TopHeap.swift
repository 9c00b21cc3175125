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
  struct State {
    var capacity: Int
    var count = 0
    var threshold: Float
    /// Whether the entries are in reverse order: a heap, too.
    var isSorted = false
    /// Room for `room` entries; grows up to `capacity`.
    var entries: UnsafeMutablePointer<RankedEntry>
    var room: Int
  }
  let state: UnsafeMutablePointer<State>
  /// Entries up to which all are compared with all, and room for twice as many and their scores and ranks.
  static var mostRanked: Int { 256 }
  let spare = UnsafeMutablePointer<RankedEntry>.allocate(capacity: 2 * mostRanked)
  let scores = UnsafeMutablePointer<Float>.allocate(capacity: mostRanked)
  let ranks = UnsafeMutablePointer<UInt32>.allocate(capacity: mostRanked)
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
    spare.deallocate()
    scores.deallocate()
    ranks.deallocate()
    entries.deallocate()
    state.deallocate()
  }

  @inline(__always) var capacity: Int { state.pointee.capacity }
  @inline(__always) var count: Int { state.pointee.count }
  @inline(__always) var isFull: Bool { count == capacity }
  /// The k-th best score; below every score while fewer than k documents are held.
  @inline(__always) var threshold: Float { state.pointee.threshold }
  @inline(__always) var entries: UnsafeMutablePointer<RankedEntry> {
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

  private func append(_ entry: RankedEntry) {
    if count == state.pointee.room { reserve(min(capacity, 2 * count)) }
    entries[count] = entry
    state.pointee.count += 1
    if isFull {
      makeHeap()
      state.pointee.threshold = entries[0].score
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
  func reserve(_ room: Int) {
    let moved = UnsafeMutablePointer<RankedEntry>.allocate(capacity: room)
    moved.update(from: entries, count: min(count, room))
    entries.deallocate()
    state.pointee.entries = moved
    state.pointee.room = room
  }

  func makeHeap() {
    var place = count / 2
    while place > 0 {
      place -= 1
      sink(entries[place], from: place, within: count)
    }
  }

  /// Puts an entry in the place of another whose children are heaps, among the first `count`.
  func sink(_ entry: RankedEntry, from place: Int, within count: Int) {
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
