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
      try Self.expectPieces(
        of: &text, target: target, analyzer, "seed \(seed), round \(round): \(text)")
    }
  }

  /// Runs without any other place to cut are cut inside; the bigram across is known.
  @Test func runsWithoutEndAreCutInside() throws {
    var random = SplitMix64(seed: 5)
    let analyzer = try Analyzer(language: .none)
    for target in [1, 7, 30, 100] {
      var text = ""
      for _ in 0..<800 {
        let han = random.chance(0.95)
        let value = han ? 0x5000 + random.below(0x5000) : 0x3041 + random.below(80)
        text.unicodeScalars.append(Unicode.Scalar(UInt32(value)) ?? "x")
      }
      let cuts = try Self.expectPieces(of: &text, target: target, analyzer, "target \(target)")
      #expect(cuts > 0)
    }
  }

  /// - Returns: how many pieces continue a run.
  @discardableResult
  private static func expectPieces(
    of text: inout String, target: Int, _ analyzer: Analyzer, _ comment: Comment
  ) throws -> Int {
    var whole = TokenBatch()
    var pieces = TokenBatch()
    var joined: [String] = []
    var count = 0
    var cuts = 0
    text.withUTF8 { bytes in
      analyzer.analyze(bytes, into: &whole)
      var size = 0
      for piece in TextPieces(bytes, target: target) {
        if piece.continuesRun {
          cuts += 1
          let bigram = bytes[size - TextPiece.characterSize..<size + TextPiece.characterSize]
          joined.append(
            "\(String(decoding: bigram, as: UTF8.self))/bigram/\(pieces.positionCount - 1)")
        }
        analyzer.analyze(piece.bytes, into: &pieces)
        count += 1
        size += piece.bytes.count
      }
      #expect(size == bytes.count, comment)
    }
    #expect(count > 1, comment)
    #expect((terms(pieces) + joined).sorted() == terms(whole).sorted(), comment)
    #expect(pieces.positionCount == whole.positionCount, comment)
    return cuts
  }

  @Test func hanTextIsCutAfterFullStops() {
    var text = String(repeating: "北京大学是中国的大学。上海也有大学。", count: 40)
    text.withUTF8 { bytes in
      let pieces = TextPieces(bytes, target: 300).map { String(decoding: $0.bytes, as: UTF8.self) }
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
