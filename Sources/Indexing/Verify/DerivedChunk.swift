import LedeAnalysis
import LedeCodecs
import LedeModel

/// Some documents of a segment that follow each other, analysed again from their stored texts.
struct DerivedChunk: ~Copyable {
  private let analyzer: Analyzer
  private var batch = TokenBatch()
  var text = DerivedTerms()
  var title = DerivedTerms()
  /// By document, from the first on; nil for one that could not be read.
  private(set) var lengths: [(text: UInt32, title: UInt32)?] = []
  let firstDoc: UInt32

  init(firstDoc: UInt32, _ analyzer: Analyzer) {
    self.firstDoc = firstDoc
    self.analyzer = analyzer
  }

  var memoryUse: Int { text.memoryUse + title.memoryUse + 16 * lengths.count }
  var docs: Range<UInt32> { firstDoc..<firstDoc + UInt32(lengths.count) }

  /// Adds the next document. `isEmpty` leaves its terms out: it was dead before it was written.
  mutating func add(_ article: Article) {
    let doc = docs.upperBound
    var position: UInt32 = 0
    analyze(article.title, doc, &position, isTitle: true)
    let titleLength = position
    position = Field.bodyStart(titleLength: titleLength)
    let bodyStart = position
    analyze(article.body, doc, &position, isTitle: false)
    lengths.append((titleLength + (position - bodyStart), titleLength))
  }

  /// Adds the next document as one without terms.
  mutating func addEmpty() { lengths.append((0, 0)) }

  /// Adds the next document as one of which nothing is known.
  mutating func addUnreadable() { lengths.append(nil) }

  mutating func sort() {
    text.sort()
    title.sort()
  }

  /// Long texts go in pieces, which bounds the memory for their tokens.
  private mutating func analyze(
    _ string: String, _ doc: UInt32, _ position: inout UInt32, isTitle: Bool
  ) {
    var string = string
    string.withUTF8 { bytes in
      for piece in TextPieces(bytes, target: 1 << 20) {
        if piece.continuesRun, let start = piece.bytes.baseAddress {
          // Safe: such a piece begins with one character and stands behind another.
          let size = TextPiece.characterSize
          let bigram = UnsafeBufferPointer(start: start - size, count: 2 * size)
          text.add(bigram, doc: doc, position: position &- 1)
          if isTitle { title.add(bigram, doc: doc, position: position &- 1) }
        }
        batch.removeAll(keepingCapacity: true)
        batch.positionCount = position
        analyzer.analyze(piece.bytes, into: &batch)
        text.add(batch, doc: doc)
        if isTitle { title.add(batch, doc: doc) }
        position = batch.positionCount
      }
    }
  }
}
