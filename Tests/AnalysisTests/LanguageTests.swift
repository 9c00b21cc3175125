import LedeAnalysis
import TestSupport
import Testing

@Suite struct LanguageTests {
  @Test func namesAndCodesAreFound() {
    for name in ["en", "English", "eng", "ENGLISH"] { #expect(Language(name) == .english) }
    #expect(Language("none") == Language.none)
    #expect(Language("de")?.name == "german" && Language("ger") == Language("german"))
    #expect(Language("porter")?.code == "porter")
    for name in ["", "xx", "klingon", "en-US", "e"] { #expect(Language(name) == nil) }
  }

  @Test func everyLanguageLoadsAndStems() throws {
    #expect(Language.all.count >= 30)
    #expect(Set(Language.all.map(\.code)).count == Language.all.count)
    for language in Language.all {
      #expect(Language(language.code) == language && Language(language.name) == language)
      let analyzer = try Analyzer(language: language)
      #expect(!analyzer.stemClass(of: "organisation").isEmpty, "\(language)")
    }
  }

  /// What is asked about classes without making them, of words that stems shorten, lengthen or respell: the
  /// stem of an ASCII word need not be ASCII.
  @Test(arguments: testSeeds(82))
  func classesAreAskedForInEveryLanguage(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let ends = ["b", "c", "d", "g", "ic", "ing", "es", "ene", "et", "y", "ier", "é", "ş", "'s"]
    var isRespelt = false
    for language in Language.all + [.none] {
      let analyzer = try Analyzer(language: language)
      for _ in 0..<500 {
        let stem = (0...generator.below(6)).map { _ in
          Array("aeioubcdgklmnprst")[generator.below(17)]
        }
        let word = Array((String(stem) + ends[generator.below(ends.count)]).utf8)
        let ownClass = analyzer.classOf(word)
        word.withUnsafeBufferPointer { word in
          #expect(
            analyzer.isItsOwnClass(word) == ownClass.elementsEqual(word),
            "seed \(seed), \(language)")
          guard word.isASCII else { return }
          let short = analyzer.stemClass(ofASCII: word)
          #expect(short?.elementsEqual(ownClass) ?? true, "seed \(seed), \(language)")
          isRespelt = isRespelt || short == nil
        }
      }
    }
    #expect(isRespelt, "no word had a stem that is not ASCII")
  }

  /// Merging does not ask for the stems of those.
  @Test(arguments: testSeeds(81))
  func numbersAreTheirOwnClassInEveryLanguage(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let characters = Array("0123456789.,")
    for language in Language.all + [.none] {
      let analyzer = try Analyzer(language: language)
      for _ in 0..<500 {
        let number = String(
          (0...generator.below(9)).map { _ in characters[generator.below(characters.count)] })
        #expect(analyzer.stemClass(of: number) == number, "seed \(seed), \(language)")
      }
    }
  }

  @Test(arguments: [
    ("en", "generalizations", "general"), ("en", "news", "news"),
    ("en", "skies", "sky"),
    ("fr", "généralité", "general"), ("fr", "generalite", "generalit"),
    ("de", "häuser", "haus"), ("ru", "книгами", "книг"), ("es", "rápidamente", "rapid"),
    ("none", "généralité", "generalite"), ("none", "running", "running"),
  ])
  func classes(code: String, surface: String, expected: String) throws {
    let language = try #require(Language(code))
    #expect(try Analyzer(language: language).stemClass(of: surface) == expected)
  }

  @Test(arguments: [
    ("généralité", "generalite"), ("ångström", "angstrom"), ("việt", "viet"), ("ώρα", "ωρα"),
    ("ΐ", "ι"), ("ǖ", "u"), ("q\u{301}\u{323}x", "qx"), ("plain", "plain"), ("", ""),
    ("が", "が"), ("パ", "パ"), ("й", "й"), ("ё", "ё"), ("ї", "ї"), ("ø", "ø"), ("łódź", "łodz"),
    ("أ", "أ"), ("한", "한"), ("हिन्दी", "हिन्दी"), ("1\u{308}", "1\u{308}"), ("éй", "eй"),
  ])
  func foldStripsLatinAndGreekOnly(surface: String, expected: String) throws {
    let analyzer = try Analyzer(language: .english)
    let folded = analyzer.fold(surface)
    #expect(Array(folded.unicodeScalars) == Array(expected.unicodeScalars))
    #expect(analyzer.fold(folded) == folded)
  }

  /// Folds of long and random text: buffers grow, and folding twice changes nothing.
  @Test(arguments: testSeeds(91)) func foldIsIdempotent(seed: UInt64) throws {
    var texts = RandomText(seed: seed)
    let analyzer = try Analyzer(language: .none)
    for round in 0..<1000 {
      let surface = analyzer.surface(of: texts.next(length: 40))
      let folded = analyzer.fold(surface)
      #expect(analyzer.fold(folded) == folded, "seed \(seed), round \(round): \(surface)")
      #expect(analyzer.surface(of: surface) == surface, "seed \(seed), round \(round): \(surface)")
    }
    let long = String(repeating: "ΐ", count: 20_000)
    #expect(analyzer.fold(long) == String(repeating: "ι", count: 20_000))
    #expect(analyzer.surface(of: String(repeating: "ﷺ", count: 5000)).utf16.count == 90_000)
  }

  @Test(arguments: testSeeds(101)) func stemmersTakeAnyBytes(seed: UInt64) throws {
    for language in Language.all {
      var texts = RandomText(seed: seed)
      let analyzer = try Analyzer(language: language)
      var form: [UInt8] = []
      for _ in 0..<100 {
        texts.damagedBytes(length: 30).withUnsafeBufferPointer {
          analyzer.stemClass(ofSurface: $0, into: &form)
        }
        #expect(
          String(validating: form, as: UTF8.self) != nil || form.isEmpty,
          "\(language), seed \(seed)")
      }
    }
  }
}
