/// A bit per document of a segment, set while the document is live.
struct LiveBits: Equatable {
  private(set) var words: [UInt64]
  let docCount: Int
  private(set) var liveCount: Int

  /// All documents live.
  init(docCount: Int) {
    self.docCount = docCount
    liveCount = docCount
    words = [UInt64](repeating: .max, count: (docCount + 63) / 64)
    if docCount % 64 != 0 { words[words.count - 1] = (1 << UInt64(docCount % 64)) - 1 }
  }

  /// Bits read from a file; those past the last document are 0.
  init(words: [UInt64], docCount: Int) {
    precondition(words.count == (docCount + 63) / 64, "every document has a bit")
    self.words = words
    self.docCount = docCount
    liveCount = words.reduce(0) { $0 + $1.nonzeroBitCount }
  }

  subscript(doc: UInt32) -> Bool { words[Int(doc >> 6)] >> UInt64(doc & 63) & 1 != 0 }

  /// Marks a live document dead.
  mutating func clear(_ doc: UInt32) {
    precondition(self[doc], "a document dies once")
    words[Int(doc >> 6)] &= ~(1 << UInt64(doc & 63))
    liveCount -= 1
  }

  /// Dead documents, ascending.
  var dead: [UInt32] { dead(since: LiveBits(docCount: docCount)) }

  /// Documents that were live and are dead now, ascending.
  func dead(since earlier: LiveBits) -> [UInt32] {
    precondition(earlier.docCount == docCount, "both are of the same documents")
    var dead: [UInt32] = []
    dead.reserveCapacity(earlier.liveCount - liveCount)
    for index in words.indices {
      var bits = earlier.words[index] & ~words[index]
      while bits != 0 {
        dead.append(UInt32(truncatingIfNeeded: index * 64 + bits.trailingZeroBitCount))
        bits &= bits - 1
      }
    }
    return dead
  }
}
