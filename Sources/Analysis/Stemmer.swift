import CLedeStemmer

/// One Snowball stemmer of libstemmer; for one thread.
final class Stemmer {
  private let handle: OpaquePointer

  /// Opens the stemmer of a language; `none` has none.
  init(language: Language) throws(AnalysisError) {
    guard language != .none, let handle = sb_stemmer_new(language.name, "UTF_8")
    else { throw .stemmerMissing(language: language.code) }
    self.handle = handle
  }

  deinit { sb_stemmer_delete(handle) }

  /// The stem of a word, valid until the next call; the word itself where the algorithm leaves nothing
  /// of it.
  ///
  /// About 0.2 µs a word: call once per distinct word.
  func stem(of word: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    // libstemmer answers null only when memory runs out; the word is then its own stem.
    guard word.count <= Int32.max,
      let result = sb_stemmer_stem(handle, word.baseAddress, Int32(word.count)),
      case let length = sb_stemmer_length(handle), length > 0
    else { return word }
    // Safe: libstemmer owns the result and keeps it until the next call.
    return UnsafeBufferPointer(start: result, count: Int(length))
  }
}
