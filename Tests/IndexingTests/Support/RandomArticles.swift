import LedeModel
import TestSupport

/// Articles of random words in many scripts, with inflections and accents that fall together.
struct RandomArticles {
  var random: SplitMix64
  private static let words = [
    "run", "runs", "running", "runner", "walk", "walked", "walking", "Café", "cafe", "cafés",
    "naïve", "naive", "NAÏVE", "élan", "elan", "résumé", "resume", "resumes", "the", "The", "a",
    "of", "ἄνθρωπος", "ανθρωπος", "й", "и", "Straße", "strasse", "x", "42", "3.14", "don't",
    "aluminium", "alumina", "industry", "industries", "I", "It's", "e\u{301}lan", "ﬁne", "fine",
    "🙂", "한국어", "北京大学", "北京", "大学", "東京タワー", "ประเทศไทย", "カ\u{3099}ス", "ガス", "中",
    "国", "abc한글def", "ＦＵＬＬ", "full", "ー", "\u{200d}", "…", "—",
  ]
  private static let separators = [" ", " ", " ", " ", "\n", ", ", ". ", "", "\r\n", " - ", "。"]

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  mutating func text(words count: Int) -> String {
    var text = ""
    for _ in 0..<count {
      if random.chance(0.03) {
        text += String(repeating: random.chance(0.5) ? "q" : "ö", count: 200 + random.below(200))
      } else if random.chance(0.2) {
        text += "w\(random.below(300))"
      } else {
        // Squared, so that some words are much more frequent than others.
        let bound = random.below(Self.words.count) + 1
        text += Self.words[random.below(bound)]
      }
      text += Self.separators[random.below(Self.separators.count)]
    }
    return text
  }

  mutating func article(key: String) -> Article {
    Article(
      key: key, title: random.chance(0.2) ? "" : text(words: random.below(8)),
      body: random.chance(0.1) ? "" : text(words: random.below(random.chance(0.1) ? 400 : 60)),
      date: random.chance(0.5)
        ? ArticleDate(
          secondsSince1970: Int64(random.below(2_000_000_000)), offsetMinutes: 480,
          precision: .minute)
        : nil,
      source: random.chance(0.5) ? "Source \(random.below(3))" : nil,
      url: random.chance(0.5) ? "https://example.org/\(key)" : nil,
      author: random.chance(0.5) ? "Author \(random.below(5))" : nil,
      category: random.chance(0.5) ? "Category \(random.below(2))" : nil,
      language: random.chance(0.5) ? "en" : nil,
      provenance: Provenance(
        path: "archive/\(random.below(4)).jsonl", offset: UInt64(random.below(1 << 40)),
        contentHash: random.next()))
  }
}
