import LedeAnalysis

/// A stretch of the stream of documents, to be analysed at once.
///
/// It copies the texts: their strings go where they came from, on the thread that made them.
struct TextStretch: Sendable {
  private enum Step: Sendable {
    case mark(AnalyzedText.Mark.Kind)
    /// So many bytes of text.
    case text(Int)
    /// The two characters around a cut inside a run.
    case cut
  }

  private var steps: [Step] = []
  private var bytes: [UInt8] = []
  /// Bytes of its texts.
  private(set) var size = 0

  var isEmpty: Bool { steps.isEmpty }

  /// Begins a document, or its body.
  mutating func mark(_ kind: AnalyzedText.Mark.Kind) { steps.append(.mark(kind)) }

  /// Appends a text, or a piece of one.
  mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
    steps.append(.text(text.count))
    bytes.append(contentsOf: text)
    size += text.count
  }

  /// Appends the characters around a cut, see ``TextPiece/continuesRun``.
  mutating func appendCut(_ characters: UnsafeBufferPointer<UInt8>) {
    steps.append(.cut)
    bytes.append(contentsOf: characters)
  }

  func analyze(_ analyzer: Analyzer, into analyzed: AnalyzedText) {
    bytes.withUnsafeBufferPointer { bytes in
      var start = 0
      func next(_ count: Int) -> UnsafeBufferPointer<UInt8> {
        defer { start += count }
        return UnsafeBufferPointer(rebasing: bytes[start..<start + count])
      }
      for step in steps {
        switch step {
        case .mark(let kind): analyzed.mark(kind)
        case .text(let count): analyzed.append(next(count), analyzer)
        case .cut: analyzed.appendBigram(next(2 * TextPiece.characterSize))
        }
      }
    }
    analyzed.finish()
  }
}
