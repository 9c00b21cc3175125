import Foundation
import LedeAnalysis
import TestSupport
import Testing

@Suite struct ScriptRunTests {
  private let analyzer: Analyzer

  init() throws { analyzer = try Analyzer(language: .none) }

  /// Runs as strings, from the unigrams.
  private func runs(in text: String) -> [String] {
    var runs: [String] = []
    for token in analyzer.occurrences(in: text) where token.kind == .unigram {
      if token.startsRun { runs.append("") }
      runs[runs.count - 1] += token.term
    }
    return runs
  }

  @Test func unigramsAndBigramsInOrder() {
    let tokens = analyzer.occurrences(in: "是中国 a 人")
    #expect(tokens.map(\.term) == ["是", "是中", "中", "中国", "国", "a", "人"])
    #expect(tokens.map(\.position) == [0, 0, 1, 1, 2, 3, 4])
    #expect(
      tokens.map(\.kind) == [.unigram, .bigram, .unigram, .bigram, .unigram, .word, .unigram])
    #expect(tokens.map(\.startsRun) == [true, false, false, false, false, false, true])
    #expect(tokens.map(\.source) == [0..<3, 0..<6, 3..<6, 3..<9, 6..<9, 10..<11, 12..<15])
  }

  @Test(arguments: [
    ("中国a有色", ["中国", "有色"]), ("中国，有色", ["中国", "有色"]), ("中国 有色", ["中国", "有色"]),
    ("東京タワーへ", ["東京タワーへ"]), ("ｶﾞｷﾞ", ["ガギ"]), ("か\u{3099}", ["が"]), ("々〆〇ー", ["々〆〇ー"]),
    ("㍿", ["株式会社"]), ("前㈱後", ["前", "株", "後"]), ("葛\u{E0100}城", ["葛城"]), ("中\u{200B}国", ["中国"]),
    ("abc한글def", ["한글"]), ("\u{1112}\u{1161}\u{11AB}글", ["한글"]), ("ภาษาไทย", ["ภาษาไทย"]),
    ("ព្រះ", ["ព្រះ"]), ("မြန်မာ", ["မြန်မာ"]), ("ㄅㄆㄇ", ["ㄅㄆㄇ"]), ("𠮷野家", ["𠮷野家"]),
    ("A股2月", ["股", "月"]), ("中é国", ["中", "国"]), ("ラ゛ラ", ["ラ", "ラ"]),
  ])
  func runsOfText(text: String, expected: [String]) {
    #expect(runs(in: text) == expected)
  }

  @Test func wordsBesideRunsInOneSegment() {
    #expect(analyzer.terms(in: "abc한글def") == ["abc", "한", "글", "def"])
    #expect(analyzer.terms(in: "a:한 カ_b _カ") == ["a", "한", "カ", "b", "カ"])
    #expect(analyzer.terms(in: "é한e\u{301}") == ["é", "한", "é"])
  }

  /// Marks belong to the letter before them, even where a segment or a mapping parts them.
  @Test func marksFollowTheirLetters() {
    #expect(analyzer.terms(in: "น้ำ") == ["น้\u{E4D}", "า"])
    #expect(analyzer.terms(in: "กี่") == ["กี่"])
    #expect(analyzer.terms(in: "カ\u{301}タ") == ["カ\u{301}", "タ"])
  }

  @Test func unitsOfOneCharacterShareItsSource() {
    let tokens = analyzer.occurrences(in: "x㍿")
    #expect(tokens.filter { $0.kind != .word }.allSatisfy { $0.source == 1..<4 })
    #expect(tokens.map(\.term) == ["x", "株", "株式", "式", "式会", "会", "会社", "社"])
  }

  @Test func runsEndWithTheText() {
    var batch = TokenBatch()
    analyzer.analyze("中国", into: &batch)
    analyzer.analyze("有色", into: &batch)
    #expect(batch.occurrences.map(\.term) == ["中", "中国", "国", "有", "有色", "色"])
    #expect(batch.tokens.filter(\.startsRun).count == 2)
  }

  /// Any substring of a run is found by its bigrams at consecutive positions, and nothing else is.
  @Test(arguments: testSeeds(81)) func substringsAreBigramPhrases(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let alphabet = ["中", "国", "カ", "ー", "ก", "한", "a", " ", "。"]
    for round in 0..<300 {
      let text = (0..<40).map { _ in alphabet[random.below(alphabet.count)] }.joined()
      let needle = (0..<2 + random.below(3)).map { _ in alphabet[random.below(6)] }.joined()
      let wanted = Array(needle.unicodeScalars).map(String.init)
      let pairs = Set(
        analyzer.occurrences(in: text).filter { $0.kind == .bigram }.map {
          "\($0.position) \($0.term)"
        })
      let found = (0..<60).contains { start in
        (0..<wanted.count - 1).allSatisfy {
          pairs.contains("\(start + $0) \(wanted[$0] + wanted[$0 + 1])")
        }
      }
      #expect(found == text.contains(needle), "seed \(seed), round \(round): \(needle) in \(text)")
    }
  }

  /// The runs of real Chinese articles are those that ranges of characters cut out of the
  /// normalised text.
  @Test(.needsShared("data/news/thenewstack_zh_2500.jsonl.gz"))
  func runsOfChineseNews() throws {
    let lines = try SharedData.lines(of: "data/news/thenewstack_zh_2500.jsonl.gz")
    var compared = 0
    for line in lines.prefix(150) {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      let text = try #require(object?["body"] as? String)
      let normalised = text.precomposedStringWithCompatibilityMapping.unicodeScalars
      var expected: [String] = []
      var isOpen = false
      for scalar in normalised {
        let isUnit: Bool
        switch scalar.value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x3005...0x3007, 0x3041...0x3096, 0x30A1...0x30FA,
          0x30FC...0x30FE, 0xAC00...0xD7A3, 0x20000...0x323AF:
          isUnit = true
        default: isUnit = false
        }
        if scalar.properties.isDefaultIgnorableCodePoint { continue }
        if isUnit {
          if !isOpen { expected.append("") }
          expected[expected.count - 1].unicodeScalars.append(scalar)
        }
        isOpen = isUnit
      }
      #expect(runs(in: text) == expected)
      compared += expected.count
    }
    #expect(compared > 10_000)
  }
}
