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
/// A binary heap with the last of the k at the root. Shared by all segments of a search.
struct TopHeap {
  private var entries: [RankedEntry] = []
  let capacity: Int
  /// The k-th best score; below every score while fewer than k documents are held.
  private(set) var threshold: Float

  init(capacity: Int) {
    self.capacity = capacity
    threshold = capacity == 0 ? .infinity : -.infinity
    entries.reserveCapacity(min(capacity, 1024))
  }

  var count: Int { entries.count }
  var isFull: Bool { entries.count == capacity }

  /// Whether a document with this score may enter, its sequence number unseen.
  @inline(__always)
  func mayEnter(_ score: Float) -> Bool { score >= threshold }

  /// Adds an entry if it belongs to the best k.
  mutating func offer(_ entry: RankedEntry) {
    if entries.count < capacity {
      entries.append(entry)
      siftUp(entries.count - 1)
      if entries.count == capacity { threshold = entries[0].score }
    } else if capacity > 0, RankedEntry.precedes(entry, entries[0]) {
      entries[0] = entry
      siftDown()
      threshold = entries[0].score
    }
  }

  /// The entries in the order of results.
  func sorted() -> [RankedEntry] { entries.sorted(by: RankedEntry.precedes) }

  private mutating func siftUp(_ start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard RankedEntry.precedes(entries[parent], entries[child]) else { return }
      entries.swapAt(parent, child)
      child = parent
    }
  }

  private mutating func siftDown() {
    var parent = 0
    while 2 * parent + 1 < entries.count {
      var child = 2 * parent + 1
      if child + 1 < entries.count, RankedEntry.precedes(entries[child], entries[child + 1]) {
        child += 1
      }
      guard RankedEntry.precedes(entries[parent], entries[child]) else { return }
      entries.swapAt(parent, child)
      parent = child
    }
  }
}
