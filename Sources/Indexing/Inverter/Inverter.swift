import LedeAnalysis
import LedeModel

/// Documents as streams of term numbers, waiting to be sorted by term.
///
/// A *unit* is a token that takes a position: a word or a unigram. Units of all documents are
/// numbered through, and `units[i]` is the term of unit i; the document and the position follow from
/// i and the documents' extents, so nothing else is written per token. Bigrams share the position of
/// their first unigram: they lie in a stream of their own, each with the number of that unit.
///
/// Everything is held in raw memory: per token the work is one hash, one probe and one store.
struct Inverter: ~Copyable {
  private(set) var terms: TermTable
  private(set) var units: UnsafeMutablePointer<UInt32>
  private(set) var unitCount = 0
  private var unitCapacity: Int
  /// term << 32 | unit.
  private(set) var bigrams: UnsafeMutablePointer<UInt64>
  private(set) var bigramCount = 0
  private var bigramCapacity = 256
  private(set) var documents: [DocumentExtent] = []

  /// - Parameter memoryBudget: bytes that ``flushMemory`` should not exceed by much. Address space is
  ///   reserved for what fits, so that nothing is copied while it grows; memory is taken only as
  ///   documents come.
  init(memoryBudget: Int) {
    unitCapacity = min(max(1024, memoryBudget / Self.bytesPerUnit), Self.unitLimit)
    terms = TermTable(
      minimumCapacity: 512, reservingRecords: memoryBudget / (2 * Self.bytesPerTerm))
    units = BulkMemory.allocate(UInt32.self, capacity: self.unitCapacity)
    bigrams = .allocate(capacity: bigramCapacity)
  }

  deinit {
    units.deallocate()
    bigrams.deallocate()
  }

  /// Begins a document; what is appended from here on belongs to its title.
  ///
  /// - Returns: its docID.
  mutating func beginDocument() -> UInt32 {
    documents.append(
      DocumentExtent(
        firstUnit: UInt32(truncatingIfNeeded: unitCount), titleLength: 0,
        firstBigram: UInt32(truncatingIfNeeded: bigramCount), isLive: true))
    return UInt32(truncatingIfNeeded: documents.count - 1)
  }

  /// Ends the title of the current document.
  mutating func endTitle() {
    let last = documents.count - 1
    documents[last].titleLength =
      UInt32(truncatingIfNeeded: unitCount) - documents[last].firstUnit
  }

  /// Leaves a document out of everything that is written for the terms; its docID stays.
  mutating func markDead(_ document: UInt32) { documents[Int(document)].isLive = false }

  /// Appends the tokens of a stretch of text to the current document.
  ///
  /// Pads `batch.bytes`; the caller empties the batch before its next use.
  mutating func append(_ batch: inout TokenBatch) {
    reserve(batch.tokens.count)
    batch.bytes.append(contentsOf: repeatElement(0, count: 8))
    batch.bytes.withUnsafeBytes { bytes in
      batch.tokens.withUnsafeBufferPointer { tokens in
        // Safe: there are at least the eight bytes of padding.
        appendTokens(bytes.baseAddress.unsafelyUnwrapped, tokens)
      }
    }
  }

  /// Appends the bigram of two characters of the current document's text, the second of which is the
  /// next unit: the one that a cut between them leaves out.
  ///
  /// - Parameter characters: two characters of ``TextPiece/characterSize`` bytes that are their own
  ///   surfaces.
  mutating func appendBigram(_ characters: UnsafeBufferPointer<UInt8>) {
    reserve(1)
    var padded: (UInt64, UInt64) = (0, 0)
    withUnsafeMutableBytes(of: &padded) { bytes in
      bytes.copyBytes(from: characters)
      let start = UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped)
      let term = terms.intern(
        start, characters.count, hash: terms.hash(start, characters.count), mark: true)
      bigrams[bigramCount] = UInt64(term) << 32 | UInt64(unitCount &- 1)
    }
    bigramCount += 1
  }

  /// Resolves and appends tokens group by group.
  ///
  /// First all hashes of a group, then all slots, then all records: each step prefetches for the
  /// next, so that the waits for memory overlap.
  private mutating func appendTokens(
    _ bytes: UnsafeRawPointer, _ tokens: UnsafeBufferPointer<Token>
  ) {
    withUnsafeTemporaryAllocation(of: Probe.self, capacity: Probe.groupSize) { probes in
      probes.initialize(repeating: Probe(slot: 0, hash: 0))
      var start = 0
      while start < tokens.count {
        let size = min(Probe.groupSize, tokens.count - start)
        for index in 0..<size {
          let token = tokens[start + index]
          let hash = terms.hash(bytes + Int(token.termStart), Int(token.termLength))
          probes[index].hash = hash
          terms.prefetchSlot(hash)
        }
        for index in 0..<size { probes[index].slot = terms.homeSlot(probes[index].hash) }
        for index in 0..<size {
          let token = tokens[start + index]
          let term = resolve(
            bytes + Int(token.termStart), Int(token.termLength), probes[index],
            isWord: token.isWord)
          // Safe: `reserve` made room for every token in either stream.
          if !token.isBigram {
            units[unitCount] = term
            unitCount &+= 1
          } else {
            bigrams[bigramCount] = UInt64(term) << 32 | UInt64(unitCount &- 1)
            bigramCount &+= 1
          }
        }
        start += size
      }
    }
  }

  @inline(__always)
  private mutating func resolve(
    _ bytes: UnsafeRawPointer, _ length: Int, _ probe: Probe, isWord: Bool
  ) -> UInt32 {
    if let known = terms.number(in: probe.slot, bytes, length, hash: probe.hash) { return known }
    // The mark says that the term needs no class and no fold.
    return terms.intern(bytes, length, hash: probe.hash, mark: !isWord)
  }

  private struct Probe {
    var slot: UInt64
    var hash: UInt32
    static var groupSize: Int { 64 }
  }
}

