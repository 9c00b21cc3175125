import LedeModel

extension Analyzer {
  /// Number of this analyzer's own rules; raised whenever they change what terms a text gives.
  private static let revision: UInt8 = 1

  /// The identity of the analyzer that this process would make for a language.
  ///
  /// Runs the analyzer on a fixed text: everything that terms depend on, the compiled word rules
  /// included, has a part in the hash. About 0.8 ms in a new process, 0.2 ms after that; 4 ms more,
  /// once, under an ICU other than the one that the word rules were compiled for.
  public static func identity(of language: Language) throws(AnalysisError) -> AnalyzerIdentity {
    let analyzer = try Analyzer(language: language)
    return AnalyzerIdentity(
      language: language, unicodeVersion: UnicodeVersions.unicode,
      icuVersion: UnicodeVersions.icu, stemmerVersion: analyzer.stemmerFingerprint(),
      probeHash: analyzer.probe())
  }

  /// Hash of everything that the probe text gives.
  private func probe() -> UInt64 {
    var hash = FowlerNollVo()
    hash.combine(byte: Self.revision)
    hash.combine(language.code.utf8)
    var batch = TokenBatch()
    analyze(ProbeText.text, into: &batch)
    var form: [UInt8] = []
    batch.bytes.withUnsafeBufferPointer { bytes in
      for token in batch.tokens {
        let surface = UnsafeBufferPointer(rebasing: bytes[batch.termRange(of: token)])
        hash.combine(surface)
        hash.combine([0, token.kind.rawValue, token.startsRun ? 1 : 0])
        for number in [token.position, token.sourceStart, token.sourceEnd] {
          withUnsafeBytes(of: number.littleEndian) { hash.combine($0) }
        }
        guard token.kind == .word else { continue }
        stemClass(ofSurface: surface, into: &form)
        hash.combine(form)
        hash.combine(byte: 0)
      }
    }
    return hash.value
  }

  /// `snowball-` and eight digits that change when the language's stemmer changes on a sample.
  private func stemmerFingerprint() -> String {
    guard let stemmer else { return "none" }
    var hash = FowlerNollVo()
    var stem: [UInt8] = []
    for word in ProbeText.stemmerSample.split(separator: " ") {
      stem.removeAll(keepingCapacity: true)
      var word = String(word)
      word.withUTF8 { stem.append(contentsOf: stemmer.stem(of: $0)) }
      hash.combine(stem)
      hash.combine(byte: 0)
    }
    let digits = String(UInt32(truncatingIfNeeded: hash.value ^ hash.value >> 32), radix: 16)
    return "snowball-" + String(repeating: "0", count: 8 - digits.utf8.count) + digits
  }
}
