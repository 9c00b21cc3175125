import LedeAnalysis
import Testing

@Suite struct AnalyzerIdentityTests {
  @Test func identityIsStable() throws {
    for language in Language.all {
      let first = try Analyzer.identity(of: language)
      #expect(try Analyzer.identity(of: language) == first)
      #expect(first.language == language)
    }
  }

  @Test func languagesDiffer() throws {
    let hashes = try Language.all.map { try Analyzer.identity(of: $0).probeHash }
    #expect(Set(hashes).count == hashes.count)
  }

  /// The terms of the probe text under the libraries of Debian 12. A change here makes every index
  /// unreadable: it needs a new revision of the analyzer, and a reason.
  @Test func identityUnderKnownLibraries() throws {
    let identity = try Analyzer.identity(of: .english)
    guard identity.icuVersion == "72.1.0", identity.stemmerVersion == "snowball-4bf803a9"
    else { return }
    #expect(identity.unicodeVersion == "15.0.0")
    #expect(identity.probeHash == 15_935_549_634_863_385_552)
    #expect(try Analyzer.identity(of: .none).stemmerVersion == "none")
  }

  @Test func encodingRoundTrips() throws {
    for language in Language.all {
      let identity = try Analyzer.identity(of: language)
      #expect(AnalyzerIdentity(encoded: identity.encoded) == identity)
    }
  }

  @Test func damagedEncodingsAreRefusedOrDiffer() throws {
    let identity = try Analyzer.identity(of: .english)
    let encoded = identity.encoded
    for length in 0..<encoded.count {
      #expect(AnalyzerIdentity(encoded: encoded.prefix(length)) == nil)
    }
    #expect(AnalyzerIdentity(encoded: encoded + [0]) == nil)
    for place in encoded.indices {
      for bit in 0..<8 {
        var damaged = encoded
        damaged[place] ^= 1 << UInt8(bit)
        #expect(AnalyzerIdentity(encoded: damaged) != identity, "byte \(place), bit \(bit)")
      }
    }
  }

  @Test func messagesNameARemedy() throws {
    let description = try Analyzer.identity(of: .english).description
    #expect(description.contains("language en") && description.contains("Unicode "))
    #expect(AnalysisError.stemmerMissing(language: "xx").description.contains("--language"))
    #expect(AnalysisError.unicodeUnavailable(icuVersion: "1").description.contains("libicu"))
  }
}
