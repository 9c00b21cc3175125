import LedeCodecs
import TestSupport

/// One term's postings as plain arrays, and random ones of every shape.
struct PlainPostings {
  var docs: [UInt32] = []
  var freqs: [UInt32] = []
  /// Per document.
  var positions: [[UInt32]] = []

  /// Random postings of `count` documents below `docCount`.
  static func random(
    count: Int, docCount: Int, maxFreq: Int, using generator: inout SplitMix64
  ) -> PlainPostings {
    var postings = PlainPostings()
    postings.docs = sample(count, below: docCount, using: &generator)
    for _ in postings.docs {
      // Mostly small, sometimes far larger: what makes exceptions of a patched block.
      let freq = generator.chance(0.9) ? 1 : 1 + generator.below(maxFreq)
      postings.freqs.append(UInt32(freq))
      var next: UInt32 = generator.chance(0.01) ? 0xff00_0000 : UInt32(generator.below(3000))
      postings.positions.append(
        (0..<freq).map { _ in
          defer { next &+= 1 &+ UInt32(generator.below(generator.chance(0.1) ? 5000 : 30)) }
          return next
        })
    }
    return postings
  }

  /// `count` distinct ascending numbers: by selection sampling, so any density works.
  private static func sample(
    _ count: Int, below limit: Int, using generator: inout SplitMix64
  ) -> [UInt32] {
    if limit > 4 * count + 1000 {
      var chosen: Set<UInt32> = []
      while chosen.count < count { chosen.insert(UInt32(generator.below(limit))) }
      return chosen.sorted()
    }
    var chosen: [UInt32] = []
    for number in 0..<limit
    where generator.below(limit - number) < count - chosen.count {
      chosen.append(UInt32(number))
    }
    return chosen
  }
}

/// A segment that holds only terms, postings and positions, mapped from a file.
struct PostingsFixture {
  let dictionary: TermDictionary
  let postings: FileRegion
  let positions: FileRegion
  let docCount: Int

  func list(_ entry: TermEntry) throws -> PostingsList {
    try PostingsList(entry: entry, postings: postings, positions: positions, docCount: docCount)
  }
}

extension PostingsWriter {
  mutating func add(_ plain: PlainPostings, withPositions: Bool, lengths: [UInt32])
    -> PostingsLocation
  {
    let positions = plain.positions.flatMap { $0 }
    return plain.docs.withUnsafeBufferPointer { docs in
      plain.freqs.withUnsafeBufferPointer { freqs in
        positions.withUnsafeBufferPointer { positions in
          lengths.withUnsafeBufferPointer { lengths in
            add(
              docs: docs, freqs: freqs, positions: withPositions ? positions : nil,
              lengths: FieldLengths(lengths))
          }
        }
      }
    }
  }
}

extension TermDictionaryWriter {
  mutating func add(_ key: String, _ location: PostingsLocation) -> UInt32 {
    Array(key.utf8).withUnsafeBufferPointer { add(key: $0, location) }
  }
}

extension TermDictionary {
  func find(_ namespace: TermNamespace, _ key: String) throws -> TermEntry? {
    try Array(key.utf8).withUnsafeBytes { try find(namespace, $0) }
  }
}
