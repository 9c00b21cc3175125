import CLedeUnicode

/// Turns text into terms: UAX #29 segments under NFKC_Casefold, script runs as unigrams and bigrams.
///
/// A token is a segment that holds, after NFKC_Casefold, a letter, a number or a pictograph. Letters
/// of scripts without spaces (Han, kana, Bopomofo, Hangul, Thai, Lao, Khmer, Myanmar and their like)
/// are cut out of their segments: each with its marks is a unigram, each two neighbours a bigram. A
/// run goes on across segments until something else stands in the normalised text.
///
/// ASCII is tokenised from bit masks, 64 bytes at a time; ICU sees only the stretches around other characters. Bytes
/// that are not UTF-8 count as U+FFFD, which separates words.
///
/// Not `Sendable`, because it keeps iterators and buffers: make one per thread, and keep it.
public final class Analyzer {
  public let language: Language

  let stemmer: Stemmer?
  let table = CharacterTable()
  let decoded = DecodedText()
  let normalForms = NormalForms()
  let wordBreaker: OpaquePointer
  let asciiRuns = Scratch<UInt32>(capacity: 1024)
  let asciiTokens = Scratch<Token>(capacity: 1024)
  let termBytes = Scratch<UInt8>(capacity: 1024)
  let options: Options

  /// Ways to reach every path from a test; the tokens do not depend on them.
  package struct Options: Sendable {
    /// False sends ASCII through ICU as well.
    package var usesBytePath = true
    /// Code units that go to ICU at once, at least 2.
    package var windowSize = 8192
    package init(usesBytePath: Bool = true, windowSize: Int = 8192) {
      precondition(windowSize >= 2, "a window holds at least one character")
      self.usesBytePath = usesBytePath
      self.windowSize = windowSize
    }
  }

  /// Opens the stemmer and ICU's data. Takes about 0.1 ms in a process that has not done so before.
  public convenience init(language: Language) throws(AnalysisError) {
    try self.init(language: language, options: Options())
  }

  package init(language: Language, options: Options) throws(AnalysisError) {
    self.language = language
    self.options = options
    stemmer = language == .none ? nil : try Stemmer(language: language)
    guard let breaker = lede_word_breaker_open() else {
      throw .unicodeUnavailable(icuVersion: UnicodeVersions.icu)
    }
    wordBreaker = breaker
  }

  deinit { lede_word_breaker_close(wordBreaker) }

  /// Appends the tokens of a text; positions go on from `batch.positionCount`.
  ///
  /// Linear in the text. The text is at most 4 GiB, and so are the bytes of the batch.
  package func analyze(_ utf8: UnsafeBufferPointer<UInt8>, into batch: inout TokenBatch) {
    guard let bytes = utf8.baseAddress, !utf8.isEmpty else { return }
    precondition(utf8.count <= Int(UInt32.max) - batch.bytes.count, "batch larger than 4 GiB")
    // Local, not a property: a class's properties are checked for exclusive access at every use.
    var run = ScriptRun()
    if options.usesBytePath {
      analyzeMixed(bytes, count: utf8.count, &run, into: &batch)
    } else {
      analyzeUnicode(bytes, from: 0, to: utf8.count, &run, into: &batch)
    }
    run.close(&batch)
  }

  /// Appends the tokens of a string: for queries and tests.
  package func analyze(_ text: String, into batch: inout TokenBatch) {
    let isDone: Void? = text.utf8.withContiguousStorageIfAvailable { analyze($0, into: &batch) }
    if isDone != nil { return }
    var copy = text
    copy.withUTF8 { analyze($0, into: &batch) }
  }

  /// Alternates between stretches of ASCII and stretches around other characters.
  private func analyzeMixed(
    _ bytes: UnsafePointer<UInt8>, count: Int, _ run: inout ScriptRun,
    into batch: inout TokenBatch
  ) {
    var at = 0
    while at < count {
      let asciiEnd = UTF8Decoding.firstNonASCII(bytes, at, count)
      var start = at
      if asciiEnd > at {
        run.close(&batch)
        start = analyzeASCII(
          bytes, from: at, to: asciiEnd, isLast: asciiEnd == count, into: &batch)
        if asciiEnd == count { return }
      }
      at = Self.unicodeEnd(bytes, from: asciiEnd, to: count)
      analyzeUnicode(bytes, from: start, to: at, &run, into: &batch)
    }
  }
}
