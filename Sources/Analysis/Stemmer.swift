import CLedeStemmer

/// One Snowball stemmer of libstemmer; for one thread.
final class Stemmer {
  private let handle: OpaquePointer
  private let isEnglish: Bool

  /// Opens the stemmer of a language; `none` has none.
  init(language: Language) throws(AnalysisError) {
    guard language != .none, let handle = sb_stemmer_new(language.name, "UTF_8")
    else { throw .stemmerMissing(language: language.code) }
    self.handle = handle
    isEnglish = language == .english
  }

  deinit { sb_stemmer_delete(handle) }

  /// The stem of a word, valid until the next call; the word itself where the algorithm leaves nothing
  /// of it.
  ///
  /// About 0.2 µs a word: call once per distinct word.
  func stem(of word: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    if isEnglish, Self.isItsEnglishStem(word) { return word }
    // libstemmer answers null only when memory runs out; the word is then its own stem.
    guard word.count <= Int32.max,
      let result = sb_stemmer_stem(handle, word.baseAddress, Int32(word.count)),
      case let length = sb_stemmer_length(handle), length > 0
    else { return word }
    // Safe: libstemmer owns the result and keeps it until the next call.
    return UnsafeBufferPointer(start: result, count: Int(length))
  }

  /// Whether the English stemmer leaves a word alone, told by its ends: two in five of an archive's
  /// distinct words, which need no call.
  ///
  /// Every rule of that stemmer removes or replaces an end of the word that is spelt in ASCII and whose
  /// last letter is one of c d e g i l m n r s t y or an apostrophe, or an apostrophe at its start.
  /// Source: Porter, the English (Porter2) stemmer of Snowball. Held against libstemmer by a test.
  private static func isItsEnglishStem(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = word.first, let last = word.last else { return true }
    if first == UInt8(ascii: "'") { return false }
    guard last >= UInt8(ascii: "a"), last <= UInt8(ascii: "z") else {
      return last != UInt8(ascii: "'")
    }
    return changingEnds & 1 << UInt32(last - UInt8(ascii: "a")) == 0
  }

  /// The bits of those letters.
  private static let changingEnds: UInt32 = "cdegilmnrsty".utf8.reduce(0) {
    $0 | 1 << UInt32($1 - UInt8(ascii: "a"))
  }
}
