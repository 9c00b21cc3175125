import Foundation
import LedeAnalysis
import LedeModel
import Testing

@Suite struct TokenTests {
  private let analyzer: Analyzer

  init() throws { analyzer = try Analyzer(language: .english) }

  @Test(arguments: [
    ("The U.S. dollar's 3,141.59; a:b", ["the", "u.s", "dollar's", "3,141.59", "a:b"]),
    ("foo_bar ___ _x_ 1:2 1;2 a,b a;b", ["foo_bar", "_x_", "1", "2", "1;2", "a", "b", "a", "b"]),
    ("x-ray \"quoted\" C++ 50%", ["x", "ray", "quoted", "c", "50"]),
    ("can’t naïve STRASSE Straße", ["can’t", "naïve", "strasse", "strasse"]),
    ("ﬁnance ½ Ⅷ ㎏ №5 ℃", ["finance", "1⁄2", "viii", "kg", "no", "5", "°c"]),
    ("ΤΈΛΟΣ τέλος МОСКВА", ["τέλοσ", "τέλοσ", "москва"]),
    ("e\u{301}t\u{E9} a\u{AD}b", ["été", "ab"]),
    ("צה\"ל", ["צה\"ל"]),
  ])
  func words(text: String, terms: [String]) {
    #expect(analyzer.terms(in: text) == terms)
  }

  /// Pictographs are tokens, but not those that punctuate: arrows, shapes, © and the like.
  @Test(arguments: [
    ("😀 ok", ["😀", "ok"]), ("a ❤\u{FE0F} b", ["a", "❤", "b"]), ("🇫🇷🇩🇪", ["🇫🇷", "🇩🇪"]),
    ("👨‍👩‍👧!", ["👨👩👧"]), ("Lede™ © ® ℠ ↔ ▶ ‼ → ★", ["lede", "★"]), ("⌚", ["⌚"]),
    ("1\u{FE0F}\u{20E3}", ["1\u{20E3}"]),
    ("\u{FFFD} \u{E000} \u{301} \u{200D} … – § $", []),
  ])
  func pictographsAndSymbols(text: String, terms: [String]) {
    #expect(analyzer.terms(in: text) == terms)
  }

  @Test func emptyAndBlankTextsHaveNoTokens() {
    for text in ["", " ", "\n\n", "\u{3000}", "\u{FEFF}", "...!?", "、。"] {
      #expect(analyzer.occurrences(in: text).isEmpty, "\(text.debugDescription)")
    }
  }

  @Test func offsetsPointIntoTheSource() {
    let text = "Ein Märchen, über 中国 и всё"
    let bytes = Array(text.utf8)
    let sources = analyzer.occurrences(in: text).map {
      String(decoding: bytes[Int($0.source.lowerBound)..<Int($0.source.upperBound)], as: UTF8.self)
    }
    #expect(sources == ["Ein", "Märchen", "über", "中", "中国", "国", "и", "всё"])
  }

  @Test(arguments: [254, 255, 256, 257, 5000, 200_000])
  func longASCIIWords(length: Int) {
    let word = String(repeating: "Ab", count: length / 2) + (length % 2 == 1 ? "c" : "")
    expectShortened(word, in: "x " + word + " y")
  }

  @Test(arguments: ["é", "q\u{302}", "𝒳", "ж"], [1, 60, 127, 128, 400, 40_000])
  func longWordsOutsideASCII(character: String, count: Int) {
    expectShortened("a" + String(repeating: character, count: count), in: nil)
  }

  private func expectShortened(_ word: String, in text: String?) {
    let surface = Array(analyzer.surface(of: word).utf8)
    let tokens = analyzer.occurrences(in: text ?? word)
    #expect(tokens.count == (text == nil ? 1 : 3))
    let found = Array(tokens[text == nil ? 0 : 1].term.utf8)
    guard surface.count > 255 else {
      #expect(found == surface)
      return
    }
    let hash = surface.withUnsafeBytes { FowlerNollVo.hash($0) }
    let digits = String(hash, radix: 16)
    let tail = Array((String(repeating: "0", count: 16 - digits.utf8.count) + digits).utf8)
    #expect(Array(found.suffix(16)) == tail)
    let prefix = Array(found.dropLast(16))
    #expect(surface.starts(with: prefix) && (236...239).contains(prefix.count))
    #expect(String(validating: prefix, as: UTF8.self) != nil)
    #expect(Int(tokens[text == nil ? 0 : 1].source.count) == word.utf8.count)
  }

  @Test func longWordsWithOnePrefixDiffer() {
    let stem = String(repeating: "q", count: 300)
    let terms = analyzer.terms(in: "\(stem)a \(stem)b \(stem)a")
    #expect(terms.count == 3 && terms[0] == terms[2] && terms[0] != terms[1])
  }

  @Test func longUnitsAreShortenedAndTheirBigramsToo() {
    let marked = "中" + String(repeating: "\u{302}", count: 500)
    let tokens = analyzer.occurrences(in: marked + "国" + marked)
    #expect(tokens.map(\.kind) == [.unigram, .bigram, .unigram, .bigram, .unigram])
    #expect(tokens.allSatisfy { $0.term.utf8.count <= 255 })
    #expect(tokens[0].term == tokens[4].term && tokens[1].term != tokens[3].term)
    #expect(tokens[4].source.upperBound == UInt32(2 * marked.utf8.count + 3))
  }

  /// Marks in a row that would take minutes to put in order all at once.
  @Test(.timeLimit(.minutes(1)), arguments: ["a", "é", "中", "한"])
  func manyMarks(letter: String) {
    let text = letter + String(repeating: "\u{301}\u{323}", count: 400_000)
    let tokens = analyzer.occurrences(in: text)
    #expect(tokens.count == 1 && tokens.first?.bytes.count ?? 0 > 200)
    #expect(tokens.first?.source == 0..<UInt32(text.utf8.count))
    // A row that is not too long is in order: the dot below (class 220) before the acute (230).
    let short = letter + String(repeating: "\u{301}\u{323}", count: 20)
    let marks = analyzer.surface(of: short).decomposedStringWithCanonicalMapping.unicodeScalars
    #expect(marks.filter { $0.value == 0x323 }.count == 20)
    #expect(marks.drop { $0.value != 0x323 }.prefix { $0.value == 0x323 }.count == 20)
  }

  @Test func positionsGoOnAfterAGap() {
    var batch = TokenBatch()
    analyzer.analyze("one two", into: &batch)
    #expect(batch.positionCount == 2)
    batch.positionCount = Field.bodyStart(titleLength: batch.positionCount)
    analyzer.analyze("three 中国", into: &batch)
    #expect(batch.tokens.map(\.position) == [0, 1, 102, 103, 103, 104])
    #expect(batch.positionCount == 105)
    batch.removeAll(keepingCapacity: true)
    #expect(batch.positionCount == 0 && batch.tokens.isEmpty && batch.bytes.isEmpty)
  }

  @Test func moreTokensThanScratchHolds() {
    let count = 5000
    let text = (0..<count).map { "w\($0)" }.joined(separator: " ")
    let tokens = analyzer.occurrences(in: text)
    #expect(tokens.map(\.term) == (0..<count).map { "w\($0)" })
    #expect(tokens.map(\.position) == (0..<UInt32(count)).map { $0 })
  }
}
