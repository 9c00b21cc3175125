import LedeCodecs

/// The postings of one list in a range of documents, decoded into memory that is used again.
struct PostingsRange: ~Copyable {
  private let blockDocs: UnsafeMutablePointer<UInt32>
  private let blockFreqs: UnsafeMutablePointer<UInt32>
  private(set) var docs: [UInt32] = []
  private(set) var freqs: [UInt32] = []
  /// Of all documents, one after the other; empty where none were asked for.
  private(set) var positions: [UInt32] = []
  private var ofDocument: [UInt32] = []

  init() {
    blockDocs = .allocate(capacity: PostingsList.blockSize)
    blockFreqs = .allocate(capacity: PostingsList.blockSize)
  }

  deinit {
    blockDocs.deallocate()
    blockFreqs.deallocate()
  }

  mutating func load(
    _ list: PostingsList, _ range: Range<UInt32>, hasPositions: Bool
  ) throws(FormatError) {
    docs.removeAll(keepingCapacity: true)
    freqs.removeAll(keepingCapacity: true)
    positions.removeAll(keepingCapacity: true)
    var block = list.firstBlock(reaching: range.lowerBound, from: 0)
    while block < list.blockCount {
      let count = try list.decodeDocs(block: block, into: blockDocs)
      // A frequent term may have no documents in a range.
      guard count == 0 || blockDocs[0] < range.upperBound else { return }
      if count > 0, blockDocs[count - 1] >= range.lowerBound {
        try list.decodeFreqs(block: block, into: blockFreqs)
        for index in 0..<count where range.contains(blockDocs[index]) {
          docs.append(blockDocs[index])
          freqs.append(blockFreqs[index])
          guard hasPositions else { continue }
          try list.decodePositions(
            block: block, docs: blockDocs, freqs: blockFreqs, index: index, into: &ofDocument)
          positions.append(contentsOf: ofDocument)
        }
      }
      block += 1
    }
  }
}