extension Token {
  // By pattern: `==` of an enum of another module is a call through its witness table.
  @inline(__always)
  fileprivate var isWord: Bool { if case .word = kind { true } else { false } }
  @inline(__always)
  fileprivate var isBigram: Bool { if case .bigram = kind { true } else { false } }
}

/// Where a document lies in the streams; it ends where the next one begins.
struct DocumentExtent {
  var firstUnit: UInt32
  /// Units of the title, which come first.
  var titleLength: UInt32
  var firstBigram: UInt32
  var isLive: Bool
}

// MARK: - Memory

extension Inverter {
  /// The most units of one segment: their numbers fit 32 bits with room for a largest article.
  static var unitLimit: Int { 1 << 31 }

  private static var bytesPerUnit: Int { 9 }
  private static var bytesPerTerm: Int { 96 }

  /// Bytes that sorting and writing the documents so far will take at most, the streams included.
  ///
  /// A unit takes four bytes in the stream and four when sorted, and what is encoded after the
  /// stream is gone takes less than the stream did. A term takes its share of the table, the
  /// counters, the sort of the vocabulary, and the classes.
  var flushMemory: Int {
    Self.bytesPerUnit * unitCount + 13 * bigramCount + Self.bytesPerTerm * terms.count
      + terms.memoryUse + 40 * documents.count
  }

  private mutating func reserve(_ tokens: Int) {
    if unitCount + tokens > unitCapacity {
      let capacity = max(unitCapacity * 3 / 2, unitCount + tokens)
      let larger = BulkMemory.allocate(UInt32.self, capacity: capacity)
      larger.update(from: units, count: unitCount)
      units.deallocate()
      (units, unitCapacity) = (larger, capacity)
    }
    if bigramCount + tokens > bigramCapacity {
      let capacity = max(bigramCapacity * 3 / 2, bigramCount + tokens)
      let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)
      larger.update(from: bigrams, count: bigramCount)
      bigrams.deallocate()
      (bigrams, bigramCapacity) = (larger, capacity)
    }
  }

  /// Gives the streams' memory back once they are sorted; only terms and extents stay.
  mutating func releaseStreams() {
    units.deallocate()
    bigrams.deallocate()
    (unitCapacity, bigramCapacity) = (1, 1)
    units = .allocate(capacity: 1)
    bigrams = .allocate(capacity: 1)
  }

  /// Hands the terms over and keeps none.
  mutating func takeTerms() -> TermTable {
    var taken = TermTable(minimumCapacity: 1)
    swap(&taken, &terms)
    return taken
  }

  /// Units of a document in a field.
  @inline(__always)
  func unitRange(_ document: Int, _ field: Field) -> Range<Int> {
    let extent = documents[document]
    guard extent.isLive else { return 0..<0 }
    let start = Int(extent.firstUnit)
    if field == .title { return start..<start + Int(extent.titleLength) }
    let isLast = document + 1 == documents.count
    return start..<(isLast ? unitCount : Int(documents[document + 1].firstUnit))
  }

  /// Bigrams of a document in a field: those whose first unigram is one of its units.
  func bigramRange(_ document: Int, _ field: Field) -> Range<Int> {
    let extent = documents[document]
    let isLast = document + 1 == documents.count
    let start = Int(extent.firstBigram)
    var end = isLast ? bigramCount : Int(documents[document + 1].firstBigram)
    guard extent.isLive, start < end else { return 0..<0 }
    if field == .title {
      let titleEnd = UInt64(extent.firstUnit) + UInt64(extent.titleLength)
      var titleBigrams = start
      while titleBigrams < end, bigrams[titleBigrams] & 0xffff_ffff < titleEnd { titleBigrams += 1 }
      end = titleBigrams
    }
    return start..<end
  }

  /// Lengths of a field by docID; 0 for dead documents.
  func lengths(_ field: Field) -> [UInt32] {
    documents.indices.map { UInt32(truncatingIfNeeded: unitRange($0, field).count) }
  }
}
