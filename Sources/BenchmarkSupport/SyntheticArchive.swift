import LedeModel

/// Articles of made-up words whose frequencies follow Zipf's law, as those of real text do.
///
/// Word r of the vocabulary (from 1) is drawn with a probability proportional to 1/(r + 2.7), after
/// Mandelbrot. Within an article, a word drawn once is likelier to come again, as in real text: without
/// that every termFreq would be 1. Everything follows from the seed.
public struct SyntheticArchive: Sendable {
  /// The words, the most frequent first.
  public let vocabulary: [String]
  public let documentCount: Int
  private let cumulative: [Double]
  private let seed: UInt64

  /// - Complexity: O(vocabularySize).
  public init(documentCount: Int, vocabularySize: Int = 100_000, seed: UInt64 = 20_200_701) {
    precondition(vocabularySize > 0 && documentCount >= 0, "an archive of words")
    self.documentCount = documentCount
    self.seed = seed
    vocabulary = Self.words(vocabularySize, seed: seed)
    var sum = 0.0
    var sums: [Double] = []
    sums.reserveCapacity(vocabularySize)
    for rank in 1...vocabularySize {
      sum += 1 / (Double(rank) + 2.7)
      sums.append(sum)
    }
    cumulative = sums
  }

  /// Hands over the articles in order, one at a time.
  public func forEach(_ handle: (Article) throws -> Void) rethrows {
    var generator = SeededGenerator(seed: seed &+ 1)
    for number in 0..<documentCount {
      let title = text(words: 3 + generator.below(8), using: &generator)
      // 20 to 620 words, short ones more often, as in an archive of news.
      let length = 20 + Int(600 * generator.fraction() * generator.fraction())
      let body = text(words: length, using: &generator)
      try handle(Article(key: "synthetic-\(number)", title: title, body: body))
    }
  }

  /// Sentences of about a dozen words.
  public func text(words count: Int, using generator: inout SeededGenerator) -> String {
    var text = ""
    var used: [Int] = []
    for place in 0..<count {
      let repeats = !used.isEmpty && generator.fraction() < 0.25
      let rank = repeats ? used[generator.below(used.count)] : self.rank(using: &generator)
      used.append(rank)
      if place > 0 { text += place % 12 == 0 ? ". " : " " }
      text += vocabulary[rank]
    }
    return text
  }

  /// A place in the vocabulary, by Zipf's law.
  func rank(using generator: inout SeededGenerator) -> Int {
    let wanted = generator.fraction() * (cumulative.last ?? 0)
    var low = 0
    var high = cumulative.count - 1
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] < wanted { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Distinct pronounceable words; frequent ones are short.
  private static func words(_ count: Int, seed: UInt64) -> [String] {
    let onsets = ["b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "st", "tr"]
    let vowels = ["a", "e", "i", "o", "u", "ai", "ea", "ou"]
    let endings = ["", "", "n", "r", "s", "t", "ing", "ed", "er", "tion", "ment", "ly"]
    var generator = SeededGenerator(seed: seed)
    var known: Set<String> = []
    var words: [String] = []
    while words.count < count {
      var word = ""
      let syllables = 1 + generator.below(words.count < 200 ? 2 : 4)
      for _ in 0..<syllables {
        word += onsets[generator.below(onsets.count)] + vowels[generator.below(vowels.count)]
      }
      word += endings[generator.below(endings.count)]
      if known.insert(word).inserted { words.append(word) }
    }
    return words
  }
}
