import CLedeKernels
import LedeAnalysis

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
  private var unitsAhead = MemoryAhead()

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

  /// What ``AnalyzedText`` hashes terms with.
  var hash: TermHash { terms.hasher }

  /// Appends a stretch of the stream of documents.
  mutating func append(_ text: AnalyzedText) {
    let (firstUnit, firstBigram) = (unitCount, bigramCount)
    reserve(text.batch.tokens.count)
    for mark in text.marks {
      let unit = UInt32(truncatingIfNeeded: firstUnit) &+ mark.units
      switch mark.kind {
      case .document:
        documents.append(
          DocumentExtent(
            firstUnit: unit, titleLength: 0,
            firstBigram: UInt32(truncatingIfNeeded: firstBigram) &+ mark.bigrams))
      case .endOfTitle:
        let last = documents.count - 1
        documents[last].titleLength = unit &- documents[last].firstUnit
      }
    }
    text.batch.bytes.withUnsafeBufferPointer { bytes in
      text.keys.withUnsafeBufferPointer { keys in
        guard let start = bytes.baseAddress, let first = keys.baseAddress else { return }
        appendTerms(start, first, text.batch.tokens.count, areUnits: text.isUnits)
      }
    }
  }

  /// Resolves and appends terms group by group.
  ///
  /// First all slots of a group, then all records: each step prefetches for the next, so that the
  /// waits for memory overlap.
  private mutating func appendTerms(
    _ bytes: UnsafePointer<UInt8>, _ keys: UnsafePointer<lede_term_key>, _ count: Int,
    areUnits: Bool
  ) {
    let groupSize = 64
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 2 * groupSize) { scratch in
      scratch.initialize(repeating: 0)
      guard let records = scratch.baseAddress else { return }
      let numbers = records + groupSize
      lede_terms_prefetch(terms.view, keys, min(groupSize, count))
      var start = 0
      while start < count {
        let size = min(groupSize, count - start)
        lede_terms_locate(terms.view, keys + start, size, records)
        let next = start + size
        lede_terms_prefetch(terms.view, keys + next, min(groupSize, count - next))
        resolve(bytes, keys + start, size, records, numbers)
        if areUnits {
          // Safe: `reserve` made room for every token in either stream.
          (units + unitCount).update(from: numbers, count: size)
          unitCount &+= size
        } else {
          place(numbers, keys + start, size)
        }
        start = next
      }
    }
  }

  /// Turns terms into numbers, which are given to new ones.
  private mutating func resolve(
    _ bytes: UnsafePointer<UInt8>, _ keys: UnsafePointer<lede_term_key>, _ count: Int,
    _ records: UnsafePointer<UInt32>, _ numbers: UnsafeMutablePointer<UInt32>
  ) {
    var done = 0
    while true {
      done += lede_terms_resolve(
        terms.view, bytes, keys + done, count - done, records + done, numbers + done)
      if done == count { return }
      let key = keys[done]
      // The mark says that the term needs no class and no fold.
      numbers[done] = terms.intern(
        bytes + Int(key.start), Int(key.length), hash: key.hash,
        mark: key.kind != AnalyzedText.TermKind.word)
      done += 1
    }
  }

  private mutating func place(
    _ numbers: UnsafePointer<UInt32>, _ keys: UnsafePointer<lede_term_key>, _ count: Int
  ) {
    // Safe: `reserve` made room for every token in either stream.
    for index in 0..<count {
      if keys[index].kind != AnalyzedText.TermKind.bigram {
        units[unitCount] = numbers[index]
        unitCount &+= 1
      } else {
        bigrams[bigramCount] = UInt64(numbers[index]) << 32 | UInt64(unitCount &- 1)
        bigramCount &+= 1
      }
    }
  }
}

/// Where a document lies in the streams; it ends where the next one begins.
struct DocumentExtent {
  var firstUnit: UInt32
  /// Units of the title, which come first.
  var titleLength: UInt32
  var firstBigram: UInt32
}

// MARK: - Memory

extension Inverter {
  /// The most units of one segment: their numbers fit 32 bits with room for a largest article.
  static var unitLimit: Int { 1 << 31 }

  private static var bytesPerUnit: Int { 9 }
  private static var bytesPerTerm: Int { 96 }

  /// Bytes that sorting and writing the documents so far will take at most, the streams included.
  ///
  /// A unit takes four bytes in the stream and four when sorted, or two and less where these take over
  /// the stream's; what is encoded, in the latter case while the stream is still there, takes less than
  /// four. A term takes its share of the table, the counters, the sort of the vocabulary, and the
  /// classes.
  var flushMemory: Int {
    Self.bytesPerUnit * unitCount + 13 * bigramCount + Self.bytesPerTerm * terms.count
      + terms.memoryUse + 40 * documents.count
  }

  /// Pages that will be needed soon, each once.
  mutating func takePagesAhead() -> [MemoryAhead.Page] {
    let units = unitsAhead.next(units, used: unitCount, capacity: unitCapacity)
    return terms.takePagesAhead() + [units].compactMap { $0 }
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

  /// Gives the bigrams' memory back once they are sorted.
  mutating func releaseBigrams() {
    bigrams.deallocate()
    bigramCapacity = 1
    bigrams = .allocate(capacity: 1)
  }

  /// Gives the units' memory back once nobody reads the occurrences that took it over.
  mutating func releaseUnits() {
    units.deallocate()
    unitCapacity = 1
    units = .allocate(capacity: 1)
  }

  /// Hands the terms over and keeps none.
  mutating func takeTerms() -> TermTable {
    var taken = TermTable(minimumCapacity: 1)
    swap(&taken, &terms)
    return taken
  }

  /// Everything but the terms, to be read until the memory is given back.
  ///
  /// - Parameter dead: documents that are left out of what is written for the terms.
  func streams(without dead: some Sequence<UInt32>) -> UnitStreams {
    var isLive = [Bool](repeating: true, count: documents.count)
    for document in dead { isLive[Int(document)] = false }
    return UnitStreams(
      units: units, unitCount: unitCount, bigrams: bigrams, bigramCount: bigramCount,
      documents: documents, isLive: isLive)
  }
}
