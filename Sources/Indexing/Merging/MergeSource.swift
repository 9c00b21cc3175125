import LedeCodecs

/// One of the segments that become one, with the documents that live on.
struct MergeSource {
  let reader: SegmentReader
  let live: LiveBits

  var docCount: Int { live.docCount }
  var liveCount: Int { live.liveCount }
}

/// Which document of the merged segment each document of its sources becomes.
struct DocumentMap {
  /// What happens to the docIDs of one source.
  enum Shift {
    /// All live on in their order, from this docID on.
    case by(UInt32)
    /// New docIDs in the order of the old, `dead` for those left out.
    case table([UInt32])
  }

  /// A document of a source.
  struct Origin: BitwiseCopyable {
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
      shifts.append(.table(table))
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
    shifts = tables.map { .table($0) }
  }
}
