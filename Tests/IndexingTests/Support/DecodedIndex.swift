import LedeAnalysis
import LedeCodecs
import LedeModel
import LedeStorage

/// Everything that an index's last commit holds, decoded from its segments into plain dictionaries.
struct DecodedIndex {
  let manifest: Manifest
  let segments: [SegmentReader]
  let ledger: Ledger

  init(_ directory: String) throws {
    let fileSystem = PosixFileSystem()
    let manifest = try Manifest.read(fileSystem: fileSystem, directory: directory)
    self.manifest = manifest
    segments = try manifest.segments.map {
      try SegmentReader.open(fileSystem: fileSystem, directory: directory, entry: $0)
    }
    ledger =
      manifest.ledgerGeneration == 0
      ? Ledger()
      : try Ledger.read(
        fileSystem: fileSystem, directory: directory, generation: manifest.ledgerGeneration)
  }

  /// Live documents: key and sequence number, in the order of sequence numbers.
  func liveKeys() throws -> [String] {
    var found: [(sequence: UInt64, key: String)] = []
    for segment in segments {
      for doc in 0..<UInt32(segment.docCount) where segment.isLive(doc) {
        found.append((segment.sequence(of: doc), try segment.keys.key(of: doc)))
      }
    }
    return found.sorted { $0.sequence < $1.sequence }.map(\.key)
  }

  /// Surfaces of the live documents, with positions, by key.
  func surfaces(_ field: Field) throws -> [[UInt8]: [String: [UInt32]]] {
    var all: [[UInt8]: [String: [UInt32]]] = [:]
    for segment in segments {
      try segment.terms.enumerate(.surface(field)) { key, entry in
        let postings = try decode(entry, segment, hasPositions: true)
        for posting in postings where segment.isLive(posting.doc) {
          all[Array(key), default: [:]][try segment.keys.key(of: posting.doc)] = posting.positions
        }
      }
    }
    return all
  }

  /// What a query for a class finds: termFreqs by key.
  ///
  /// - Parameter isOwnClass: whether the class of the surface with the same bytes is itself.
  func classPostings(
    _ key: [UInt8], _ field: Field, isOwnClass: Bool
  ) throws -> [String: UInt32] {
    var found: [String: UInt32] = [:]
    for segment in segments {
      guard let entry = try classEntry(key, field, isOwnClass, segment) else { continue }
      for posting in try decode(entry, segment, hasPositions: false)
      where segment.isLive(posting.doc) {
        found[try segment.keys.key(of: posting.doc)] = posting.freq
      }
    }
    return found
  }

  /// docFreq of a class over live documents, by the statistics alone.
  func classDocFreq(_ key: [UInt8], _ field: Field, isOwnClass: Bool) throws -> Int {
    var count = 0
    for segment in segments {
      guard let entry = try classEntry(key, field, isOwnClass, segment) else { continue }
      count += Int(entry.docFreq) - Int(segment.live?.docFreqDelta(ordinal: entry.ordinal) ?? 0)
    }
    return count
  }

  private func classEntry(
    _ key: [UInt8], _ field: Field, _ isOwnClass: Bool, _ segment: SegmentReader
  ) throws -> TermEntry? {
    try key.withUnsafeBytes {
      if let entry = try segment.terms.find(.class(field), $0) { return entry }
      return isOwnClass ? try segment.terms.find(.surface(field), $0) : nil
    }
  }

  /// docFreq and totalTermFreq of a surface; docFreq over live documents, by the statistics alone.
  func surfaceStatistics(
    _ key: [UInt8], _ field: Field
  ) throws -> (docFreq: Int, totalTermFreq: Int) {
    var statistics = (docFreq: 0, totalTermFreq: 0)
    for segment in segments {
      guard
        let entry = try key.withUnsafeBytes({ try segment.terms.find(.surface(field), $0) })
      else { continue }
      statistics.docFreq +=
        Int(entry.docFreq) - Int(segment.live?.docFreqDelta(ordinal: entry.ordinal) ?? 0)
      statistics.totalTermFreq += Int(entry.totalTermFreq)
    }
    return statistics
  }

  /// Surfaces with a fold, over all segments; the fold itself where it is a surface.
  func surfaces(foldingTo fold: [UInt8], _ field: Field) throws -> Set<[UInt8]> {
    var found: Set<[UInt8]> = []
    for segment in segments {
      try fold.withUnsafeBytes {
        found.formUnion(try segment.terms.surfaces(foldingTo: $0, .fold(field)))
        if try segment.terms.find(.surface(field), $0) != nil { found.insert(fold) }
      }
    }
    return found
  }

  /// Lengths of the live documents, by key.
  func lengths(_ field: Field) throws -> [String: UInt32] {
    var lengths: [String: UInt32] = [:]
    for segment in segments {
      for doc in 0..<UInt32(segment.docCount) where segment.isLive(doc) {
        lengths[try segment.keys.key(of: doc)] = segment.lengths(field).value(doc)
      }
    }
    return lengths
  }

  func sumLength(_ field: Field) -> UInt64 {
    segments.reduce(0) { $0 + $1.sumLength(field) }
  }

  /// The stored article of a key's live document.
  func article(_ key: String) throws -> Article? {
    for segment in segments {
      if let doc = try segment.liveDocument(withKey: key) {
        return try segment.stored.article(doc)
      }
    }
    return nil
  }

  struct Posting {
    let doc: UInt32
    let freq: UInt32
    let positions: [UInt32]
  }

  /// Every posting of a term, those of dead documents included.
  private func decode(
    _ entry: TermEntry, _ segment: SegmentReader, hasPositions: Bool
  ) throws -> [Posting] {
    let list = try segment.postings(entry)
    var docs = [UInt32](repeating: 0, count: PostingsList.blockSize)
    var freqs = docs
    var result: [Posting] = []
    for block in 0..<list.blockCount {
      let count = try docs.withUnsafeMutableBufferPointer {
        try list.decodeDocs(block: block, into: $0.baseAddress.unsafelyUnwrapped)
      }
      try freqs.withUnsafeMutableBufferPointer {
        try list.decodeFreqs(block: block, into: $0.baseAddress.unsafelyUnwrapped)
      }
      for index in 0..<count {
        var positions: [UInt32] = []
        if hasPositions {
          try list.decodePositions(
            block: block, docs: docs, freqs: freqs, index: index, into: &positions)
        }
        result.append(Posting(doc: docs[index], freq: freqs[index], positions: positions))
      }
    }
    return result
  }
}
