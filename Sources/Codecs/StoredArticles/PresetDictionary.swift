/// Chooses the text that all blocks of a segment may refer to.
///
/// The sample is cut into epochs of equal length; each gives the window whose 8-grams are most
/// frequent in the whole sample and not yet covered by the windows before. Windows go to the end of
/// the dictionary first, where references to them are shortest to write. Source: Liao, Petri, Moffat
/// and Wirth, "Effective Construction of Relative Lempel-Ziv Dictionaries" (2016), with hashed grams
/// as in zstd's trainer. Beginnings of the first articles in equal shares, which cost nothing to find,
/// compressed pages of Wikipedia as well, and pages with much boilerplate far worse: they repeated it.
struct PresetDictionary {
  private let sample: [UInt8]
  /// How often each gram is in the sample; 0 once it is in the dictionary.
  private var counts: [UInt16]
  /// How often each gram is in the window that slides.
  private var inWindow: [UInt16]

  private static let gramSize = 8
  private static let windowSize = 256
  private static let hashBits: UInt64 = 16

  /// At most `size` bytes from `sample`; none when the sample is too small to tell what repeats.
  static func choose(size: Int, from sample: [UInt8]) -> [UInt8] {
    // A segment of a few articles gains nothing from a dictionary that repeats them.
    guard size >= windowSize, sample.count >= 4 * size else { return [] }
    var chooser = PresetDictionary(sample)
    let epochs = size / windowSize
    var windows: [Range<Int>] = []
    for epoch in 0..<epochs {
      let range = sample.count / epochs * epoch..<sample.count / epochs * (epoch + 1)
      if let window = chooser.bestWindow(in: range) { windows.append(window) }
    }
    return windows.reversed().flatMap { sample[$0] }
  }

  private init(_ sample: [UInt8]) {
    self.sample = sample
    counts = [UInt16](repeating: 0, count: 1 << Self.hashBits)
    inWindow = counts
    for start in 0...(sample.count - Self.gramSize) {
      let gram = gram(at: start)
      // Saturates: one page of a repeated byte must not hide all else.
      if counts[gram] < .max { counts[gram] += 1 }
    }
    // What comes once repeats nothing.
    for gram in counts.indices where counts[gram] == 1 { counts[gram] = 0 }
  }

  /// The window of an epoch whose distinct grams count most, then taken out of the count.
  private mutating func bestWindow(in range: Range<Int>) -> Range<Int>? {
    let grams = Self.windowSize - Self.gramSize + 1
    var score = 0
    var best: (score: Int, start: Int) = (0, range.lowerBound)
    let last = range.upperBound - Self.gramSize
    for start in stride(from: range.lowerBound, through: last, by: 1) {
      let entering = gram(at: start)
      if inWindow[entering] == 0 { score += Int(counts[entering]) }
      inWindow[entering] += 1
      let first = start - grams + 1
      if first > range.lowerBound { score -= leave(gram(at: first - 1)) }
      if first >= range.lowerBound, score > best.score { best = (score, first) }
    }
    for start in max(range.lowerBound, last - grams + 1)...last { _ = leave(gram(at: start)) }
    guard best.score > 0 else { return nil }
    for start in best.start..<best.start + grams { counts[gram(at: start)] = 0 }
    return best.start..<best.start + Self.windowSize
  }

  /// Takes one of a gram's places out of the window; returns what that takes from its score.
  private mutating func leave(_ gram: Int) -> Int {
    inWindow[gram] -= 1
    return inWindow[gram] == 0 ? Int(counts[gram]) : 0
  }

  /// The hashed gram of eight bytes that starts at `start`.
  private func gram(at start: Int) -> Int {
    let word = sample.withUnsafeBytes {
      UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: UInt64.self))
    }
    // Multiplicative hashing by the golden ratio; the top bits depend on all eight bytes.
    return Int((word &* 0x9e37_79b9_7f4a_7c15) >> (64 - Self.hashBits))
  }
}
