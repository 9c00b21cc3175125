import LedeAnalysis
import LedeIndexing
import TestSupport
import Testing

/// Analysing piece by piece gives the tokens of the whole text.
@Suite struct TextPiecesTests {
  @Test(arguments: testSeeds(21, 22, 23))
  func piecesGiveTheTokensOfTheWhole(seed: UInt64) throws {
    var articles = RandomArticles(seed: seed)
    let analyzer = try Analyzer(language: .english)
    for round in 0..<60 {
      var text = articles.text(words: 120)
      let target = 1 + articles.random.below(200)
      var whole = TokenBatch()
      var pieces = TokenBatch()
      var count = 0
      var size = 0
      text.withUTF8 { bytes in
        analyzer.analyze(bytes, into: &whole)
        for piece in TextPieces(bytes, target: target) {
          analyzer.analyze(piece, into: &pieces)
          count += 1
          size += piece.count
        }
        #expect(size == bytes.count, "seed \(seed), round \(round)")
      }
      #expect(count > 1, "seed \(seed), round \(round)")
      #expect(Self.terms(pieces) == Self.terms(whole), "seed \(seed), round \(round): \(text)")
      #expect(pieces.positionCount == whole.positionCount, "seed \(seed), round \(round)")
    }
  }

  @Test func hanTextIsCutAfterFullStops() {
    var text = String(repeating: "北京大学是中国的大学。上海也有大学。", count: 40)
    text.withUTF8 { bytes in
      let pieces = TextPieces(bytes, target: 300).map { String(decoding: $0, as: UTF8.self) }
      #expect(pieces.count > 5)
      for piece in pieces.dropLast() { #expect(piece.hasSuffix("。")) }
      #expect(pieces.joined().utf8.elementsEqual(bytes))
    }
  }

  @Test func emptyTextHasNoPieces() {
    #expect(Array(TextPieces(UnsafeBufferPointer(start: nil, count: 0))).isEmpty)
  }

  private static func terms(_ batch: TokenBatch) -> [String] {
    batch.tokens.map { "\(batch.term(of: $0))/\($0.kind)/\($0.position)" }
  }
}
