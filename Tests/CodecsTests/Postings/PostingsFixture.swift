import LedeCodecs
import TestSupport

/// One term's postings as plain arrays, and random ones of every shape.
struct PlainPostings {
  var docs: [UInt32] = []
  var freqs: [UInt32] = []
  /// Per document, below its length.
  var ordinals: [[UInt32]] = []

  /// Random postings of `count` documents, one for each length; lengths are at least 1.
  static func random(
    count: Int, lengths: [UInt32], maxFreq: Int, using generator: inout SplitMix64
  ) -> PlainPostings {
    var postings = PlainPostings()
    postings.docs = sample(count, below: lengths.count, using: &generator)
    for doc in postings.docs {
      let length = Int(lengths[Int(doc)])
      // Mostly small, sometimes far larger: what makes exceptions of a patched block; and full.
      let wanted =
        generator.chance(0.01) ? length : generator.chance(0.9) ? 1 : 1 + generator.below(maxFreq)
      let freq = min(wanted, length)
      postings.freqs.append(UInt32(freq))
      postings.ordinals.append(sample(freq, below: length, using: &generator))
    }
    return postings
  }

  /// The same where every document is as long as it must be.
  static func random(
    count: Int, docCount: Int, maxFreq: Int, using generator: inout SplitMix64
  ) -> PlainPostings {
    random(
      count: count, lengths: [UInt32](repeating: UInt32(maxFreq), count: docCount),
      maxFreq: maxFreq, using: &generator)
  }

  /// `count` distinct ascending numbers: by selection sampling, so any density works.
  static func sample(
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
  private let sections: ListSectionsBox

  init(
    dictionary: TermDictionary, postings: FileRegion, positions: FileRegion,
    lengths: LengthsReader, docCount: Int
  ) {
    self.dictionary = dictionary
    (self.postings, self.positions) = (postings, positions)
    sections = ListSectionsBox([
      ListSections(
        postings: SectionView(postings), positions: SectionView(positions),
        places: PositionPlaces(lengths: lengths, titles: nil), docCount: docCount)
    ])
  }

  func list(_ entry: TermEntry) throws -> PostingsList {
    try PostingsList(entry: entry, sections: sections.sections)
  }
}

extension PostingsWriter {
  mutating func add(_ plain: PlainPostings, withPositions: Bool, lengths: [UInt32])
    -> PostingsLocation
  {
    let ordinals = plain.ordinals.flatMap { $0 }
    return plain.docs.withUnsafeBufferPointer { docs in
      plain.freqs.withUnsafeBufferPointer { freqs in
        ordinals.withUnsafeBufferPointer { ordinals in
          lengths.withUnsafeBufferPointer { lengths in
            add(
              docs: docs, freqs: freqs, ordinals: withPositions ? ordinals : nil,
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
