import CLedeKernels
import LedeCodecs
import LedeSearching
import LedeStorage

/// One term's postings in a segment file of their own, ready to be decoded and scored.
public final class PostingsWork {
  public let docFreq: Int
  private let list: PostingsList
  private let sections: ListSectionsBox
  private let file: EnvelopeFile
  private let lengths: [UInt16]
  private let docs = UnsafeMutablePointer<UInt32>.allocate(capacity: PostingsList.blockSize)
  private let freqs = UnsafeMutablePointer<UInt32>.allocate(capacity: PostingsList.blockSize)
  private let scores = UnsafeMutablePointer<Float>.allocate(capacity: PostingsList.blockSize)
  private var positions: [UInt32] = []

  /// - Parameters:
  ///   - density: share of the documents that hold the term.
  ///   - path: of the file to write; the folder must exist.
  public init(documentCount: Int, density: Double, path: String, seed: UInt64 = 3) throws {
    let made = Self.random(documentCount, density, seed: seed)
    lengths = made.lengths.map { UInt16($0) }
    docFreq = made.docs.count
    try Self.write(made, to: path)
    file = try EnvelopeFile.open(fileSystem: PosixFileSystem(), path: path, kind: .segment)
    let dictionary = try TermDictionary(file.requiredSection(.terms))
    let entry = try Self.key.withUnsafeBytes { try dictionary.find(.textSurface, $0) }
    guard let entry else { throw MissingTerm() }
    let (readers, _) = try LengthsReader.readers(
      file.requiredSection(.lengths), docCount: documentCount)
    sections = ListSectionsBox([
      ListSections(
        postings: SectionView(try file.requiredSection(.postings)),
        positions: SectionView(try file.requiredSection(.positions)),
        places: PositionPlaces(lengths: readers[0], titles: nil), docCount: documentCount)
    ])
    list = try PostingsList(entry: entry, sections: sections.sections)
  }

  deinit {
    docs.deallocate()
    freqs.deallocate()
    scores.deallocate()
  }

  /// Decodes the documents of all blocks; returns their sum.
  public func decodeDocs() throws -> UInt32 {
    var sum: UInt32 = 0
    for block in 0..<list.blockCount {
      let count = try list.decodeDocs(block: block, into: docs)
      if count > 0 { sum &+= docs[count - 1] }
    }
    return sum
  }

  /// Decodes the documents and termFreqs of all blocks; returns a sum of both.
  public func decodeAll() throws -> UInt32 {
    var sum: UInt32 = 0
    for block in 0..<list.blockCount {
      let count = try list.decodeDocs(block: block, into: docs)
      try list.decodeFreqs(block: block, into: freqs)
      if count > 0 { sum &+= docs[count - 1] &+ freqs[count - 1] }
    }
    return sum
  }

  /// Decodes the positions of the first document of every block; returns how many there were.
  public func decodePositions() throws -> Int {
    var total = 0
    for block in 0..<list.blockCount {
      guard try list.decodeDocs(block: block, into: docs) > 0 else { continue }
      try list.decodeFreqs(block: block, into: freqs)
      try list.decodePositions(
        block: block, docs: docs, freqs: freqs, index: 0, into: &positions)
      total += positions.count
    }
    return total
  }

  /// Decodes and scores every posting; returns the sum of the scores.
  public func score() throws -> Float {
    let model = lede_bm25(w: 2, a: 0.3, c: 0.003)
    var sum: Float = 0
    for block in 0..<list.blockCount {
      let count = try list.decodeDocs(block: block, into: docs)
      try list.decodeFreqs(block: block, into: freqs)
      // Safe: decoded documents are below documentCount, the number of lengths.
      _ = lengths.withUnsafeBufferPointer {
        lede_bm25_score_block(model, $0.baseAddress, docs, freqs, count, scores)
      }
      if count > 0 { sum += scores[count - 1] }
    }
    return sum
  }
}

// MARK: - Data

extension PostingsWork {
  private struct MissingTerm: Error {}

  private struct Made {
    var docs: [UInt32] = []
    var freqs: [UInt32] = []
    var ordinals: [UInt32] = []
    var lengths: [UInt32] = []
  }

  private static let key = Array("term".utf8)

  private static func random(_ documentCount: Int, _ density: Double, seed: UInt64) -> Made {
    var generator = SeededGenerator(seed: seed)
    var made = Made()
    for doc in 0..<documentCount {
      made.lengths.append(UInt32(20 + generator.below(600)))
      guard generator.fraction() < density else { continue }
      // Half of the termFreqs are 1, a quarter 2, and so on, as in text.
      let freq = 1 + min(12, generator.next().trailingZeroBitCount)
      made.docs.append(UInt32(doc))
      made.freqs.append(UInt32(freq))
      // Lengths are at least 20, the largest termFreq 13.
      var chosen: Set<UInt32> = []
      while chosen.count < freq {
        chosen.insert(UInt32(generator.below(Int(made.lengths[doc]))))
      }
      made.ordinals += chosen.sorted()
    }
    return made
  }

  private static func write(_ made: Made, to path: String) throws {
    var postings = PostingsWriter()
    var dictionary = TermDictionaryWriter(docCount: made.lengths.count)
    dictionary.begin(.textSurface)
    let location = made.docs.withUnsafeBufferPointer { docs in
      made.freqs.withUnsafeBufferPointer { freqs in
        made.ordinals.withUnsafeBufferPointer { ordinals in
          made.lengths.withUnsafeBufferPointer { lengths in
            postings.add(
              docs: docs, freqs: freqs, ordinals: ordinals, lengths: FieldLengths(lengths))
          }
        }
      }
    }
    _ = key.withUnsafeBufferPointer { dictionary.add(key: $0, location) }
    let envelope = try EnvelopeWriter(
      fileSystem: PosixFileSystem(), path: path, kind: .segment, id: 1)
    try envelope.begin(.terms)
    try dictionary.finish(into: envelope)
    try envelope.end()
    try postings.finish(into: envelope)
    var column = LengthsWriter()
    for length in made.lengths { column.add(text: length, title: 0) }
    try column.write(to: envelope)
    _ = try envelope.finish()
  }
}

/// Scores in random order, from which the best are selected as the executors do.
public final class SelectionWork {
  public let scoreCount: Int
  private let scores: [Float]

  public init(scoreCount: Int, seed: UInt64 = 4) {
    var generator = SeededGenerator(seed: seed)
    self.scoreCount = scoreCount
    scores = (0..<scoreCount).map { _ in Float(generator.fraction()) }
  }

  /// Selects the best `limit`; returns the last of them.
  public func run(limit: Int) -> Float {
    scores.withUnsafeBufferPointer { TopSelection.threshold(of: $0, limit: limit) }
  }
}
