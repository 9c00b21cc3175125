import LedeAnalysis
import LedeModel
import LedeStorage

/// Texts of a synthetic archive, ready to be tokenised again and again.
public final class TokenizingWork {
  /// Bytes analysed in one run.
  public let byteCount: Int
  private let text: [UInt8]
  private let analyzer: Analyzer
  private var batch = TokenBatch()

  /// - Parameter accents: about how many letters in a hundred are replaced by accented ones, which
  ///   takes their words off the ASCII path.
  public init(byteCount: Int, accents: Int = 0, seed: UInt64 = 1) throws {
    var generator = SeededGenerator(seed: seed)
    let archive = SyntheticArchive(documentCount: 0, vocabularySize: 20_000)
    var text = ""
    while text.utf8.count < byteCount {
      text += archive.text(words: 200, using: &generator) + ".\n"
    }
    if accents > 0 {
      text = String(text.map { $0 == "e" && generator.below(100) < accents * 8 ? "é" : $0 })
    }
    self.text = Array(text.utf8)
    self.byteCount = self.text.count
    analyzer = try Analyzer(language: .english)
  }

  /// Tokenises the text once; returns the number of tokens.
  public func run() -> Int {
    batch.removeAll(keepingCapacity: true)
    text.withUnsafeBufferPointer { analyzer.analyze($0, into: &batch) }
    return batch.tokens.count
  }
}

/// Distinct words, ready to be turned into their classes.
public final class StemmingWork {
  public let wordCount: Int
  private let words: [[UInt8]]
  private let analyzer: Analyzer
  private var stem: [UInt8] = []

  public init(wordCount: Int) throws {
    words = SyntheticArchive(documentCount: 0, vocabularySize: wordCount).vocabulary.map {
      Array($0.utf8)
    }
    self.wordCount = wordCount
    analyzer = try Analyzer(language: .english)
  }

  /// Stems and folds every word once; returns the bytes of all classes.
  public func run() -> Int {
    var total = 0
    for word in words {
      stem.removeAll(keepingCapacity: true)
      word.withUnsafeBufferPointer { analyzer.stemClass(ofSurface: $0, into: &stem) }
      total += stem.count
    }
    return total
  }
}

/// Blocks of text as the index stores them, ready to be inflated.
public final class InflatingWork {
  /// Bytes that come out of one run.
  public let byteCount: Int
  private let blocks: [(packed: [UInt8], size: Int)]
  private let dictionary: UnsafeMutableRawBufferPointer
  private let output: UnsafeMutableRawBufferPointer
  private let inflater: Inflater

  public init(blockCount: Int, blockSize: Int, level: Int = 4, seed: UInt64 = 2) throws {
    var generator = SeededGenerator(seed: seed)
    let archive = SyntheticArchive(documentCount: 0, vocabularySize: 20_000)
    let sample = Array(archive.text(words: 5000, using: &generator).utf8.suffix(32_768))
    let deflater = try Deflater(level: level, dictionary: sample)
    blocks = try (0..<blockCount).map { _ in
      let text = archive.text(words: blockSize / 4, using: &generator)
      let bytes = Array(text.utf8.prefix(blockSize))
      var packed: [UInt8] = []
      try bytes.withUnsafeBytes { try deflater.deflate($0, into: &packed) }
      return (packed, bytes.count)
    }
    byteCount = blocks.reduce(0) { $0 + $1.size }
    dictionary = .allocate(byteCount: sample.count, alignment: 8)
    dictionary.copyBytes(from: sample)
    output = .allocate(byteCount: blockSize, alignment: 8)
    inflater = Inflater(dictionary: UnsafeRawBufferPointer(dictionary))
  }

  deinit {
    dictionary.deallocate()
    output.deallocate()
  }

  /// Inflates every block once; returns a byte of the last.
  public func run() throws -> UInt8 {
    for block in blocks {
      let room = UnsafeMutableRawBufferPointer(rebasing: output[..<block.size])
      try block.packed.withUnsafeBytes { try inflater.inflate($0, into: room) }
    }
    return output[0]
  }
}
