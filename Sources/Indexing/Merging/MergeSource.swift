import LedeCodecs

/// One of the segments that become one, with the documents that live on.
struct MergeSource: Sendable {
  let reader: SegmentReader
  let live: LiveBits

  var docCount: Int { live.docCount }
  var liveCount: Int { live.liveCount }
}

/// A new docID for each document of a source.
// Sendable: nothing changes after it was made.
final class DocumentTable: @unchecked Sendable {
  private let docs: UnsafeMutableBufferPointer<UInt32>

  init(_ docs: [UInt32]) {
    self.docs = .allocate(capacity: docs.count)
    _ = self.docs.initialize(fromContentsOf: docs)
  }

  deinit { docs.deallocate() }

  @inline(__always)
  subscript(doc: UInt32) -> UInt32 {
    precondition(Int(doc) < docs.count, "a docID is below the segment's docCount")
    return docs[Int(doc)]
  }
}

/// Which document of the merged segment each document of its sources becomes.
struct DocumentMap: Sendable {
  /// What happens to the docIDs of one source.
  enum Shift: Sendable {
    /// All live on in their order, from this docID on.
    case by(UInt32)
    /// New docIDs in the order of the old, `dead` for those left out.
    case table(DocumentTable)
  }

  /// A document of a source.
  struct Origin: BitwiseCopyable, Sendable {
    var source: UInt32
    var doc: UInt32
  }

  static let dead = UInt32.max
  /// By source.
  private(set) var shifts: [Shift]
  /// Where each document of the merged segment comes from.
  private(set) var origins: [Origin]
  /// Whether documents keep their order within their source, and the sources theirs.
  let keepsOrder: Bool

  var docCount: Int { origins.count }

  /// The new docID of a document of a source; nil if it is left out.
  @inline(__always)
  func document(_ doc: UInt32, of source: Int) -> UInt32? {
    switch shifts[source] {
    case .by(let base): return doc &+ base
    case .table(let table):
      let doc = table[doc]
      return doc == Self.dead ? nil : doc
    }
  }

  /// One source after the other, without the dead.
  init(_ sources: [MergeSource]) {
    keepsOrder = true
    shifts = []
    origins = []
    origins.reserveCapacity(sources.reduce(0) { $0 + $1.liveCount })
    for (number, source) in sources.enumerated() {
      let base = UInt32(origins.count)
      let number = UInt32(number)
      if source.liveCount == source.docCount {
        shifts.append(.by(base))
        for doc in 0..<UInt32(source.docCount) {
          origins.append(Origin(source: number, doc: doc))
        }
        continue
      }
      var table = [UInt32](repeating: Self.dead, count: source.docCount)
      for doc in 0..<UInt32(source.docCount) where source.live[doc] {
        table[Int(doc)] = UInt32(origins.count)
        origins.append(Origin(source: number, doc: doc))
      }
      shifts.append(.table(DocumentTable(table)))
    }
  }

  /// The same documents in another order.
  ///
  /// - Parameter order: by new docID, the docID under `map`; each comes once.
  init(_ map: DocumentMap, reorderedBy order: [UInt32], _ sources: [MergeSource]) {
    precondition(order.count == map.docCount, "every document has a place")
    keepsOrder = false
    origins = order.map { map.origins[Int($0)] }
    var tables = sources.map { [UInt32](repeating: Self.dead, count: $0.docCount) }
    for (doc, origin) in origins.enumerated() {
      tables[Int(origin.source)][Int(origin.doc)] = UInt32(doc)
    }
    shifts = tables.map { .table(DocumentTable($0)) }
  }
}
