import LedeModel
import LedeSearching
import TestSupport

/// Random archives and queries that share a small vocabulary, so that everything meets.
struct RandomArchive {
  private var random: SplitMix64
  /// Rank decides frequency: the first are in nearly every text.
  static let words = [
    "market", "the", "of", "Market", "price", "prices", "café", "cafe", "cafes", "résumé", "resume",
    "policy", "policies", "中国", "经济", "中", "国际经济", "trade", "trading", "traded", "naïve",
    "naive", "état", "etat", "日本の経済", "企業", "ギター", "industry", "cluster", "alumina", "Москва",
    "bank", "banks", "banking", "rate", "growth", "x-ray", "o'clock", "3.14", "U.S.", "café-bar",
    "한국어", "กรุงเทพ", "über", "uber", "straße", "strasse", "election", "elected",
  ]

  /// Rarer words beside them, which stand together more often than by chance.
  private let rareWords: Int

  /// - Parameter rareWords: how many more words there are, each in a few of a hundred texts at most.
  init(seed: UInt64, rareWords: Int = 0) {
    random = SplitMix64(seed: seed)
    self.rareWords = rareWords
  }

  mutating func below(_ bound: Int) -> Int { random.below(bound) }
  mutating func chance(_ probability: Double) -> Bool { random.chance(probability) }

  /// A word, frequent ones more often (close to Zipf's law).
  mutating func word() -> String {
    if rareWords > 0, chance(0.3) { return rareWord() }
    let uniform = Double.random(in: 0..<1, using: &random)
    let index = Int(Double(Self.words.count) * uniform * uniform)
    return Self.words[min(index, Self.words.count - 1)]
  }

  private mutating func rareWord() -> String {
    let uniform = Double.random(in: 0..<1, using: &random)
    let number = min(rareWords - 1, Int(Double(rareWords) * uniform * uniform * uniform))
    return chance(0.3) ? "rare\(number) rare\(number ^ 1)" : "rare\(number)"
  }

  mutating func text(_ length: Int) -> String {
    (0..<length).map { _ in word() + (chance(0.1) ? "," : "") }.joined(separator: " ")
  }

  /// Documents split into segments, some deleted, sequence numbers shuffled when asked.
  mutating func segments(
    documents: Int, segments: Int, deleted: Double, shuffled: Bool
  ) -> [[TestDocument]] {
    var sequences = (0..<UInt64(documents)).map { $0 }
    if shuffled { sequences.shuffle(using: &random) }
    var result = [[TestDocument]](repeating: [], count: segments)
    for (number, sequence) in sequences.enumerated() {
      let length = chance(0.05) ? below(400) : below(30)
      let article = Article(
        key: "doc-\(number)", title: chance(0.7) ? text(below(6)) : "", body: text(length))
      // Some texts several times, for ties.
      let copies = chance(0.15) ? result[number * segments / documents].last?.article : nil
      var chosen = copies ?? article
      chosen.key = article.key
      result[number * segments / documents].append(
        TestDocument(article: chosen, sequence: sequence, isDeleted: chance(deleted)))
    }
    return result
  }

  mutating func leaf() -> Query {
    let field: Field? = chance(0.15) ? (chance(0.5) ? .title : .text) : nil
    if chance(0.3) {
      let length = 1 + below(3)
      return .phrase((0..<length).map { _ in word() }.joined(separator: " "), field: field)
    }
    return .word(chance(0.05) ? "absentword" : word(), field: field)
  }

  /// Up to `most` words and phrases, some of them twice where there are many.
  mutating func flatQuery(most: Int = 5) -> Query {
    var should: [Query] = []
    var must: [Query] = []
    var mustNot: [Query] = []
    for _ in 0..<(1 + below(most)) {
      switch below(10) {
      case 0..<6: should.append(leaf())
      case 6..<9: must.append(leaf())
      default: mustNot.append(leaf())
      }
    }
    if should.isEmpty, must.isEmpty { should.append(leaf()) }
    if chance(0.1), let first = should.first { should.append(first) }
    return .boolean(should: should, must: must, mustNot: mustNot)
  }

  mutating func nestedQuery(depth: Int) -> Query {
    if depth == 0 || chance(0.3) {
      return chance(0.1) ? .boost(leaf(), Float(below(4)) + 0.5) : leaf()
    }
    var lists: [[Query]] = [[], [], []]
    for _ in 0..<(1 + below(3)) {
      let place = chance(0.6) ? 0 : chance(0.7) ? 1 : 2
      lists[place].append(nestedQuery(depth: depth - 1))
    }
    if lists[0].isEmpty, lists[1].isEmpty { lists[0].append(leaf()) }
    return .boolean(should: lists[0], must: lists[1], mustNot: lists[2])
  }

  mutating func options(limit: Int) -> SearchOptions {
    var options = SearchOptions(limit: limit, ignoresStopWords: chance(0.7))
    if chance(0.5) {
      options.k1 = [0, 0.9, 1.2, 2, 10][below(5)]
      options.b = [0, 0.4, 0.75, 1][below(4)]
      options.titleWeight = [0, 0.2, 1, 3][below(4)]
    }
    return options
  }
}
