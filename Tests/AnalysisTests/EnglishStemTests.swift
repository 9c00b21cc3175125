import CLedeStemmer
import LedeAnalysis
import TestSupport
import Testing

/// English words whose ends tell that they are their own stems are not handed to libstemmer.
@Suite struct EnglishStemTests {
  /// Beginnings and ends that the rules know, among letters that none does.
  private static let pieces =
    "a b c d e f g h i j k l m n o p q r s t u v w x y z 0 7 _ ' é ж 語 e\u{301} "
    .split(separator: " ").map(String.init) + [
      "ational", "ization", "fulness", "ogi", "ogist", "eed", "ing", "ied", "ly", "'s", "s'", "ss",
      "gener", "commun", "arsen", "inn", "sky", "news", "howe", "atlas", "bb", "zz", "ably",
    ]

  @Test(arguments: testSeeds(91, 92))
  func stemsAreThoseOfTheLibrary(seed: UInt64) throws {
    let stemmer = try #require(sb_stemmer_new("english", "UTF_8"))
    defer { sb_stemmer_delete(stemmer) }
    let analyzer = try Analyzer(language: .english)
    var random = SplitMix64(seed: seed)
    var unchanged = 0
    for _ in 0..<200_000 {
      let word = (0...random.below(5)).map { _ in Self.pieces[random.below(Self.pieces.count)] }
        .joined()
      let stem = Self.stem(word, stemmer)
      let (found, expected) = (analyzer.stemClass(of: word), analyzer.fold(stem))
      // A failure for each of so many words would say no more than the first.
      if found != expected { Issue.record("seed \(seed): \(word) \(found) \(expected)"); break }
      if stem == word { unchanged += 1 }
    }
    #expect(unchanged > 20_000)
  }

  private static func stem(_ word: String, _ stemmer: OpaquePointer) -> String {
    let bytes = Array(word.utf8)
    let stem = sb_stemmer_stem(stemmer, bytes, Int32(bytes.count))
    let length = Int(sb_stemmer_length(stemmer))
    // Where nothing is left, the word stays.
    if length == 0 { return word }
    return String(
      decoding: UnsafeBufferPointer(start: stem, count: length), as: UTF8.self)
  }
}
